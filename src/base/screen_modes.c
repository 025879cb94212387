/*
 * Modes of a screen, by the sequences that switch them: CSI ? N ; N... h and l (DECSET, DECRST), and ESC = and ESC > (keypad). All
 * else is let pass. The sequences are those of xterm, which all terminals of today understand.
 */
#include "base/screen_modes.h"

#include <stdio.h>
#include <string.h>

enum { SCREEN_TEXT, SCREEN_ESC, SCREEN_CSI, SCREEN_PRIVATE, SCREEN_OTHER };

/* In the order in which they are taken back: the other screen last, for it brings the cursor back. */
static const struct {
	unsigned number;
	bool is_normal; /* what a screen is in by itself */
} screen_table[] = {
	{ 1, false },    /* cursor keys of applications */
	{ 7, true },     /* long lines go on in the next one */
	{ 25, true },    /* the cursor is seen */
	{ 1000, false }, /* the mouse */
	{ 1002, false }, /* ... while a button is down */
	{ 1003, false }, /* ... always */
	{ 1004, false }, /* whether the window is in front */
	{ 1005, false }, /* how the mouse is told */
	{ 1006, false },
	{ 1015, false },
	{ 2004, false }, /* bracketed paste */
	{ 2026, false }, /* nothing is drawn until all is there */
	{ 47, false },   /* the alternate screen, in three ways */
	{ 1047, false },
	{ 1049, false },
};
#define SCREEN_N (sizeof(screen_table) / sizeof(*screen_table))
#define SCREEN_KEYPAD (1u << SCREEN_N)

static void
screen_set(struct screen_modes *s, unsigned bit, bool is_on)
{
	s->on = is_on ? s->on | bit : s->on & ~bit;
}

static void
screen_switch(struct screen_modes *s, bool is_high)
{
	for (unsigned i = 0; i <= s->nparams && i < SCREEN_PARAMS; i++)
		for (unsigned mode = 0; mode < SCREEN_N; mode++)
			if (s->params[i] == screen_table[mode].number)
				screen_set(s, 1u << mode, is_high != screen_table[mode].is_normal);
}

static void
screen_begin_params(struct screen_modes *s)
{
	s->state = SCREEN_PRIVATE;
	s->nparams = 0;
	memset(s->params, 0, sizeof(s->params));
}

static void
screen_param(struct screen_modes *s, char c)
{
	if (c == ';')
		s->nparams++;
	else if (s->nparams < SCREEN_PARAMS && s->params[s->nparams] < 100000)
		s->params[s->nparams] = 10 * s->params[s->nparams] + (unsigned)(c - '0');
}

/* Behind an ESC. */
static void
screen_escape(struct screen_modes *s, char c)
{
	s->state = c == '[' ? SCREEN_CSI : c == '\033' ? SCREEN_ESC : SCREEN_TEXT;
	if (c == '=' || c == '>')
		screen_set(s, SCREEN_KEYPAD, c == '=');
	if (c == 'c') /* all is reset */
		s->on = 0;
}

static void
screen_byte(struct screen_modes *s, char c)
{
	if (s->state == SCREEN_ESC || c == '\033') {
		if (c == '\033')
			s->state = SCREEN_ESC;
		else
			screen_escape(s, c);
		return;
	}
	if (s->state == SCREEN_CSI && c == '?') {
		screen_begin_params(s);
		return;
	}
	if (s->state == SCREEN_PRIVATE && (c == ';' || (c >= '0' && c <= '9'))) {
		screen_param(s, c);
		return;
	}
	if (s->state == SCREEN_PRIVATE && (c == 'h' || c == 'l'))
		screen_switch(s, c == 'h');
	if (s->state == SCREEN_CSI && c >= ' ' && c < '@')
		s->state = SCREEN_OTHER;
	else if (s->state != SCREEN_OTHER || c >= '@')
		s->state = SCREEN_TEXT;
}

bool
screen_modes_put(struct screen_modes *s, const char *bytes, size_t len)
{
	const unsigned before = s->on;

	for (size_t i = 0; i < len; i++) {
		const char *esc;

		if (s->state == SCREEN_TEXT) {
			esc = memchr(bytes + i, '\033', len - i);
			if (esc == NULL)
				break;
			i = (size_t)(esc - bytes);
		}
		screen_byte(s, bytes[i]);
	}
	return s->on != before;
}

size_t
screen_modes_text(const struct screen_modes *s, bool is_anew, char text[SCREEN_TEXT_MAX])
{
	size_t len = 0;

	for (unsigned i = 0; i < SCREEN_N; i++) {
		const unsigned mode = is_anew ? (unsigned)SCREEN_N - 1 - i : i;

		if (s->on & (1u << mode))
			len += (size_t)snprintf(text + len, SCREEN_TEXT_MAX - len, "\033[?%u%c",
			    screen_table[mode].number, is_anew != screen_table[mode].is_normal ? 'h' : 'l');
	}
	if (s->on & SCREEN_KEYPAD)
		len += (size_t)snprintf(text + len, SCREEN_TEXT_MAX - len, "\033%c", is_anew ? '=' : '>');
	return len;
}
