/*
 * cast:FILE: a recording as an endpoint. It says what the recorded side said; where that was sent something, it waits until
 * the same comes from us, and what differs is an error. So a dialogue can be tried without the program it is for.
 *
 * One event is looked at at a time. Output is ready to be read once its time has come, recorded input is waited for as something to be
 * written to us; sides that are not on the wire are passed over. Times are those of the recording, pauses cut to idle-limit=, divided by
 * speed=, from a beginning that moves when input has been waited for: nothing adds up.
 *
 * How a line ended is not compared: Enter is CR on a terminal, LF elsewhere. A masked secret stands for anything up to there.
 */
#include "endpoint/cast_opts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/stat.h>

#include "base/cast.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/secret.h"
#include "endpoint/endpoint.h"

#define CAST_SHOWN 40 /* bytes of an input in a message */

struct cast_state {
	FILE *file;
	char *line; /* of getline(3) */
	size_t room;
	unsigned long nlines;
	struct cast_reader reader;
	struct cast_event event; /* what is due or waited for, as far as it is not done */
	bool has_event, is_over;
	bool is_masked;  /* what comes up to the end of the line is a secret */
	bool has_input;  /* no more comes: its end */
	int error;       /* explained; 0: none */
	bool is_told;    /* one side has returned it */
	uint64_t start;  /* of the loop's clock: when `at` was 0 */
	uint64_t at;     /* when the event is due, since then */
	uint64_t before; /* when the last one was, in the recording */
	struct loop_timer timer;
};

/* clang-format off */
static const struct opt_desc cast_opts_table[] = {
	OPT(struct cast_opts, idle_limit, OPT_TIME, .name = "idle-limit", .help = "no pause is longer; the recording may say so itself"),
	OPT(struct cast_opts, speed, OPT_FACTOR, .name = "speed", .words = "max", .def = "max",
	    .help = "how many times as fast as it was recorded"),
	OPT_END,
};
/* clang-format on */

/* ---- events ---- */

static bool
cast_is_wanted(const struct endpoint *ep, const struct cast_event *e)
{
	return (e->code == CAST_OUTPUT && e->len > 0 && (ep->roles & ROLE_READ)) ||
	    (e->code == CAST_INPUT && e->len > 0 && (ep->roles & ROLE_WRITE));
}

/* Pauses are those between all events, also of those that are passed over. */
static void
cast_count_time(const struct endpoint *ep, struct cast_state *st, uint64_t at)
{
	const struct cast_opts *o = ep->spec->opts;
	const uint64_t limit = (uint64_t)(o->idle_limit != 0 ? o->idle_limit : st->reader.header.idle_limit);
	uint64_t pause = at - st->before;

	st->before = at;
	if (limit != 0 && pause > limit)
		pause = limit;
	if (o->speed > 0)
		st->at += (uint64_t)((double)pause / o->speed);
}

/* The line's newline is cut. Returns 1, 0 at the end, or -1 with the refusal. */
static int
cast_read_line(struct cast_state *st, struct cast_event *e, struct diag *d)
{
	ssize_t n = getline(&st->line, &st->room, st->file);

	if (n == -1)
		return ferror(st->file) ? diag_set(d, 0, "%s", strerror(errno)) : 0;
	st->nlines++;
	if (n > 0 && st->line[n - 1] == '\n')
		n--;
	e->code = '\0';
	return cast_read(&st->reader, st->line, (size_t)n, e, d) == -1 ? -1 : 1;
}

/* What the file itself has wrong, with the line. */
static int
cast_damaged(struct endpoint *ep, struct diag *d)
{
	struct cast_state *st = ep->state;

	st->error =
	    endpoint_explain(ep, EBADMSG, "line %lu of the recording, byte %zu: %s", st->nlines, d->pos + 1, d->text);
	diag_fini(d);
	return st->error;
}

/* Once, whichever side asks first; the other one just ends. */
static int
cast_error(struct cast_state *st, int otherwise)
{
	if (st->is_told)
		return otherwise;
	st->is_told = true;
	return st->error;
}

/* The next event that is for a side of ours, unless there is one already. Returns 0, also at the end, or -errno (explained). */
static int
cast_advance(struct endpoint *ep)
{
	struct cast_state *st = ep->state;
	struct diag d = { 0 };

	while (!st->has_event && !st->is_over) {
		const int result = cast_read_line(st, &st->event, &d);

		if (result == -1)
			return cast_damaged(ep, &d);
		st->is_over = result == 0;
		if (result == 0 || st->event.code == '\0')
			continue;
		cast_count_time(ep, st, st->event.at);
		st->has_event = cast_is_wanted(ep, &st->event);
	}
	return 0;
}

