/*
 * A client that a door admits becomes an end at the door's position: it joins the pumps of its ways, and leaves them when it
 * has nothing more to say and gets nothing more, or is gone. What goes wrong with one member costs that member only. One that
 * leaves has its connection ended properly: what it still sends is read, for 2 s at most, so that no unread input turns into
 * a reset that eats what it was sent (RFC 1122, 4.2.2.13).
 */
#include "wire/wire_members.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "endpoint/linger.h"
#include "endpoint/socket_groups.h"
#include "wire/speak.h"
#include "wire/wire_close.h"
#include "wire/wire_info.h"
#include "wire/wire_limits.h"
#include "wire/wire_open.h"
#include "wire/wire_pumps.h"
#include "wire/wire_restart.h"
#include "wire/wire_rules.h"

static unsigned long
members_at(const struct wire *w, unsigned position)
{
	unsigned long n = 0;

	for (unsigned i = 0; i < w->nends; i++)
		n += w->ends[i]->is_member && w->ends[i]->position == position;
	return n;
}

static unsigned long
members_max(const struct wire_end *door)
{
	const struct listen_opts *o = endpoint_spec_group(door->in->spec, &listen_group);

	return o->max == OPT_INT_WORD(0) ? ULONG_MAX : (unsigned long)o->max;
}

static int
members_make_relayed(struct endpoint *ep)
{
	int error = endpoint_make_relayed(ep, ROLE_READ);

	return error != 0 ? error : endpoint_make_relayed(ep, ROLE_WRITE);
}

static void
members_count(const struct wire *w)
{
	ready_count(w->env, wire_nmembers(w), w->members);
}

static void
members_admit(struct wire_end *door, struct endpoint *client)
{
	struct wire *w = door->wire;
	struct wire_end *e = xcalloc(1, sizeof(*e));

	wire_end_init(e, w, door->position);
	e->is_door = false;
	e->is_member = true;
	e->in = e->out = client;
	e->joined = loop_now(w->env->loop);
	w->ends = xreallocarray(w->ends, w->nends + 1, sizeof(struct wire_end *));
	w->ends[w->nends++] = e;
	wire_own(e, client);
	client->who.session = w->members;
	client->is_open = true;
	log_msg(LOG_INFO, &client->who, "%s joined", client->peer);
	members_count(w);
	wire_join(e);
	wire_limits_start(e);
	speak_joined(e);
	if (members_at(w, door->position) >= members_max(door)) {
		door->is_full = true;
		listener_pause(door->in, true);
	}
	wire_run_all(w);
}

static void
members_accepted(struct endpoint *listener, void *arg)
{
	struct wire_end *door = arg;
	struct wire *w = door->wire;
	struct endpoint *client = endpoint_new(listener->spec, w->env, listener->roles);

	client->who.session = ++w->members;
	if (listener->kind->accept(listener, client) != 0 || members_make_relayed(client) != 0) {
		endpoint_free(client);
		return;
	}
	members_admit(door, client);
}

void
wire_open_doors(struct wire *w)
{
	for (unsigned i = 0; i < w->spec->nends; i++) {
		struct wire_end *e = w->ends[i];

		if (!e->is_door || listener_serve(e->in, members_accepted, e) == 0)
			continue;
		wire_fail(w, 1);
		wire_close_begin(w);
		return;
	}
}

void
wire_shut_doors(struct wire *w)
{
	for (unsigned i = 0; i < w->spec->nends; i++) {
		struct wire_end *e = w->ends[i];

		if (!e->is_door || e->in == NULL)
			continue;
		endpoint_free(e->in);
		e->in = e->out = NULL;
	}
	for (unsigned i = 0; i < w->nways; i++)
		pump_close_doors(&w->ways[i].pump);
	if (w->state == WIRE_RUNNING)
		wire_run_all(w);
}

/* Leaving. */

static bool
members_source_is_over(const struct wire_end *e)
{
	const struct pump *p = wire_pump_from(e);
	const struct pump_source *s = p != NULL ? &p->sources[e->source] : NULL;

	if (s == NULL || pump_is_over(p))
		return true;
	return s->is_over && pump_source_is_drained(p, s);
}

static bool
members_sink_is_over(const struct wire_end *e)
{
	const struct pump *p = wire_pump_to(e);

	return p == NULL || p->sinks[e->sink].is_over;
}

bool
wire_has_speakers(const struct wire *w)
{
	for (unsigned i = w->spec->nends; i < w->nends; i++) {
		const struct wire_end *e = w->ends[i];
		const struct pump *from = wire_pump_from(e);

		if (from == NULL || from->mode == PLAN_DISCARD || !members_source_is_over(e))
			return true;
	}
	return false;
}

