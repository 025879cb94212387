/*
 * One row of the table is one option that wants to see or count what flows. Seeing needs copies in that direction; counting
 * only that the bytes pass through us, be it by splice.
 */
#include "wire/traffic.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/charset.h"
#include "base/console.h"
#include "base/mem.h"
#include "wire/progress.h"
#include "wire/stats.h"
#include "wire/tap_cast.h"
#include "wire/tap_dump.h"
#include "wire/tap_record.h"

#define SEES_FORWARD 1u
#define SEES_ALL (~0u)
#define SEES_BACKWARD (SEES_ALL & ~SEES_FORWARD)

struct traffic {
	const struct wire_opts *opts;
	struct loop *loop;
	struct console *console; /* borrowed */
	struct tap_dump dump;
	struct tap_record forward, backward;
	struct traffic_cast *casts; /* one for each wire; of a server, made with it */
	int cast_error;             /* of those that are not there any more */
	struct stats stats;
	uint64_t started;
	struct progress progress;
	bool has_progress;
	uint64_t sizes[WIRE_FLOWS]; /* of the flows, as far as they were known */
	struct traffic_member *members;
};

struct traffic_cast {
	struct tap_cast *cast;
	const struct wire *wire; /* NULL: none has come yet */
	struct traffic_cast *next;
};

struct traffic_row {
	const char *reason; /* for the plan */
	unsigned sees;      /* bits as in struct tap */
	bool only_counts;
	bool (*is_wanted)(const struct wire_opts *);
	int (*open)(struct traffic *); /* or NULL */
	const struct tap_ops *ops;     /* or NULL */
	size_t arg;                    /* of ops: its place in struct traffic */
	void (*join)(struct traffic *, const struct wire *, struct tap_list *); /* or NULL: ops does it */
	int (*close)(struct traffic *);                                         /* or NULL */
};

/* -v and -x are one dump. */
static bool
traffic_wants_text(const struct wire_opts *o)
{
	return o->show_text;
}

static bool
traffic_wants_only_hex(const struct wire_opts *o)
{
	return o->show_hex && !o->show_text;
}

static int
traffic_open_dump(struct traffic *t)
{
	t->dump.console = t->console;
	t->dump.form = !t->opts->show_hex ? DUMP_TEXT : t->opts->show_text ? DUMP_BOTH : DUMP_HEX;
	t->dump.is_utf8 = charset_is_utf8();
	return 0;
}

static bool
traffic_wants_forward(const struct wire_opts *o)
{
	return o->raw_forward != NULL;
}

static int
traffic_open_forward(struct traffic *t)
{
	return tap_record_open(&t->forward, t->opts->raw_forward);
}

static int
traffic_close_forward(struct traffic *t)
{
	return tap_record_close(&t->forward);
}

static bool
traffic_wants_backward(const struct wire_opts *o)
{
	return o->raw_backward != NULL;
}

static int
traffic_open_backward(struct traffic *t)
{
	return tap_record_open(&t->backward, t->opts->raw_backward);
}

static int
traffic_close_backward(struct traffic *t)
{
	return tap_record_close(&t->backward);
}

static bool
traffic_wants_cast(const struct wire_opts *o)
{
	return o->record != NULL;
}

static int
traffic_add_cast(struct traffic *t, unsigned long session)
{
	struct traffic_cast *c = xcalloc(1, sizeof(*c));
	int error;

	c->cast = tap_cast_new(t->opts->record, session, &error);
	if (c->cast == NULL) {
		free(c);
		return error;
	}
	c->next = t->casts;
	t->casts = c;
	return 0;
}

/* The only wire's file is made before anything is opened. */
static int
traffic_open_cast(struct traffic *t)
{
	return t->stats.is_server ? 0 : traffic_add_cast(t, 0);
}

