/* Refusals of pieces of input: what a pure module records and what a person gets to see of it. */
#include "base/diag.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "base/charset.h"
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
	size_t n;
	int width;

	if ((unsigned char)*s >= 0x80)
		charset_use();
	n = mbrtowc(&wc, s, len, &state);
	width = n >= 1 && n <= len && iswprint((wint_t)wc) ? wcwidth(wc) : -1;
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

/* Writes the input, or of a long one so much around the place on each side; returns the column of the place. */
static size_t
put_input(FILE *f, const char *input, size_t pos, size_t around)
{
	size_t len = strlen(input), start = 0, end = len, column;

	if (len == 0) {
		fputs("''", f);
		return 0;
	}
	if (pos > len)
		pos = len;
	if (len > 2 * around) {
		start = pos > around ? char_start(input, pos - around, pos) : 0;
		end = len - pos > around ? char_start(input, pos + around, len) : len;
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

/* Columns that a text takes when it is written. */
static size_t
text_width(const char *s)
{
	char *text;
	size_t size, width;
	FILE *f = text_open(&text, &size);

	width = f != NULL ? put_text(f, s, strlen(s), strlen(s)) : 0;
	if (f != NULL)
		fclose(f);
	free(text);
	return width;
}

/* Writes words, indented by two, with a new line before one that does not fit. */
static void
put_words(FILE *f, const char *s, size_t columns)
{
	size_t at = 2, len, width;

	fputs("  ", f);
	for (; *s != '\0'; s += len + strspn(s + len, " ")) {
		char *word;

		len = strcspn(s, " ");
		word = xstrndup(s, len);
		width = text_width(word);
		free(word);
		if (at > 2 && at + 1 + width > columns) {
			fputs("\n  ", f);
			at = 2;
		}
		if (at > 2)
			putc(' ', f);
		put_text(f, s, len, 0);
		at += width + (at > 2 ? 1 : 0);
	}
	putc('\n', f);
}

static void
put_place(FILE *f, size_t indent, size_t column)
{
	put_times(f, ' ', indent);
	put_times(f, '~', column);
	fputs("^\n", f);
}

/* All in one line does not fit: the place stays below the input, and the words follow. */
static void
render_narrow(FILE *f, const struct diag *d, const char *input, size_t indent, size_t columns)
{
	const size_t room = columns > indent + 24 ? columns - indent - 8 : 16; /* less the dots and the colon */
	const bool fits = input != NULL && indent + text_width(input) + 1 <= columns;

	if (input != NULL) {
		size_t column = put_input(f, input, d->pos, fits || room / 2 > DIAG_AROUND ? DIAG_AROUND : room / 2);

		fputs(":\n", f);
		put_place(f, indent, column);
	} else
		putc('\n', f);
	put_words(f, d->text, columns);
}

static void
render_wide(FILE *f, const struct diag *d, const char *input, size_t indent)
{
	size_t column = input != NULL ? put_input(f, input, d->pos, DIAG_AROUND) : 0;

	fputs(input != NULL ? ": " : "", f);
	put_line(f, d->text);
	if (input != NULL)
		put_place(f, indent, column);
}

/* The first line, as it would be without a limit. */
static bool
is_wider(const struct diag *d, const char *input, size_t indent, size_t columns)
{
	size_t width = indent + text_width(d->text);

	if (input != NULL) {
		const size_t shown = text_width(input);

		width += 2 + (shown < 2 * DIAG_AROUND + 6 ? shown : 2 * DIAG_AROUND + 6);
	}
	return width > columns;
}

char *
diag_render(const struct diag *d, const char *prefix, const char *input, size_t columns)
{
	char *text;
	size_t size, indent;
	FILE *f = text_open(&text, &size);

	assert(d->text != NULL);
	if (f == NULL)
		return text;
	indent = put_text(f, prefix, strlen(prefix), strlen(prefix)) + 2;
	fputs(": ", f);
	if (columns > 0 && is_wider(d, input, indent, columns))
		render_narrow(f, d, input, indent, columns);
	else
		render_wide(f, d, input, indent);
	if (d->hint != NULL)
		put_words(f, d->hint, columns > 0 ? columns : SIZE_MAX);
	fclose(f);
	return text;
}
