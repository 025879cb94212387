/* A reader of JSON for those who know what they are looking for: no tree is built, and what is not wanted is skipped. */
#include "base/json_read.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define JSON_DEPTH_MAX 64
#define JSON_NUMBER_MAX 64

void
json_begin(struct json_reader *r, const char *text, size_t len, struct diag *d)
{
	r->text = r->p = text;
	r->end = text + len;
	r->diag = d;
}

void
json_fini(struct json_reader *r)
{
	free(r->string);
	*r = (struct json_reader){ .string = NULL };
}

static int
json_refuse(const struct json_reader *r, const char *what)
{
	return diag_set(r->diag, (size_t)(r->p - r->text), "%s", what);
}

char
json_peek(struct json_reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
		r->p++;
	return r->p < r->end ? *r->p : '\0';
}

int
json_take(struct json_reader *r, char c)
{
	if (json_peek(r) != c || r->p == r->end)
		return diag_set(r->diag, (size_t)(r->p - r->text), "'%c' is missing", c);
	r->p++;
	return 0;
}

/* ---- strings ---- */

static void
json_add(struct json_reader *r, const char *bytes, size_t len)
{
	if (r->len + len + 1 > r->room) {
		r->room = (r->len + len + 1) * 2;
		r->string = xreallocarray(r->string, r->room, 1);
	}
	if (len > 0)
		memcpy(r->string + r->len, bytes, len);
	r->len += len;
	r->string[r->len] = '\0';
}

static void
json_add_character(struct json_reader *r, uint32_t c)
{
	char utf8[4];
	size_t n;

	if (c < 0x80 || (r->has_bytes && c < 0x100)) {
		utf8[0] = (char)c;
		n = 1;
	} else if (c < 0x800) {
		utf8[0] = (char)(0xc0 | c >> 6);
		utf8[1] = (char)(0x80 | (c & 0x3f));
		n = 2;
	} else if (c < 0x10000) {
		utf8[0] = (char)(0xe0 | c >> 12);
		utf8[1] = (char)(0x80 | (c >> 6 & 0x3f));
		utf8[2] = (char)(0x80 | (c & 0x3f));
		n = 3;
	} else {
		utf8[0] = (char)(0xf0 | c >> 18);
		utf8[1] = (char)(0x80 | (c >> 12 & 0x3f));
		utf8[2] = (char)(0x80 | (c >> 6 & 0x3f));
		utf8[3] = (char)(0x80 | (c & 0x3f));
		n = 4;
	}
	json_add(r, utf8, n);
}

/* The four digits of \uXXXX; p is at the first one. */
static int
json_hex(struct json_reader *r, uint32_t *value)
{
	*value = 0;
	for (int i = 0; i < 4; i++, r->p++) {
		static const char digits[] = "0123456789abcdef0123456789ABCDEF";
		const char *digit = r->p < r->end && *r->p != '\0' ? strchr(digits, *r->p) : NULL;

		if (digit == NULL)
			return json_refuse(r, "\\u is followed by four hexadecimal digits");
		*value = *value << 4 | (uint32_t)((digit - digits) & 15);
	}
	return 0;
}

