/*
 * Dumps. In text a backslash is doubled, so that every escape is what it seems; a text that does not end in a newline gets
 * one, after a single backslash.
 */
#include "wire/dump_format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/visible.h"

#define DUMP_ROW 16
#define DUMP_ROW_TEXT (3 * DUMP_ROW + 2 + DUMP_ROW + 1)
#define DUMP_CHAR_MAX 4 /* bytes of text for one byte, and of one character */

size_t
dump_format_head(char line[DUMP_HEAD_MAX], const struct dump_head *h)
{
	char date[64], where[64] = "";
	struct tm tm;
	int n;

	if (localtime_r(&h->time.tv_sec, &tm) == NULL || strftime(date, sizeof(date), "%Y/%m/%d %H:%M:%S", &tm) == 0)
		snprintf(date, sizeof(date), "@%lld", (long long)h->time.tv_sec);
	if (h->end != 0)
		snprintf(where, sizeof(where), "  [end %u]", h->end);
	if (h->session != 0)
		snprintf(where + strlen(where), sizeof(where) - strlen(where), "  [s%lu]", h->session);
	if (h->len == 0)
		n = snprintf(line, DUMP_HEAD_MAX, "%c %s.%06ld  end at=%" PRIu64 "%s\n", h->mark, date,
		    h->time.tv_nsec / 1000, h->offset, where);
	else
		n = snprintf(line, DUMP_HEAD_MAX, "%c %s.%06ld  length=%zu from=%" PRIu64 " to=%" PRIu64 "%s\n",
		    h->mark, date, h->time.tv_nsec / 1000, h->len, h->offset, h->offset + h->len - 1, where);
	return n < DUMP_HEAD_MAX ? (size_t)n : DUMP_HEAD_MAX - 1;
}

static size_t
dump_put_escape(char *buf, unsigned char c)
{
	static const char escaped[] = "\a\b\v\f\r\\", letters[] = "abvfr\\";
	const char *found = c != '\0' ? strchr(escaped, c) : NULL;

	buf[0] = '\\';
	if (found != NULL) {
		buf[1] = letters[found - escaped];
		return 2;
	}
	buf[1] = (char)('0' + (c >> 6));
	buf[2] = (char)('0' + (c >> 3 & 7));
	buf[3] = (char)('0' + (c & 7));
	return 4;
}

static size_t
dump_text(char *buf, size_t size, bool is_utf8, bool is_last, const unsigned char *bytes, size_t len, size_t *taken)
{
	size_t at = 0, i = 0;

	while (i < len && at + DUMP_CHAR_MAX <= size) {
		const unsigned char c = bytes[i];
		size_t n = c != '\\' ? visible_char((const char *)bytes + i, len - i, is_utf8) : 0;

		if (c == '\n' || c == '\t')
			n = 1;
		if (n == 0 && is_utf8 && !is_last && c >= 0xc2 && len - i < DUMP_CHAR_MAX)
			break;
		if (n == 0)
			at += dump_put_escape(buf + at, c);
		else {
			memcpy(buf + at, bytes + i, n);
			at += n;
		}
		i += n > 0 ? n : 1;
	}
	*taken = i;
	return at;
}

static size_t
dump_put_hex(char *buf, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";

	buf[0] = ' ';
	buf[1] = digits[c >> 4];
	buf[2] = digits[c & 15];
	return 3;
}

static size_t
dump_hex(char *buf, size_t size, const unsigned char *bytes, size_t len, size_t *taken)
{
	size_t at = 0, i = 0;

	for (; i < len && at + 3 <= size; i++)
		at += dump_put_hex(buf + at, bytes[i]);
	*taken = i;
	return at;
}

static size_t
dump_row_len(const unsigned char *bytes, size_t len)
{
	const size_t most = len < DUMP_ROW ? len : DUMP_ROW;
	const unsigned char *newline = memchr(bytes, '\n', most);

	return newline != NULL ? (size_t)(newline - bytes) + 1 : most;
}

static size_t
dump_rows(char *buf, size_t size, bool is_last, const unsigned char *bytes, size_t len, size_t *taken)
{
	size_t at = 0, i = 0;

	while (i < len && at + DUMP_ROW_TEXT <= size) {
		const size_t n = dump_row_len(bytes + i, len - i);

		if (n < DUMP_ROW && bytes[i + n - 1] != '\n' && !is_last)
			break;
		memset(buf + at, ' ', 3 * DUMP_ROW + 2);
		for (size_t j = 0; j < n; j++)
			dump_put_hex(buf + at + 3 * j, bytes[i + j]);
		at += 3 * DUMP_ROW + 2;
		for (size_t j = 0; j < n; j++)
			buf[at++] = bytes[i + j] >= 0x20 && bytes[i + j] < 0x7f ? (char)bytes[i + j] : '.';
		buf[at++] = '\n';
		i += n;
	}
	*taken = i;
	return at;
}

size_t
dump_format_body(char *buf, size_t size, enum dump_form form, bool is_utf8, bool is_last, const unsigned char *bytes,
    size_t len, size_t *taken)
{
	switch (form) {
	case DUMP_TEXT:
		return dump_text(buf, size, is_utf8, is_last, bytes, len, taken);
	case DUMP_HEX:
		return dump_hex(buf, size, bytes, len, taken);
	case DUMP_BOTH:
	case DUMP_FORM_N:
		break;
	}
	return dump_rows(buf, size, is_last, bytes, len, taken);
}

size_t
dump_format_tail(char text[DUMP_TAIL_MAX], enum dump_form form, unsigned char last)
{
	static const char tails[][8] = { "\\\n", "\n", "--\n" };
	_Static_assert(sizeof(tails) / sizeof(*tails) == DUMP_FORM_N, "a tail for every form");

	if (form == DUMP_TEXT && last == '\n')
		return 0;
	memcpy(text, tails[form], strlen(tails[form]));
	return strlen(tails[form]);
}