/* Of a dialogue that opens several ends the first one is recorded. */
static void
traffic_join_cast(struct traffic *t, const struct wire *w, struct tap_list *taps)
{
	const int error = t->stats.is_server ? traffic_add_cast(t, taps->session) : 0;

	if (error != 0)
		t->cast_error = error;
	if (error != 0 || t->casts == NULL || t->casts->wire != NULL)
		return;
	t->casts->wire = w;
	tap_cast_join(t->casts->cast, w, taps);
}

static void
traffic_free_cast(struct traffic *t, struct traffic_cast **at)
{
	struct traffic_cast *c = *at;
	const int error = tap_cast_end(c->cast);

	if (error != 0)
		t->cast_error = error;
	*at = c->next;
	tap_cast_free(c->cast);
	free(c);
}

static void
traffic_leave_cast(struct traffic *t, const struct wire *w)
{
	for (struct traffic_cast **at = &t->casts; *at != NULL; at = &(*at)->next)
		if ((*at)->wire == w) {
			traffic_free_cast(t, at);
			return;
		}
}

static int
traffic_close_cast(struct traffic *t)
{
	while (t->casts != NULL)
		traffic_free_cast(t, &t->casts);
	return t->cast_error;
}

static bool
traffic_wants_stats(const struct wire_opts *o)
{
	return o->stats != TRAFFIC_STATS_NO;
}

static int
traffic_open_stats(struct traffic *t)
{
	t->started = loop_clock();
	return 0;
}

static int
traffic_close_stats(struct traffic *t)
{
	char *text;

	t->stats.duration = loop_clock() - t->started;
	stats_get_cpu(&t->stats.cpu);
	text = (t->opts->stats == TRAFFIC_STATS_JSON ? stats_json : stats_text)(&t->stats);
	console_write(t->console, text, strlen(text), true);
	free(text);
	return 0;
}

static bool
traffic_wants_progress(const struct wire_opts *o)
{
	return o->progress != TRAFFIC_PROGRESS_NO;
}

/* Of a server's sessions nobody knows how many will come. */
static void
traffic_note_sizes(struct traffic *t, const struct wire_info *info)
{
	for (unsigned i = 0; i < WIRE_FLOWS; i++)
		if (info->flows[i].size != UINT64_MAX && !t->stats.is_server)
			t->sizes[i] = info->flows[i].size;
}

static void
traffic_look_at(struct traffic *t, const struct wire *w, struct progress_view *v)
{
	struct wire_info info;

	wire_get_info(w, &info);
	v->wires++;
	for (unsigned i = 0; i < WIRE_FLOWS; i++) {
		const struct wire_flow *f = &info.flows[i];

		v->flows[i].bytes += f->out;
		v->flows[i].is_there |= f->path.mode != PLAN_NONE && f->path.mode != PLAN_DISCARD;
	}
	traffic_note_sizes(t, &info);
}

/* --size is about what flows from left to right, unless only the other direction flows. */
static uint64_t
traffic_size(const struct traffic *t, unsigned i)
{
	return t->opts->size != 0 && i == (t->opts->backward ? 1 : 0) ? t->opts->size : t->sizes[i];
}

static void
traffic_look(void *arg, struct progress_view *v)
{
	struct traffic *t = arg;

	for (const struct traffic_member *m = t->members; m != NULL; m = m->next)
		traffic_look_at(t, m->wire, v);
	for (unsigned i = 0; i < WIRE_FLOWS; i++) {
		const struct stats_flow *ended = &t->stats.flows[i];

		v->flows[i].bytes += ended->out;
		v->flows[i].is_there |=
		    v->flows[i].bytes > 0 || (ended->path.mode != PLAN_NONE && ended->path.mode != PLAN_DISCARD);
		v->flows[i].size = traffic_size(t, i);
	}
	v->flows[0].is_there |= !v->flows[1].is_there;
}

