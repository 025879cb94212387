/* Keys by name. */
#include "dialogue/keys.h"

#include <stdbool.h>
#include <string.h>

#include "base/name.h"
#include "base/nearest.h"

static const struct key {
	char name[12], bytes[8];
} keys[] = {
	{ "Enter", "\r" },
	{ "Return", "\r" },
	{ "Tab", "\t" },
	{ "BackTab", "\033[Z" },
	{ "Escape", "\033" },
	{ "Esc", "\033" },
	{ "Space", " " },
	{ "Backspace", "\177" },
	{ "Delete", "\033[3~" },
	{ "Insert", "\033[2~" },
	{ "Up", "\033[A" },
	{ "Down", "\033[B" },
	{ "Right", "\033[C" },
	{ "Left", "\033[D" },
	{ "Home", "\033[H" },
	{ "End", "\033[F" },
	{ "PageUp", "\033[5~" },
	{ "PageDown", "\033[6~" },
	{ "F1", "\033OP" },
	{ "F2", "\033OQ" },
	{ "F3", "\033OR" },
	{ "F4", "\033OS" },
	{ "F5", "\033[15~" },
	{ "F6", "\033[17~" },
	{ "F7", "\033[18~" },
	{ "F8", "\033[19~" },
	{ "F9", "\033[20~" },
	{ "F10", "\033[21~" },
	{ "F11", "\033[23~" },
	{ "F12", "\033[24~" },
};

#define KEYS_N (sizeof(keys) / sizeof(*keys))

/* The byte that Control makes of a character; -1: none. */
static int
control_byte(char c)
{
	c = name_lower(c);
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 1;
	if (c == '?')
		return 0x7f;
	if (c == '@' || c == ' ')
		return 0;
	return c >= '[' && c <= '_' ? c - '@' : -1;
}

/* One character, in UTF-8 of up to four bytes. */
static bool
is_character(const char *s, size_t len)
{
	const unsigned char c = (unsigned char)*s;
	const size_t want = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 0;

	for (size_t i = 1; i < len; i++)
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return false;
	return len > 0 && len == want;
}

static size_t
put_control(const char *name, char buf[KEYS_MAX])
{
	const int byte = control_byte(*name);

	if (byte == -1)
		return 0;
	buf[0] = (char)byte;
	return 1;
}

/* Without Meta. */
static size_t
put_key(const char *name, char *buf)
{
	const size_t len = strlen(name);

	if (is_character(name, len)) {
		memcpy(buf, name, len);
		return len;
	}
	if (len == 2 && name[0] == '^')
		return put_control(name + 1, buf);
	if (len == 3 && name_is("c-", name, 2))
		return put_control(name + 2, buf);
	for (size_t i = 0; i < KEYS_N; i++)
		if (name_is(keys[i].name, name, len)) {
			memcpy(buf, keys[i].bytes, strlen(keys[i].bytes));
			return strlen(keys[i].bytes);
		}
	return 0;
}

size_t
keys_bytes(const char *name, char buf[KEYS_MAX])
{
	size_t n;

	if (strlen(name) < 3 || !name_is("m-", name, 2))
		return put_key(name, buf);
	n = put_key(name + 2, buf + 1);
	buf[0] = '\033';
	return n > 0 ? n + 1 : 0;
}

const char *
keys_nearest(const char *name)
{
	struct nearest n;

	nearest_init(&n, name, strlen(name));
	for (size_t i = 0; i < KEYS_N; i++)
		nearest_feed(&n, keys[i].name);
	return nearest_name(&n);
}

const char *
keys_name(size_t i)
{
	return i < KEYS_N ? keys[i].name : NULL;
}
