/* Shell words without a shell: quotes are taken off, nothing is expanded. */
#include "base/words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A result is never longer than its source, so one block of the source's size holds it. */
struct cursor {
	const char *start, *p;
	char *out;
	struct diag *diag;
};

static int
refuse(const struct cursor *c, const char *at, const char *text)
{
	return diag_set(c->diag, (size_t)(at - c->start), "%s", text);
}

static int
unclosed(const struct cursor *c, const char *quote)
{
	refuse(c, quote, *quote == '"' ? "the double quote is not closed" : "the single quote is not closed");
	return diag_hint(c->diag, "the character itself is written '\\%c'", *quote);
}

static int
lonely_backslash(const struct cursor *c)
{
	refuse(c, c->p, "nothing follows the backslash");
	return diag_hint(c->diag, "a backslash itself is written '\\\\'");
}

/* At a single quote: copies up to the next one as it is. */
static int
take_single(struct cursor *c)
{
	const char *end = strchr(c->p + 1, '\'');
	size_t len;

	if (end == NULL)
		return unclosed(c, c->p);
	len = (size_t)(end - c->p) - 1;
	memcpy(c->out, c->p + 1, len);
	c->out += len;
	c->p = end + 1;
	return 0;
}

/* At a backslash outside of quotes: the next character as it is; with a newline it joins two lines. */
static int
take_escaped(struct cursor *c)
{
	if (c->p[1] == '\0')
		return lonely_backslash(c);
	if (c->p[1] != '\n')
		*c->out++ = c->p[1];
	c->p += 2;
	return 0;
}

static int
take_double(struct cursor *c)
{
	const char *quote = c->p++;

	while (*c->p != '"') {
		if (*c->p == '\0')
			return unclosed(c, quote);
		if (*c->p == '\\' && c->p[1] != '\0' && strchr("$`\"\\\n", c->p[1]) != NULL)
			take_escaped(c);
		else
			*c->out++ = *c->p++;
	}
	c->p++;
	return 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static int
take_word(struct cursor *c)
{
	int r = 0;

	while (r == 0 && *c->p != '\0' && !is_blank(*c->p)) {
		if (*c->p == '\'')
			r = take_single(c);
		else if (*c->p == '"')
			r = take_double(c);
		else if (*c->p == '\\')
			r = take_escaped(c);
		else
			*c->out++ = *c->p++;
	}
	*c->out++ = '\0';
	return r;
}

/* Goes to the next word; false at the end. A newline behind a backslash is no more than a blank here. */
static bool
skip_blanks(struct cursor *c)
{
	while (is_blank(*c->p) || (*c->p == '\\' && c->p[1] == '\n'))
		c->p += *c->p == '\\' ? 2 : 1;
	return *c->p != '\0';
}

int
words_split(const char *command, char ***words, struct diag *diag)
{
	struct cursor c = { .start = command, .p = command, .diag = diag };
	char *block = xmalloc(strlen(command) + 1);
	char **v = NULL;
	size_t n = 0, size = 0;

	*words = NULL;
	c.out = block;
	while (skip_blanks(&c)) {
		if (n + 2 > size)
			v = xreallocarray(v, size = 2 * size + 8, sizeof(*v));
		v[n++] = c.out;
		if (take_word(&c) == -1)
			goto fail;
	}
	if (n == 0) {
		refuse(&c, command, "the command is empty");
		goto fail;
	}
	v[n] = NULL;
	*words = v;
	return 0;
fail:
	free(block);
	free(v);
	return -1;
}

void
words_free(char **words)
{
	/* All words are in one block, which begins with the first. */
	if (words != NULL)
		free(words[0]);
	free(words);
}

/* Reads up to max digits of that base at c->p and writes the byte they mean. */
static int
take_code(struct cursor *c, unsigned base, int max)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *start = c->p;
	unsigned code = 0;

	for (; c->p - start < max && *c->p != '\0'; c->p++) {
		const char *d = strchr(digits, *c->p);

		if (d == NULL || (unsigned)(d - digits) % 16 >= base)
			break;
		code = code * base + (unsigned)(d - digits) % 16;
	}
	if (c->p == start)
		return refuse(c, start - 2, "hexadecimal digits must follow '\\x'");
	if (code > 0xff)
		return refuse(c, start - 1, "a byte is at most '\\377'");
	*c->out++ = (char)code;
	return 0;
}

/* At a backslash: writes the byte that the C escape stands for. */
static int
take_c_escape(struct cursor *c)
{
	static const char names[] = "abefnrtv", codes[] = "\a\b\033\f\n\r\t\v";
	const char *name;
	char e = c->p[1];

	if (e == '\0')
		return lonely_backslash(c);
	if (e == 'x') {
		c->p += 2;
		return take_code(c, 16, 2);
	}
	if (e >= '0' && e <= '7') {
		c->p++;
		return take_code(c, 8, 3);
	}
	name = strchr(names, e);
	*c->out++ = name != NULL ? codes[name - names] : e;
	c->p += 2;
	return 0;
}

/* At a double quote: begins or ends a quoted part, whose escapes are the same as outside. */
static void
toggle_quote(struct cursor *c, const char **quote)
{
	*quote = *quote == NULL ? c->p : NULL;
	c->p++;
}

int
words_unescape(const char *raw, char **text, size_t *len, struct diag *diag)
{
	struct cursor c = { .start = raw, .p = raw, .diag = diag };
	char *block = xmalloc(strlen(raw) + 1);
	const char *quote = NULL;
	int r = 0;

	c.out = block;
	while (r == 0 && *c.p != '\0') {
		if (*c.p == '\\')
			r = take_c_escape(&c);
		else if (*c.p == '\'' && quote == NULL)
			r = take_single(&c);
		else if (*c.p == '"')
			toggle_quote(&c, &quote);
		else
			*c.out++ = *c.p++;
	}
	if (r == 0 && quote != NULL)
		r = unclosed(&c, quote);
	*c.out = '\0';
	*len = r == 0 ? (size_t)(c.out - block) : 0;
	*text = r == 0 ? block : NULL;
	if (r == -1)
		free(block);
	return r;
}