static int
traffic_open_progress(struct traffic *t)
{
	for (unsigned i = 0; i < WIRE_FLOWS; i++)
		t->sizes[i] = PROGRESS_SIZE_UNKNOWN;
	t->has_progress = true;
	return progress_start(&t->progress, t->loop, t->console, t->opts->progress == TRAFFIC_PROGRESS_JSON,
	    traffic_look, t);
}

static int
traffic_close_progress(struct traffic *t)
{
	progress_stop(&t->progress);
	return 0;
}

static const struct traffic_row traffic_rows[] = {
	{ .reason = "--verbose shows the bytes",
	    .sees = SEES_ALL,
	    .is_wanted = traffic_wants_text,
	    .open = traffic_open_dump,
	    .ops = &tap_dump_ops,
	    .arg = offsetof(struct traffic, dump) },
	{ .reason = "--hex shows the bytes",
	    .sees = SEES_ALL,
	    .is_wanted = traffic_wants_only_hex,
	    .open = traffic_open_dump,
	    .ops = &tap_dump_ops,
	    .arg = offsetof(struct traffic, dump) },
	{ .reason = "--raw-forward copies the bytes",
	    .sees = SEES_FORWARD,
	    .is_wanted = traffic_wants_forward,
	    .open = traffic_open_forward,
	    .ops = &tap_record_ops,
	    .arg = offsetof(struct traffic, forward),
	    .close = traffic_close_forward },
	{ .reason = "--raw-backward copies the bytes",
	    .sees = SEES_BACKWARD,
	    .is_wanted = traffic_wants_backward,
	    .open = traffic_open_backward,
	    .ops = &tap_record_ops,
	    .arg = offsetof(struct traffic, backward),
	    .close = traffic_close_backward },
	{ .reason = "--record writes down the bytes",
	    .sees = SEES_ALL,
	    .is_wanted = traffic_wants_cast,
	    .open = traffic_open_cast,
	    .join = traffic_join_cast,
	    .close = traffic_close_cast },
	{ .reason = "--progress counts the bytes",
	    .sees = SEES_ALL,
	    .only_counts = true,
	    .is_wanted = traffic_wants_progress,
	    .open = traffic_open_progress,
	    .close = traffic_close_progress },
	{ .reason = "--stats counts the bytes",
	    .sees = SEES_ALL,
	    .only_counts = true,
	    .is_wanted = traffic_wants_stats,
	    .open = traffic_open_stats,
	    .close = traffic_close_stats },
};
#define TRAFFIC_ROWS (sizeof(traffic_rows) / sizeof(*traffic_rows))

void
traffic_wish(const struct wire_opts *o, unsigned from, struct plan_wishes *wishes)
{
	for (size_t i = 0; i < TRAFFIC_ROWS; i++) {
		const struct traffic_row *row = &traffic_rows[i];
		const char **reason = row->only_counts ? &wishes->counts_bytes : &wishes->sees_bytes;

		if ((row->sees & 1u << from) && row->is_wanted(o) && *reason == NULL)
			*reason = row->reason;
	}
}

int
traffic_open(struct traffic **result, const struct wire_spec *spec, struct loop *loop, struct console *console)
{
	const struct wire_opts *opts = &spec->opts;
	struct traffic *t = NULL;
	int error = 0;

	for (size_t i = 0; i < TRAFFIC_ROWS && error == 0; i++) {
		if (!traffic_rows[i].is_wanted(opts))
			continue;
		if (t == NULL) {
			t = xcalloc(1, sizeof(*t));
			t->opts = opts;
			t->loop = loop;
			t->console = console;
			t->stats.is_server = spec->server != -1;
		}
		error = traffic_rows[i].open != NULL ? traffic_rows[i].open(t) : 0;
	}
	if (error != 0) {
		traffic_close(t);
		t = NULL;
	}
	*result = t;
	return error;
}