static void
cast_due(struct loop_timer *t)
{
	endpoint_recheck(t->arg);
}

/* Output whose time has not come sets the timer. */
static bool
cast_is_due(struct endpoint *ep)
{
	struct cast_state *st = ep->state;
	const uint64_t due = st->start + st->at;

	if (((const struct cast_opts *)ep->spec->opts)->speed == 0 || due <= loop_now(endpoint_loop(ep)))
		return true;
	loop_timer_set(endpoint_loop(ep), &st->timer, due);
	return false;
}

/* At an end, and where something is wrong, both sides are ready: to be told. */
static bool
cast_is_ready(struct endpoint *ep, enum endpoint_role role)
{
	struct cast_state *st = ep->state;

	if (st->error != 0 || cast_advance(ep) != 0 || st->is_over)
		return true;
	if (st->event.code == CAST_INPUT)
		return role == ROLE_WRITE || st->has_input;
	return role == ROLE_READ && cast_is_due(ep);
}

static void
cast_took(struct endpoint *ep, size_t n)
{
	struct cast_state *st = ep->state;

	st->event.data += n;
	st->event.len -= n;
	st->has_event = st->event.len > 0;
}

/* ---- what it says ---- */

/* The recorded input, whole, quoted. The caller frees it. */
static char *
cast_quote_input(const struct cast_state *st)
{
	return diag_quote(st->reader.json.string, MIN(st->reader.json.len, CAST_SHOWN));
}

static void
cast_ended_early(struct endpoint *ep)
{
	struct cast_state *st = ep->state;
	char *want = cast_quote_input(st);

	st->error = endpoint_explain(ep, EPROTO,
	    "line %lu of the recording has the input %s, but the input ended before", st->nlines, want);
	free(want);
}

/* What is due goes out together, as far as there is room. */
static ssize_t
cast_say(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct cast_state *st = ep->state;
	char *to = iov[0].iov_base;
	size_t room = iov[0].iov_len, n;

	(void)niov;
	while (room > 0 && st->error == 0 && cast_advance(ep) == 0 && !st->is_over && st->event.code == CAST_OUTPUT &&
	    cast_is_due(ep)) {
		n = MIN(st->event.len, room);
		memcpy(to, st->event.data, n);
		cast_took(ep, n);
		to += n;
		room -= n;
	}
	endpoint_recheck(ep);
	if (room < iov[0].iov_len)
		return (ssize_t)(iov[0].iov_len - room);
	if (st->error == 0 && !st->is_over && st->event.code == CAST_INPUT && st->has_input)
		cast_ended_early(ep);
	if (st->error != 0)
		return cast_error(st, 0);
	return st->is_over ? 0 : -EAGAIN;
}

/* ---- what it is sent ---- */

static bool
cast_is_enter(char c)
{
	return c == '\r' || c == '\n';
}

/* The recorded input goes on with a mask. */
static bool
cast_is_mask(const struct cast_event *e)
{
	return e->len >= strlen(SECRET_MASK) && memcmp(e->data, SECRET_MASK, strlen(SECRET_MASK)) == 0;
}

/* How many of the bytes are as recorded; less than len: the next one is not, or the recording has no more for now. */
static size_t
cast_compare(struct endpoint *ep, const char *bytes, size_t len, bool *differs)
{
	struct cast_state *st = ep->state;
	size_t n = 0;

	*differs = false;
	while (n < len && (st->has_event || st->is_masked)) {
		if (st->is_masked && !cast_is_enter(bytes[n])) {
			n++;
			continue;
		}
		st->is_masked = false;
		if (!st->has_event)
			break;
		if (cast_is_mask(&st->event)) {
			st->is_masked = true;
			cast_took(ep, strlen(SECRET_MASK));
			continue;
		}
		*differs = bytes[n] != *st->event.data && !(cast_is_enter(bytes[n]) && cast_is_enter(*st->event.data));
		if (*differs)
			break;
		cast_took(ep, 1);
		n++;
	}
	return n;
}

static int
cast_differs(struct endpoint *ep, const char *bytes, size_t len)
{
	struct cast_state *st = ep->state;
	const size_t done = st->reader.json.len - st->event.len;
	char *want = cast_quote_input(st), *got = diag_quote(bytes, MIN(len, CAST_SHOWN));

	if (done == 0)
		st->error = endpoint_explain(ep, EPROTO, "line %lu of the recording has the input %s, and %s came",
		    st->nlines, want, got);
	else
		st->error = endpoint_explain(ep, EPROTO,
		    "line %lu of the recording has the input %s, and after %zu bytes of that %s came", st->nlines, want,
		    done, got);
	endpoint_recheck(ep);
	free(want);
	free(got);
	return cast_error(st, 0);
}