/* It asks no more and has its answers, or nobody is there who could answer: that is the end for it, although the shared end goes on. */
static void
members_end_answered(const struct wire_end *e)
{
	struct pump *to = wire_pump_to(e);

	if (to == NULL || to->sinks[e->sink].is_over || !members_source_is_over(e))
		return;
	if (!speak_is_answered(e) && !wire_restart_is_resting(e->wire))
		return;
	if (queue_pending(&to->queue, e->sink) == 0 && to->sinks[e->sink].rest == NULL)
		pump_end_sink(to, e->sink, 0);
}

static bool
members_is_through(const struct wire_end *e)
{
	const struct pump *to = wire_pump_to(e);

	if (e->ended_by != NULL)
		return true;
	if (members_sink_is_over(e) && members_source_is_over(e))
		return true;
	return to != NULL && to->sinks[e->sink].is_over &&
	    (to->sinks[e->sink].error != 0 || to->sinks[e->sink].was_slow);
}

/*
 * A FIN may mean that the client has only nothing more to say (RFC 9293, 3.6), or that it is gone, which shows when something
 * is sent to it. The kernel's probes send something (tcp(7)); a socket that its process has closed is forgotten after a minute
 * (tcp_fin_timeout) and then answers with a reset.
 */
static void
members_probe(struct wire_end *e)
{
	static const struct {
		int level, name, value;
	} probes[] = { { SOL_SOCKET, SO_KEEPALIVE, 1 }, { IPPROTO_TCP, TCP_KEEPIDLE, 60 },
		{ IPPROTO_TCP, TCP_KEEPINTVL, 15 }, { IPPROTO_TCP, TCP_KEEPCNT, 4 } };

	if (e->is_probed || !e->in->is_tcp || !members_source_is_over(e))
		return;
	e->is_probed = true;
	for (size_t i = 0; i < sizeof(probes) / sizeof(*probes); i++)
		if (setsockopt(e->in->rfd, probes[i].level, probes[i].name, &probes[i].value, sizeof(int)) == -1)
			log_errno(LOG_DEBUG, &e->in->who, errno, "cannot probe for a client that is gone");
}

static void
members_tell(const struct wire *w, const struct wire_end *e)
{
	const struct pump *from = wire_pump_from(e), *to = wire_pump_to(e);
	const struct pump_sink *sink = to != NULL ? &to->sinks[e->sink] : NULL;
	const uint64_t in = from != NULL ? from->sources[e->source].in : 0, out = sink != NULL ? sink->out : 0,
		       missed = sink != NULL ? sink->missed + sink->left : 0;

	log_msg(LOG_INFO, &e->in->who,
	    "%s %s after %.3f s, %" PRIu64 " bytes from it, %" PRIu64 " to it, %" PRIu64 " not delivered%s%s",
	    e->in->peer, e->ended_by != NULL ? "was ended" : "left", (double)(loop_now(w->env->loop) - e->joined) / 1e9,
	    in, out, missed, e->ended_by != NULL ? ": " : "", e->ended_by != NULL ? e->ended_by : "");
}

static void
members_let_in(struct wire *w, unsigned position)
{
	struct wire_end *door = w->ends[position];

	if (!door->is_full || door->in == NULL || members_at(w, position) >= members_max(door))
		return;
	door->is_full = false;
	listener_pause(door->in, false);
}

/* What it was owed when it failed. */
static void
members_account(const struct wire *w, const struct wire_end *e)
{
	const struct pump *to = wire_pump_to(e);

	if (to != NULL)
		totals_add(w->env->totals, TOTAL_LOST, to->sinks[e->sink].left);
}

static void
members_leave(struct wire *w, struct wire_end *e)
{
	const struct pump *from = wire_pump_from(e);
	const bool is_drained = from != NULL && from->sources[e->source].is_over;

	members_tell(w, e);
	members_account(w, e);
	wire_limits_stop(e);
	speak_leaves(e);
	wire_leave(e);
	linger(e->in, !is_drained);
	e->in = e->out = NULL;
}

static void
members_reap(struct loop_task *t)
{
	wire_end_free(t->arg);
	free(t);
}

/* Its events of this batch still name it. */
static void
members_free(struct wire *w, struct wire_end *e)
{
	struct loop_task *t = xcalloc(1, sizeof(*t));

	loop_task_init(t, members_reap, e);
	loop_defer(w->env->loop, t);
}

void
wire_end_member(struct wire_end *e, const char *reason)
{
	e->ended_by = reason;
	if (e->wire->state == WIRE_RUNNING)
		wire_run_all(e->wire);
	else
		wire_close_give_up_end(e);
}

void
wire_review_members(struct wire *w)
{
	for (unsigned i = w->spec->nends; i < w->nends;) {
		struct wire_end *e = w->ends[i];
		const unsigned position = e->position;

		members_end_answered(e);
		if (!members_is_through(e)) {
			members_probe(e);
			i++;
			continue;
		}
		members_leave(w, e);
		w->ends[i] = w->ends[--w->nends];
		members_free(w, e);
		members_count(w);
		members_let_in(w, position);
	}
}
