/*
 * Lines of the log. A line has a fixed room; each part is given a share of it, and the text, which comes last, what is left.
 * What does not fit is cut, which "..." says; neither an escape nor a character is ever cut in two.
 */
#include "base/log_format.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/visible.h"

#define PART_MAX 512 /* bytes of the escaped form of everything but the text */
#define TAIL_MAX 96  /* kept for what follows a text in any case */

struct line {
	char *buf;
	size_t len, room; /* room: what may be used, newline and terminator not counted */
};

static void line_printf(struct line *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
line_printf(struct line *l, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(l->buf + l->len, l->room - l->len + 1, fmt, ap);
	va_end(ap);
	if (n > 0)
		l->len = l->len + (size_t)n < l->room ? l->len + (size_t)n : l->room;
}

/* Foreign text, escaped, in at most `most` bytes. */
static void
line_text(struct line *l, const char *s, size_t len, size_t most, bool is_utf8)
{
	const size_t left = l->room - l->len, room = most < left ? most : left;
	size_t taken, n;

	if (room < 4)
		return;
	n = visible_put(l->buf + l->len, room + 1, s, len, is_utf8, &taken);
	if (taken < len) {
		n = visible_put(l->buf + l->len, room - 2, s, len, is_utf8, &taken);
		memcpy(l->buf + l->len + n, "...", 4);
		n += 3;
	}
	l->len += n;
}

/* The same as a JSON string: what prints has only two characters that JSON must have escaped. */
static void
line_string(struct line *l, const char *s, size_t len, size_t most)
{
	size_t end, i = 0;
	const size_t left = l->room - l->len;

	if (most > left)
		most = left;
	l->buf[l->len++] = '"';
	end = l->len + most - 2;
	while (i < len) {
		char piece[8];
		size_t n = visible_char(s + i, len - i, true), taken, size;

		if (n == 1 && (s[i] == '"' || s[i] == '\\'))
			size = (size_t)snprintf(piece, sizeof(piece), "\\%c", s[i]);
		else if (n == 0)
			size = (size_t)snprintf(piece, sizeof(piece), "\\\\%03o", (unsigned)(unsigned char)s[i]);
		else
			size = visible_put(piece, sizeof(piece), s + i, n, true, &taken);
		if (l->len + size > end - (i + (n > 0 ? n : 1) < len ? 3 : 0))
			break;
		memcpy(l->buf + l->len, piece, size);
		l->len += size;
		i += n > 0 ? n : 1;
	}
	if (i < len) {
		memcpy(l->buf + l->len, "...", 3);
		l->len += 3;
	}
	l->buf[l->len++] = '"';
	l->buf[l->len] = '\0';
}

/* ---- names ---- */

const char *
log_level_name(enum log_level level)
{
	static const char names[][8] = { "error", "warn", "info", "debug", "trace" };

	_Static_assert(sizeof(names) / sizeof(*names) == LOG_LEVEL_N, "every level has a name");
	return names[level];
}

const char *
log_event_name(enum log_event event)
{
	static const char names[][12] = { "message", "start", "end", "stderr" };

	_Static_assert(sizeof(names) / sizeof(*names) == LOG_EVENT_N, "every event has a name");
	return names[event];
}

static void
line_time(struct line *l, const struct timespec *t)
{
	struct tm tm;
	char text[32];

	gmtime_r(&t->tv_sec, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	line_printf(l, "%s.%06ldZ", text, t->tv_nsec / 1000);
}

/* ---- text ---- */

static size_t
line_end(struct line *l)
{
	l->buf[l->len] = '\n';
	l->buf[l->len + 1] = '\0';
	return l->len + 1;
}

size_t
log_format_text(char line[LOG_LINE_MAX], const struct log_record *r, bool has_time, bool is_utf8)
{
	struct line l = { .buf = line, .room = LOG_LINE_MAX - 2 };
	const size_t kept = TAIL_MAX + (r->error != NULL ? PART_MAX : 0) + (r->hint != NULL ? strlen(r->hint) : 0);

	if (has_time) {
		line_time(&l, &r->time);
		line_printf(&l, " %s ipcwire[%ld]: ", log_level_name(r->level), r->pid);
	} else
		line_printf(&l, "ipcwire: ");
	if (r->session != 0)
		line_printf(&l, "[s%lu] ", r->session);
	if (r->endpoint != NULL) {
		line_text(&l, r->endpoint, strlen(r->endpoint), PART_MAX, is_utf8);
		line_printf(&l, ": ");
	}
	line_text(&l, r->text, r->text_len, l.room - l.len - kept, is_utf8);
	if (r->error != NULL) {
		line_printf(&l, ": ");
		line_text(&l, r->error, strlen(r->error), PART_MAX, is_utf8);
	}
	if (r->hint != NULL)
		line_printf(&l, " (%s)", r->hint);
	if (r->repeated > 1)
		line_printf(&l, " (repeated %lu times)", r->repeated);
	return line_end(&l);
}

static void
put_bytes(char *buf, size_t size, const struct log_session *about, int direction)
{
	if (about->has_bytes[direction])
		snprintf(buf, size, "%" PRIu64, about->bytes[direction]);
	else
		snprintf(buf, size, "-");
}

void
log_format_session(char *text, size_t size, enum log_event event, const struct log_session *s)
{
	char forward[24], backward[24], names[640] = "";

	if (s->peer != NULL || s->local != NULL)
		snprintf(names, sizeof(names), "peer %.300s, local %.300s", s->peer != NULL ? s->peer : "-",
		    s->local != NULL ? s->local : "-");
	if (event == LOG_EVENT_START) {
		snprintf(text, size, "started%s%s", *names != '\0' ? ": " : "", names);
		return;
	}
	put_bytes(forward, sizeof(forward), s, 0);
	put_bytes(backward, sizeof(backward), s, 1);
	snprintf(text, size, "ended after %.3f s: %.200s; bytes forward %s, backward %s%s%s", (double)s->duration / 1e9,
	    s->reason, forward, backward, *names != '\0' ? "; " : "", names);
}

/* ---- JSON: one function for each type of value, one row for each key ---- */

typedef bool (*put_fn)(struct line *, const struct log_record *); /* false: the record has no such thing */

static bool
put_string(struct line *l, const char *s, size_t most)
{
	if (s != NULL)
		line_string(l, s, strlen(s), most);
	return s != NULL;
}

static bool
put_time(struct line *l, const struct log_record *r)
{
	line_printf(l, "\"");
	line_time(l, &r->time);
	line_printf(l, "\"");
	return true;
}

static bool
put_level(struct line *l, const struct log_record *r)
{
	return put_string(l, log_level_name(r->level), PART_MAX);
}

static bool
put_event(struct line *l, const struct log_record *r)
{
	return put_string(l, log_event_name(r->event), PART_MAX);
}

static bool
put_pid(struct line *l, const struct log_record *r)
{
	line_printf(l, "%ld", r->pid);
	return true;
}

static bool
put_session(struct line *l, const struct log_record *r)
{
	line_printf(l, "%lu", r->session);
	return true;
}

static bool
put_endpoint(struct line *l, const struct log_record *r)
{
	return put_string(l, r->endpoint, PART_MAX);
}

static bool
put_peer(struct line *l, const struct log_record *r)
{
	return r->about != NULL && put_string(l, r->about->peer, PART_MAX);
}

static bool
put_local(struct line *l, const struct log_record *r)
{
	return r->about != NULL && put_string(l, r->about->local, PART_MAX);
}

static bool
put_number_of(struct line *l, const struct log_record *r, int direction)
{
	if (r->event != LOG_EVENT_END)
		return false;
	if (r->about->has_bytes[direction])
		line_printf(l, "%" PRIu64, r->about->bytes[direction]);
	else
		line_printf(l, "null");
	return true;
}

static bool
put_forward(struct line *l, const struct log_record *r)
{
	return put_number_of(l, r, 0);
}

static bool
put_backward(struct line *l, const struct log_record *r)
{
	return put_number_of(l, r, 1);
}

static bool
put_duration(struct line *l, const struct log_record *r)
{
	if (r->event != LOG_EVENT_END)
		return false;
	/* Not by %f, whose point is the locale's. */
	line_printf(l, "%" PRIu64 ".%06" PRIu64, r->about->duration / 1000000000,
	    r->about->duration % 1000000000 / 1000);
	return true;
}

static bool
put_reason(struct line *l, const struct log_record *r)
{
	return r->event == LOG_EVENT_END && put_string(l, r->about->reason, PART_MAX);
}

static bool
put_status(struct line *l, const struct log_record *r)
{
	if (r->event == LOG_EVENT_END)
		line_printf(l, "%d", r->about->status);
	return r->event == LOG_EVENT_END;
}

static bool
put_error(struct line *l, const struct log_record *r)
{
	return put_string(l, r->error, PART_MAX);
}

static bool
put_hint(struct line *l, const struct log_record *r)
{
	return put_string(l, r->hint, PART_MAX);
}

static bool
put_repeated(struct line *l, const struct log_record *r)
{
	line_printf(l, "%lu", r->repeated > 0 ? r->repeated : 1);
	return true;
}

static bool
put_message(struct line *l, const struct log_record *r)
{
	line_string(l, r->text, r->text_len, l->room - l->len - 2);
	return true;
}

/* clang-format off */
#define KEYS(KEY)                                                                                           \
	KEY(time, "string", "when, RFC 3339 in UTC with microseconds")                                      \
	KEY(level, "string", "error, warn, info, debug or trace")                                           \
	KEY(event, "string", "message, start, end or stderr")                                               \
	KEY(pid, "integer", "process id of ipcwire")                                                        \
	KEY(session, "integer", "number of the session; 0: not of one session")                             \
	KEY(endpoint, "string", "the address as it was written; absent: the program itself")                \
	KEY(peer, "string", "start, end: the other side of the connection")                                 \
	KEY(local, "string", "start, end: our side of the connection")                                      \
	KEY(forward, "integer or null", "end: bytes from left to right; null: not known")                   \
	KEY(backward, "integer or null", "end: bytes from right to left; null: not known")                  \
	KEY(duration, "number", "end: seconds from the opening to the end")                                 \
	KEY(reason, "string", "end: why it ended")                                                          \
	KEY(status, "integer", "end: its exit status")                                                      \
	KEY(error, "string", "the cause in the words of the system, where it named one")                    \
	KEY(hint, "string", "what helps, where something is known")                                         \
	KEY(repeated, "integer", "how many like this one it stands for, mostly 1")                          \
	KEY(message, "string", "what happened, without endpoint, error and hint")
/* clang-format on */

#define KEY_ROW(name, type, help) { #name, type, help },
const struct log_key log_keys[] = { KEYS(KEY_ROW){ "", "", "" } };
#define KEY_PUT(name, type, help) put_##name,
static const put_fn log_puts[] = { KEYS(KEY_PUT) };

size_t
log_format_json(char line[LOG_LINE_MAX], const struct log_record *r)
{
	struct line l = { .buf = line, .room = LOG_LINE_MAX - 2 };

	line_printf(&l, "{");
	for (size_t i = 0; i < sizeof(log_puts) / sizeof(*log_puts); i++) {
		const size_t before = l.len;

		line_printf(&l, "%s\"%s\":", i > 0 ? "," : "", log_keys[i].name);
		if (!log_puts[i](&l, r))
			l.len = before;
	}
	line_printf(&l, "}");
	return line_end(&l);
}