static ssize_t
cast_hear(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct cast_state *st = ep->state;
	const char *bytes = iov[0].iov_base;
	const size_t len = iov[0].iov_len;
	bool differs;
	size_t n;

	(void)niov;
	if (st->error != 0 || cast_advance(ep) != 0)
		return cast_error(st, -EPIPE);
	if (st->is_over && !st->is_masked)
		return -EPIPE;
	if (!st->is_over && st->event.code != CAST_INPUT)
		return -EAGAIN;
	n = cast_compare(ep, bytes, len, &differs);
	if (n == 0 && differs)
		return cast_differs(ep, bytes, len);
	/* What follows counts from here. */
	st->start = loop_now(endpoint_loop(ep)) - st->at;
	endpoint_recheck(ep);
	return n > 0 ? (ssize_t)n : -EAGAIN;
}

static int
cast_shutdown(struct endpoint *ep)
{
	struct cast_state *st = ep->state;

	st->has_input = true;
	if (ep->roles & ROLE_READ) {
		endpoint_recheck(ep);
		return 0;
	}
	if (st->error == 0 && cast_advance(ep) == 0 && st->has_event)
		cast_ended_early(ep);
	return cast_error(st, 0);
}

/* ---- opening ---- */

static int
cast_read_header_line(struct endpoint *ep)
{
	struct cast_state *st = ep->state;
	struct diag d = { 0 };
	int result = cast_read_line(st, &st->event, &d);

	if (result == 0)
		diag_set(&d, 0, "the file is empty");
	if (result != 1 && d.hint != NULL)
		log_msg(LOG_ERROR, &ep->who, "line 1: %s (%s)", d.text, d.hint);
	else if (result != 1)
		log_msg(LOG_ERROR, &ep->who, "line 1: %s", d.text);
	diag_fini(&d);
	return result == 1 ? 0 : -EBADMSG;
}

static int
cast_open(struct endpoint *ep)
{
	static const struct endpoint_io io = { .is_ready = cast_is_ready };
	struct cast_state *st = ep->state;
	int fd = io_open(endpoint_spec_param(ep->spec, 0), O_RDONLY | O_NONBLOCK, 0);
	struct stat info;

	loop_timer_init(&st->timer, cast_due, ep);
	if (fd < 0)
		return endpoint_fail(ep, -fd, "cannot open it");
	if (fstat(fd, &info) == 0 && !S_ISREG(info.st_mode)) {
		io_close(&fd);
		log_msg(LOG_ERROR, &ep->who, "this is no regular file: a recording is played from a file");
		return -EINVAL;
	}
	st->file = fdopen(fd, "r");
	if (st->file == NULL) {
		io_close(&fd);
		return endpoint_fail(ep, errno, "cannot open it");
	}
	st->start = loop_now(endpoint_loop(ep));
	ep->io = &io;
	return cast_read_header_line(ep);
}

static void
cast_close(struct endpoint *ep)
{
	struct cast_state *st = ep->state;

	loop_timer_stop(endpoint_loop(ep), &st->timer);
	if (st->file != NULL)
		fclose(st->file);
	free(st->line);
	cast_reader_fini(&st->reader);
}

/* What the grammar might take for its own is escaped. */
char *
cast_address(const char *path)
{
	char *quoted = xcalloc(strlen(path) * 2 + 1, 1), *to = quoted, *address;

	for (; *path != '\0'; path++) {
		if (strchr("\\,!'\"()[]{}", *path) != NULL)
			*to++ = '\\';
		*to++ = *path;
	}
	address = xasprintf("cast:%s", quoted);
	free(quoted);
	return address;
}

const struct endpoint_kind endpoint_cast = {
	.name = "cast",
	.syntax = "cast:FILE",
	.example = "cast:session.cast",
	.help = "a recording: says what it has, waits for what it was sent",
	.args_min = 1,
	.args_max = 1,
	.flags = KIND_READ | KIND_WRITE | KIND_COLONS,
	.opts = cast_opts_table,
	.opts_size = sizeof(struct cast_opts),
	.state_size = sizeof(struct cast_state),
	.open = cast_open,
	.read = cast_say,
	.write = cast_hear,
	.shutdown = cast_shutdown,
	.close = cast_close,
};