void
traffic_join(struct traffic *t, struct traffic_member *m, const struct wire *w, struct tap_list *taps)
{
	*m = (struct traffic_member){ .wire = w, .next = t->members, .prev = &t->members };
	if (m->next != NULL)
		m->next->prev = &m->next;
	t->members = m;
	for (size_t i = 0; i < TRAFFIC_ROWS; i++) {
		const struct traffic_row *row = &traffic_rows[i];

		if (row->join != NULL && row->is_wanted(t->opts))
			row->join(t, w, taps);
		else if (row->ops != NULL && row->is_wanted(t->opts))
			tap_add(taps, row->ops, (char *)t + row->arg, row->sees);
	}
}

void
traffic_moved(struct traffic *t)
{
	if (t->has_progress)
		progress_moved(&t->progress);
}

void
traffic_leave(struct traffic *t, struct traffic_member *m, const struct wire_info *info)
{
	*m->prev = m->next;
	if (m->next != NULL)
		m->next->prev = m->prev;
	stats_add(&t->stats, info);
	traffic_note_sizes(t, info);
	traffic_leave_cast(t, m->wire);
}

/* ---- sessions in processes of their own ---- */

static struct tap_record *
traffic_record(struct traffic *t, unsigned i)
{
	return i == 0 ? &t->forward : &t->backward;
}

size_t
traffic_keep(const struct traffic *t, int fds[TRAFFIC_KEEP_MAX])
{
	size_t n = 0;

	if (t == NULL)
		return 0;
	if (t->forward.path != NULL)
		fds[n++] = t->forward.fd;
	if (t->backward.path != NULL)
		fds[n++] = t->backward.fd;
	return n;
}

void
traffic_forked(struct traffic *t, struct loop *loop)
{
	if (t == NULL)
		return;
	t->loop = loop;
	t->has_progress = false;
	t->stats = (struct stats){ .is_server = true };
	console_init(t->console);
	for (unsigned i = 0; i < TRAFFIC_KEEP_MAX; i++) {
		struct tap_record *r = traffic_record(t, i);

		if (r->path != NULL)
			output_init(&r->output, r->fd);
	}
}

bool
traffic_wants_report(const struct traffic *t)
{
	return t != NULL && (traffic_wants_stats(t->opts) || traffic_wants_progress(t->opts));
}

/* The same program reads it: what it points to are constants, at the same place there. */
void
traffic_report(const struct traffic *t, int fd)
{
	_Static_assert(sizeof(t->stats) <= PIPE_BUF, "a pipe takes it at once");

	if (write(fd, &t->stats, sizeof(t->stats)) != (ssize_t)sizeof(t->stats))
		log_errno(LOG_WARN, NULL, errno, "cannot tell the server what was moved");
}

void
traffic_take_report(struct traffic *t, int fd)
{
	struct stats stats;

	if (read(fd, &stats, sizeof(stats)) != (ssize_t)sizeof(stats))
		return; /* it was killed */
	stats_merge(&t->stats, &stats);
	traffic_moved(t);
}

static int
traffic_end_copies(struct traffic *t)
{
	const int forward = tap_record_close(&t->forward), backward = tap_record_close(&t->backward),
		  cast = traffic_close_cast(t);

	return forward != 0 ? forward : backward != 0 ? backward : cast;
}

int
traffic_absorb(struct traffic *t, struct traffic *part)
{
	int error;

	if (part == NULL)
		return 0;
	if (t != NULL)
		stats_merge(&t->stats, &part->stats);
	error = traffic_end_copies(part);
	free(part);
	return error;
}

int
traffic_close(struct traffic *t)
{
	int error = 0;

	if (t == NULL)
		return 0;
	for (size_t i = 0; i < TRAFFIC_ROWS; i++) {
		const struct traffic_row *row = &traffic_rows[i];
		int result = row->close != NULL && row->is_wanted(t->opts) ? row->close(t) : 0;

		error = error != 0 ? error : result;
	}
	free(t);
	return error;
}