/* Characters beyond the first 65536 are pairs; half of one is a character that nobody knows. */
static int
json_unicode(struct json_reader *r)
{
	uint32_t c, low;
	const char *second;

	r->p++;
	if (json_hex(r, &c) == -1)
		return -1;
	second = r->p;
	if (c >= 0xd800 && c < 0xdc00 && r->end - r->p >= 6 && r->p[0] == '\\' && r->p[1] == 'u') {
		r->p += 2;
		if (json_hex(r, &low) == -1)
			return -1;
		if (low >= 0xdc00 && low < 0xe000) {
			json_add_character(r, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
			return 0;
		}
		r->p = second;
	}
	json_add_character(r, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
	return 0;
}

/* p is behind the backslash. */
static int
json_escape(struct json_reader *r)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *name = r->p < r->end && *r->p != '\0' ? strchr(names, *r->p) : NULL;

	if (name != NULL) {
		json_add(r, &values[name - names], 1);
		r->p++;
		return 0;
	}
	if (r->p < r->end && *r->p == 'u')
		return json_unicode(r);
	return json_refuse(r, "no such escape in a string");
}

int
json_string(struct json_reader *r)
{
	if (json_peek(r) != '"')
		return json_refuse(r, "a string is missing");
	r->p++;
	r->len = 0;
	json_add(r, "", 0);
	for (;;) {
		const char *from = r->p;

		while (r->p < r->end && *r->p != '"' && *r->p != '\\' && (unsigned char)*r->p >= 0x20)
			r->p++;
		json_add(r, from, (size_t)(r->p - from));
		if (r->p == r->end)
			return json_refuse(r, "the string has no end");
		if ((unsigned char)*r->p < 0x20)
			return json_refuse(r, "a control character in a string");
		if (*r->p++ == '"')
			return 0;
		if (json_escape(r) == -1)
			return -1;
	}
}

/* ---- other values ---- */

int
json_number(struct json_reader *r, double *number)
{
	char text[JSON_NUMBER_MAX + 1];
	const char first = json_peek(r);
	size_t n = 0;
	char *end;

	if (first != '-' && (first < '0' || first > '9'))
		return json_refuse(r, "a number is missing");
	while (
	    r->p + n < r->end && n < JSON_NUMBER_MAX && r->p[n] != '\0' && strchr("+-.0123456789eE", r->p[n]) != NULL)
		n++;
	memcpy(text, r->p, n);
	text[n] = '\0';
	*number = strtod(text, &end);
	if (*end != '\0' || n == JSON_NUMBER_MAX || !isfinite(*number))
		return json_refuse(r, "this is no number");
	r->p += n;
	return 0;
}

static int
json_word(struct json_reader *r)
{
	static const char words[][8] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const size_t n = strlen(words[i]);

		if ((size_t)(r->end - r->p) >= n && memcmp(r->p, words[i], n) == 0) {
			r->p += n;
			return 0;
		}
	}
	return json_refuse(r, "a value is missing");
}

static int
json_skip_scalar(struct json_reader *r)
{
	const char c = json_peek(r);
	double number;

	if (c == '"')
		return json_string(r);
	return c == '-' || (c >= '0' && c <= '9') ? json_number(r, &number) : json_word(r);
}

/* Iterative, with a stack of what is open, so that nothing that is read decides how deep we go. */
int
json_skip(struct json_reader *r)
{
	char open[JSON_DEPTH_MAX];
	size_t depth = 0;
	bool is_value = true; /* one comes next */

	do {
		const char c = json_peek(r);

		if (is_value && (c == '{' || c == '[')) {
			if (depth == JSON_DEPTH_MAX)
				return json_refuse(r, "too many brackets in one another");
			open[depth++] = c == '{' ? '}' : ']';
			r->p++;
			is_value = json_peek(r) != open[depth - 1];
			if (is_value && c == '{' && (json_string(r) == -1 || json_take(r, ':') == -1))
				return -1;
			continue;
		}
		if (is_value) {
			if (json_skip_scalar(r) == -1)
				return -1;
			is_value = false;
			continue;
		}
		if (c == ',') {
			r->p++;
			if (open[depth - 1] == '}' && (json_string(r) == -1 || json_take(r, ':') == -1))
				return -1;
			is_value = true;
			continue;
		}
		if (json_take(r, open[depth - 1]) == -1)
			return -1;
		depth--;
	} while (depth > 0 || is_value);
	return 0;
}

int
json_next_name(struct json_reader *r, bool is_first)
{
	if (json_peek(r) == '}') {
		r->p++;
		return 0;
	}
	if (!is_first && json_take(r, ',') == -1)
		return -1;
	return json_string(r) == -1 || json_take(r, ':') == -1 ? -1 : 1;
}
