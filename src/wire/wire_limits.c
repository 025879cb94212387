/*
 * Lazy timers: nothing is done when bytes move. When the timer of a client expires, what is due is computed from when it
 * last moved something, which its wire or (a member) its pumps know, and the timer is set for what comes next.
 *
 * A limit ends the client, not the server: of a session the wire, of a wire with members that member alone. Where the
 * client is the run's only one, its limit is one of the run.
 */
#include "wire/wire_limits.h"

#include <stdlib.h>
#include <sys/param.h>

#include "base/mem.h"
#include "endpoint/socket_groups.h"
#include "wire/wire_close.h"
#include "wire/wire_members.h"
#include "wire/wire_rules.h"
#include "wire/wire_tell.h"

#define NEVER UINT64_MAX

struct wire_limits {
	struct wire_end *end;
	const struct listen_opts *opts;
	struct loop_timer timer;
	uint64_t began, running; /* since it is there; since its bytes move, 0: not yet */
};

static const struct listen_opts *
limits_opts(const struct endpoint_spec *s)
{
	return s->kind->flags & KIND_LISTEN ? endpoint_spec_group(s, &listen_group) : NULL;
}

const char *
wire_limits_wish(const struct endpoint_spec *s)
{
	const struct listen_opts *o = limits_opts(s);

	if (o == NULL)
		return NULL;
	return o->idle > 0 ? "idle= watches the bytes" : o->first_byte > 0 ? "first-byte= watches the bytes" : NULL;
}

/* ---- when ---- */

static uint64_t
limits_moved(const struct wire_end *e)
{
	const struct pump *from = wire_pump_from(e), *to = wire_pump_to(e);
	uint64_t moved = e->limits->running;

	if (!e->is_member)
		return MAX(moved, e->wire->last_activity);
	if (from != NULL)
		moved = MAX(moved, from->sources[e->source].moved_at);
	if (to != NULL)
		moved = MAX(moved, to->sinks[e->sink].moved_at);
	return moved;
}

/* An end of input without a byte says that none will come: that is no client that keeps one waiting. */
static bool
limits_is_mute(const struct wire_end *e)
{
	const struct pump *p = wire_pump_from(e);

	return p != NULL && p->sources[e->source].in == 0 && !p->sources[e->source].is_over;
}

static uint64_t
limits_due_first_byte(const struct wire_limits *l)
{
	const bool counts = l->running != 0 && l->opts->first_byte > 0 && limits_is_mute(l->end);

	return counts ? l->running + (uint64_t)l->opts->first_byte : NEVER;
}

static uint64_t
limits_due_idle(const struct wire_limits *l)
{
	const bool counts = l->running != 0 && l->opts->idle > 0;

	return counts ? limits_moved(l->end) + (uint64_t)l->opts->idle : NEVER;
}

static uint64_t
limits_due_timeout(const struct wire_limits *l)
{
	return l->opts->session_timeout > 0 ? l->began + (uint64_t)l->opts->session_timeout : NEVER;
}

static const struct limits_row {
	uint64_t (*due)(const struct wire_limits *);
	const char *reason;
	enum total total;
} limits_rows[] = {
	{ limits_due_first_byte, "the client sent nothing within the time of first-byte", TOTAL_LIMIT_FIRST_BYTE },
	{ limits_due_idle, "nothing moved within the time of idle", TOTAL_LIMIT_IDLE },
	{ limits_due_timeout, "the time of timeout is over", TOTAL_LIMIT_TIMEOUT },
};
#define LIMITS_ROWS (sizeof(limits_rows) / sizeof(*limits_rows))

static const struct limits_row *
limits_next(const struct wire_limits *l, uint64_t *due)
{
	const struct limits_row *next = NULL;

	*due = NEVER;
	for (size_t i = 0; i < LIMITS_ROWS; i++) {
		const uint64_t when = limits_rows[i].due(l);

		if (when < *due) {
			*due = when;
			next = &limits_rows[i];
		}
	}
	return next;
}

/* ---- the end ---- */

static void
limits_end_wire(struct wire *w, const char *reason)
{
	if (w->session == 0) { /* the client of this run */
		wire_stop(w, 124, reason);
		return;
	}
	wire_note_reason(w, "%s", reason);
	wire_stop(w, 0, NULL);
}

static void
limits_expired(struct loop_timer *t)
{
	struct wire_limits *l = t->arg;
	struct wire *w = l->end->wire;
	uint64_t due;
	const struct limits_row *row = limits_next(l, &due);

	if (w->is_stopped || row == NULL)
		return;
	if (w->state == WIRE_CLOSING && !wire_close_is_delivering(w))
		return;
	if (due > loop_now(w->env->loop)) {
		loop_timer_set(w->env->loop, t, due);
		return;
	}
	totals_add(w->env->totals, row->total, 1);
	if (l->end->is_member)
		wire_end_member(l->end, row->reason);
	else
		limits_end_wire(w, row->reason);
}

static void
limits_set(struct wire_limits *l)
{
	uint64_t due;

	if (limits_next(l, &due) != NULL)
		loop_timer_set(l->end->wire->env->loop, &l->timer, due);
}

/* ---- the client ---- */

static const struct endpoint *
limits_client(const struct wire_end *e)
{
	if (e->in != NULL && e->in->is_accepted)
		return e->in;
	return e->out != NULL && e->out->is_accepted ? e->out : NULL;
}

void
wire_limits_start(struct wire_end *e)
{
	const struct endpoint *client = limits_client(e);
	const struct listen_opts *o = client != NULL ? limits_opts(client->spec) : NULL;

	if (o == NULL || e->limits != NULL || (o->idle <= 0 && o->first_byte <= 0 && o->session_timeout <= 0))
		return;
	e->limits = xcalloc(1, sizeof(*e->limits));
	e->limits->end = e;
	e->limits->opts = o;
	e->limits->began = loop_now(e->wire->env->loop);
	e->limits->running = e->wire->state == WIRE_RUNNING ? e->limits->began : 0;
	loop_timer_init(&e->limits->timer, limits_expired, e->limits);
	limits_set(e->limits);
}

void
wire_limits_run(struct wire *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		struct wire_end *e = w->ends[i];

		wire_limits_start(e);
		if (e->limits == NULL || e->limits->running != 0)
			continue;
		e->limits->running = loop_now(w->env->loop);
		limits_set(e->limits);
	}
}

void
wire_limits_stop(struct wire_end *e)
{
	if (e->limits != NULL)
		loop_timer_stop(e->wire->env->loop, &e->limits->timer);
}
