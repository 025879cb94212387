/* Writing and reading of asciicast, line by line. */
#include "base/cast.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

#define CAST_BYTES "# bytes that are no UTF-8 stand as \\u0080 to \\u00ff"
#define CAST_TIME_MAX 1e9 /* seconds */
#define CAST_SIZE_MAX 65535

/* ---- writing ---- */

static void
cast_reserve(struct cast_writer *w, size_t len)
{
	if (w->len + len <= w->room)
		return;
	w->room = (w->len + len) * 2;
	w->text = xreallocarray(w->text, w->room, 1);
}

static void
cast_add(struct cast_writer *w, const char *text, size_t len)
{
	cast_reserve(w, len);
	memcpy(w->text + w->len, text, len);
	w->len += len;
}

static void cast_format(struct cast_writer *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
cast_format(struct cast_writer *w, const char *fmt, ...)
{
	char text[128];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	cast_add(w, text, (size_t)n);
}

/* The length of the character beyond ASCII at s, or 0. */
static size_t
cast_character(const char *s, size_t len)
{
	const unsigned char first = (unsigned char)*s;
	const size_t n = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	return n > 0 && n <= len && utf8_valid(s, n) == n ? n : 0;
}

/* How many bytes at the end are the beginning of a character. */
static size_t
cast_tail(const char *bytes, size_t len)
{
	for (size_t n = 1; n <= 3 && n <= len; n++)
		if (utf8_begun(bytes + len - n, n) > 0)
			return n;
	return 0;
}

/* One byte of ASCII, or one that is no part of a character. */
static void
cast_add_byte(struct cast_writer *w, unsigned char c)
{
	static const char shown[] = "\"\\\n\r\t", names[] = "\"\\nrt";
	const char *found = c != 0 ? strchr(shown, c) : NULL;
	char *to;

	if (found != NULL) {
		cast_add(w, "\\", 1);
		cast_add(w, &names[found - shown], 1);
		return;
	}
	if (c >= 0x20 && c < 0x7f) {
		cast_add(w, (const char *)&c, 1);
		return;
	}
	cast_reserve(w, 7);
	to = w->text + w->len;
	snprintf(to, 7, "\\u%04x", c);
	w->len += 6;
}

static void
cast_add_string(struct cast_writer *w, const char *bytes, size_t len)
{
	cast_add(w, "\"", 1);
	for (size_t i = 0; i < len;) {
		const size_t n = cast_character(bytes + i, len - i);

		if (n > 0)
			cast_add(w, bytes + i, n);
		else
			cast_add_byte(w, (unsigned char)bytes[i]);
		i += n > 0 ? n : 1;
	}
	cast_add(w, "\"", 1);
}

static void
cast_add_member(struct cast_writer *w, const char *name, const char *value)
{
	if (value == NULL)
		return;
	cast_format(w, ", \"%s\": ", name);
	cast_add_string(w, value, strlen(value));
}

void
cast_put_header(struct cast_writer *w, const struct cast_header *h)
{
	cast_format(w, "{\"version\": 3, \"term\": {\"cols\": %u, \"rows\": %u", h->cols, h->rows);
	cast_add_member(w, "type", h->type);
	cast_add(w, "}", 1);
	if (h->timestamp != 0)
		cast_format(w, ", \"timestamp\": %" PRId64, h->timestamp);
	if (h->idle_limit != 0)
		cast_format(w, ", \"idle_time_limit\": %.3f", (double)h->idle_limit / 1e9);
	cast_add_member(w, "command", h->command);
	cast_add_member(w, "title", h->title);
	cast_add(w, "}\n", 2);
}

/* The intervals are those of times that were rounded, so that their sum stays right. */
static void
cast_put_line(struct cast_writer *w, uint64_t at, enum cast_code code, const char *bytes, size_t len)
{
	const uint64_t now = at / 1000 > w->last ? at / 1000 : w->last, interval = now - w->last;

	if (!w->has_bytes && utf8_valid(bytes, len) < len) {
		w->has_bytes = true;
		cast_add(w, CAST_BYTES "\n", strlen(CAST_BYTES "\n"));
	}
	cast_format(w, "[%" PRIu64 ".%06" PRIu64 ", \"%c\", ", interval / 1000000, interval % 1000000, (char)code);
	cast_add_string(w, bytes, len);
	cast_add(w, "]\n", 2);
	w->last = now;
}

static struct cast_held *
cast_held_of(struct cast_writer *w, enum cast_code code)
{
	return &w->held[code == CAST_INPUT];
}

/* What is held, and as much of the new bytes as may belong to it. Returns how many of these that was. */
static size_t
cast_put_joined(struct cast_writer *w, uint64_t at, enum cast_code code, struct cast_held *h, const char *bytes,
    size_t len)
{
	size_t taken = 0;

	while (taken < len && h->len < sizeof(h->bytes) && utf8_begun(h->bytes, h->len) > 0 &&
	    ((unsigned char)bytes[taken] & 0xc0) == 0x80)
		h->bytes[h->len++] = bytes[taken++];
	if (taken == len && utf8_begun(h->bytes, h->len) > 0)
		return taken;
	cast_put_line(w, at, code, h->bytes, h->len);
	h->len = 0;
	return taken;
}

void
cast_put(struct cast_writer *w, uint64_t at, enum cast_code code, const char *bytes, size_t len)
{
	struct cast_held *h = cast_held_of(w, code);
	size_t taken = 0, tail;

	if (code != CAST_OUTPUT && code != CAST_INPUT) {
		cast_put_line(w, at, code, bytes, len);
		return;
	}
	if (h->len > 0)
		taken = cast_put_joined(w, at, code, h, bytes, len);
	if (taken == len)
		return;
	bytes += taken;
	len -= taken;
	tail = cast_tail(bytes, len);
	if (tail > 0) {
		memcpy(h->bytes, bytes + len - tail, tail);
		h->len = tail;
	}
	if (len > tail)
		cast_put_line(w, at, code, bytes, len - tail);
}

void
cast_put_held(struct cast_writer *w, uint64_t at)
{
	static const enum cast_code codes[] = { CAST_OUTPUT, CAST_INPUT };

	for (size_t i = 0; i < 2; i++) {
		if (w->held[i].len > 0)
			cast_put_line(w, at, codes[i], w->held[i].bytes, w->held[i].len);
		w->held[i].len = 0;
	}
}

void
cast_writer_fini(struct cast_writer *w)
{
	free(w->text);
	*w = (struct cast_writer){ .text = NULL };
}

/* ---- reading ---- */

static int
cast_read_size(struct cast_reader *r, unsigned *size)
{
	const char *at = (json_peek(&r->json), r->json.p);
	double number;

	if (json_number(&r->json, &number) == -1)
		return -1;
	if (number < 0 || number > CAST_SIZE_MAX)
		return diag_set(r->json.diag, (size_t)(at - r->json.text), "a terminal has 1 to %d columns and rows",
		    CAST_SIZE_MAX);
	*size = (unsigned)number;
	return 0;
}

static int
cast_read_text(struct cast_reader *r, char **text)
{
	if (json_peek(&r->json) != '"')
		return json_skip(&r->json); /* null */
	if (json_string(&r->json) == -1)
		return -1;
	free(*text);
	*text = xstrdup(r->json.string);
	return 0;
}

static int
cast_read_number(struct cast_reader *r, double *number)
{
	*number = 0;
	return json_peek(&r->json) == 'n' ? json_skip(&r->json) : json_number(&r->json, number);
}

static int
cast_read_version(struct cast_reader *r)
{
	const size_t at = (json_peek(&r->json), (size_t)(r->json.p - r->json.text));
	double number;

	if (json_number(&r->json, &number) == -1)
		return -1;
	if (number < 2 || number > 3 || (int)number != number) {
		diag_set(r->json.diag, at, "a recording of version %g", number);
		return diag_hint(r->json.diag, "versions 2 and 3 of asciicast can be read");
	}
	r->header.version = (int)number;
	return 0;
}

static int
cast_read_timestamp(struct cast_reader *r)
{
	double number;

	if (cast_read_number(r, &number) == -1)
		return -1;
	r->header.timestamp = number > 0 && number < 1e12 ? (int64_t)number : 0;
	return 0;
}

static int
cast_read_idle_limit(struct cast_reader *r)
{
	double number;

	if (cast_read_number(r, &number) == -1)
		return -1;
	r->header.idle_limit = number > 0 && number < CAST_TIME_MAX ? (int64_t)(number * 1e9) : 0;
	return 0;
}

static int
cast_read_cols(struct cast_reader *r)
{
	return cast_read_size(r, &r->header.cols);
}

static int
cast_read_rows(struct cast_reader *r)
{
	return cast_read_size(r, &r->header.rows);
}

static int
cast_read_type(struct cast_reader *r)
{
	return cast_read_text(r, &r->header.type);
}

static int
cast_read_command(struct cast_reader *r)
{
	return cast_read_text(r, &r->header.command);
}

static int
cast_read_title(struct cast_reader *r)
{
	return cast_read_text(r, &r->header.title);
}

struct cast_member {
	const char *name;
	int (*read)(struct cast_reader *);
};

/* An object, of whose members these are read and all others skipped. */
static int
cast_read_object(struct cast_reader *r, const struct cast_member *members)
{
	int more;

	if (json_take(&r->json, '{') == -1)
		return -1;
	for (bool is_first = true; (more = json_next_name(&r->json, is_first)) == 1; is_first = false) {
		const struct cast_member *m = members;

		while (m->name != NULL && strcmp(m->name, r->json.string) != 0)
			m++;
		if ((m->name != NULL ? m->read(r) : json_skip(&r->json)) == -1)
			return -1;
	}
	return more;
}

static int
cast_read_term(struct cast_reader *r)
{
	static const struct cast_member members[] = { { "cols", cast_read_cols }, { "rows", cast_read_rows },
		{ "type", cast_read_type }, { NULL, NULL } };

	return cast_read_object(r, members);
}

static int
cast_ends(struct cast_reader *r)
{
	return json_peek(&r->json) == '\0' && r->json.p == r->json.end ?
	    0 :
	    diag_set(r->json.diag, (size_t)(r->json.p - r->json.text), "something behind the end");
}

static int
cast_read_header(struct cast_reader *r)
{
	static const struct cast_member members[] = { { "version", cast_read_version }, { "term", cast_read_term },
		{ "width", cast_read_cols }, { "height", cast_read_rows }, { "timestamp", cast_read_timestamp },
		{ "idle_time_limit", cast_read_idle_limit }, { "command", cast_read_command },
		{ "title", cast_read_title }, { NULL, NULL } };

	if (json_peek(&r->json) != '{')
		return diag_set(r->json.diag, 0, "this is no recording: its first line is no object of JSON");
	if (cast_read_object(r, members) == -1 || cast_ends(r) == -1)
		return -1;
	if (r->header.version == 0)
		return diag_set(r->json.diag, 0, "this is no recording: the header has no version");
	r->has_header = true;
	return 0;
}

/* Since version 3 it is that since the last event. */
static int
cast_read_time(struct cast_reader *r)
{
	const size_t pos = (json_peek(&r->json), (size_t)(r->json.p - r->json.text));
	const double before = r->header.version == 2 ? 0 : (double)r->at;
	double seconds;

	if (json_number(&r->json, &seconds) == -1)
		return -1;
	if (seconds < 0 || seconds > CAST_TIME_MAX || before > CAST_TIME_MAX * 1e9)
		return diag_set(r->json.diag, pos, "the time of an event is 0 to %.0f seconds", CAST_TIME_MAX);
	if (r->header.version == 3)
		r->at += (uint64_t)(seconds * 1e9 + 0.5);
	else if ((uint64_t)(seconds * 1e9 + 0.5) > r->at)
		r->at = (uint64_t)(seconds * 1e9 + 0.5);
	return 0;
}

static int
cast_read_event(struct cast_reader *r, struct cast_event *e)
{
	struct json_reader *j = &r->json;

	if (json_take(j, '[') == -1 || cast_read_time(r) == -1 || json_take(j, ',') == -1 || json_string(j) == -1)
		return -1;
	e->code = j->len == 1 ? j->string[0] : '?';
	if (json_take(j, ',') == -1)
		return -1;
	if (json_string(j) == -1 || json_take(j, ']') == -1 || cast_ends(r) == -1)
		return -1;
	e->at = r->at;
	e->data = j->string;
	e->len = j->len;
	return 1;
}

int
cast_read(struct cast_reader *r, const char *line, size_t len, struct cast_event *e, struct diag *d)
{
	if (len > 0 && line[len - 1] == '\r')
		len--;
	json_begin(&r->json, line, len, d);
	if (!r->has_header)
		return cast_read_header(r);
	if (len == strlen(CAST_BYTES) && memcmp(line, CAST_BYTES, len) == 0)
		r->json.has_bytes = true;
	if (json_peek(&r->json) == '\0' || *line == '#')
		return 0;
	return cast_read_event(r, e);
}

void
cast_reader_fini(struct cast_reader *r)
{
	json_fini(&r->json);
	free(r->header.type);
	free(r->header.command);
	free(r->header.title);
	*r = (struct cast_reader){ .at = 0 };
}
