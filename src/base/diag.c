/* Refusals of pieces of input: what a pure module records and what a person gets to see of it. */
#include "base/diag.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "base/mem.h"

/* Bytes of a foreign text that a message quotes, and of an input on each side of the place. */
#define DIAG_QUOTE_MAX 40
#define DIAG_AROUND 48

int
diag_set(struct diag *d, size_t pos, const char *fmt, ...)
{
	va_list ap;
	char *text;

	/* Made before the old one goes: that may be among the arguments. */
	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	diag_fini(d);
	d->pos = pos;
	d->text = text;
	return -1;
}

int
diag_hint(struct diag *d, const char *fmt, ...)
{
	va_list ap;
	char *hint;

	va_start(ap, fmt);
	hint = xvasprintf(fmt, ap);
	va_end(ap);
	free(d->hint);
	d->hint = hint;
	return -1;
}

int
diag_shift(struct diag *d, size_t by)
{
	d->pos += by;
	return -1;
}

void
diag_fini(struct diag *d)
{
	free(d->text);
	free(d->hint);
	*d = (struct diag){ 0 };
}

/* Writes the character at s, of at most len bytes, and says how many bytes it was and columns it took. */
static size_t
put_char(FILE *f, const char *s, size_t len, size_t *columns)
{
	mbstate_t state = { 0 };
	wchar_t wc;
	size_t n = mbrtowc(&wc, s, len, &state);
	int width = n >= 1 && n <= len && iswprint((wint_t)wc) ? wcwidth(wc) : -1;

	if (width >= 0) {
		fwrite(s, 1, n, f);
		*columns += (size_t)width;
		return n;
	}
	fprintf(f, "\\%03o", (unsigned)(unsigned char)*s);
	*columns += 4;
	return 1;
}

/* Writes a text; returns the column of its byte pos, which is the one behind it when pos is its length. */
static size_t
put_text(FILE *f, const char *s, size_t len, size_t pos)
{
	size_t columns = 0, at = 0;

	for (size_t i = 0; i < len;) {
		if (i <= pos)
			at = columns;
		i += put_char(f, s + i, len - i, &columns);
	}
	return pos >= len ? columns : at;
}

/* The first place from i on, but before end, that is not inside a UTF-8 sequence. */
static size_t
char_start(const char *s, size_t i, size_t end)
{
	for (int n = 0; n < 3 && i < end && ((unsigned char)s[i] & 0xc0) == 0x80; n++)
		i++;
	return i;
}

static FILE *
text_open(char **text, size_t *len)
{
	FILE *f = open_memstream(text, len);

	if (f == NULL)
		*text = xstrdup("out of memory");
	return f;
}

char *
diag_quote(const char *s, size_t len)
{
	size_t n = len > DIAG_QUOTE_MAX ? char_start(s, DIAG_QUOTE_MAX, len) : len;
	char *text;
	size_t size;
	FILE *f = text_open(&text, &size);

	if (f == NULL)
		return text;
	putc('\'', f);
	put_text(f, s, n, 0);
	fputs(n < len ? "...'" : "'", f);
	fclose(f);
	return text;
}

/* Writes the input, or of a long one the surroundings of the place; returns the column of the place. */
static size_t
put_input(FILE *f, const char *input, size_t pos)
{
	size_t len = strlen(input), start = 0, end = len, column;

	if (len == 0) {
		fputs("''", f);
		return 0;
	}
	if (pos > len)
		pos = len;
	if (len > 2 * DIAG_AROUND) {
		start = pos > DIAG_AROUND ? char_start(input, pos - DIAG_AROUND, pos) : 0;
		end = len - pos > DIAG_AROUND ? char_start(input, pos + DIAG_AROUND, len) : len;
	}
	if (start > 0)
		fputs("...", f);
	column = put_text(f, input + start, end - start, pos - start);
	if (end < len)
		fputs("...", f);
	return column + (start > 0 ? 3 : 0);
}

static void
put_times(FILE *f, char c, size_t n)
{
	while (n-- > 0)
		putc(c, f);
}

static void
put_line(FILE *f, const char *s)
{
	put_text(f, s, strlen(s), 0);
	putc('\n', f);
}

char *
diag_render(const struct diag *d, const char *prefix, const char *input)
{
	char *text;
	size_t size, indent, column;
	FILE *f = text_open(&text, &size);

	assert(d->text != NULL);
	if (f == NULL)
		return text;
	indent = put_text(f, prefix, strlen(prefix), strlen(prefix)) + 2;
	fputs(": ", f);
	column = input != NULL ? put_input(f, input, d->pos) : 0;
	fputs(input != NULL ? ": " : "", f);
	put_line(f, d->text);
	if (input != NULL) {
		put_times(f, ' ', indent);
		put_times(f, '~', column);
		fputs("^\n", f);
	}
	if (d->hint != NULL) {
		fputs("  ", f);
		put_line(f, d->hint);
	}
	fclose(f);
	return text;
}
