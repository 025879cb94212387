/*
 * A wire from opening to end.
 *
 *   OPENING   all ends but programs open in parallel; then the plan is made from what they turned out to be, and programs
 *             are started, with descriptors handed over where the plan says direct (wire_open.c)
 *   RUNNING   each way goes on until its own end; a way is over when its sinks have taken everything and were told
 *             the end, when no sink can take more, or (direct) when the program has ended (wire_rules.c)
 *   CLOSING   nothing is read any more for the wire; programs that are left get the ladder; sockets are given the time to
 *             deliver: what was sent must be acknowledged, and what the peer still sends is drained (2 s), so that
 *             no unread input turns into a reset that eats the answer (RFC 1122, 4.2.2.13) (wire_close.c)
 *   DONE      the result is told; everything is freed after the batch
 *
 * The wire owns its ends, their endpoints, and its ways with their pumps: which ends a way joins is its route (route.c).
 * Events only change states; wire_settle draws the consequences: it tells the loop what to wait for and finds out whether
 * the wire has ended.
 */
#include "wire/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/param.h>
#include <sys/socket.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/exec.h"
#include "endpoint/message.h"
#include "wire/pump.h"
#include "wire/speak.h"
#include "wire/traffic.h"
#include "wire/wire_close.h"
#include "wire/wire_errors.h"
#include "wire/wire_members.h"
#include "wire/wire_open.h"
#include "wire/wire_restart.h"
#include "wire/wire_rules.h"
#include "wire/wire_state.h"
#include "wire/wire_tell.h"

void
wire_fail(struct wire *w, int status)
{
	if (w->failure == 0)
		w->failure = status;
}

/* Consequences. */

/* A program that has ended takes no input any more: what is left for it is its own affair. */
static void
wire_end_dead_sinks(struct wire *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end *e = w->ends[i];
		struct pump *p = wire_pump_to(e);

		if (p != NULL && wire_program_has_ended(e->out))
			pump_end_sink(p, e->sink, 0);
	}
}

/* More may come of that source, but nothing of it is wanted any more. */
static bool
wire_is_unread(const struct pump *p, unsigned source)
{
	return p->sources[source].left == 0 || (pump_is_over(p) && !p->sources[source].has_ended);
}

/* A program that nobody listens to any more is not read, so that it gets SIGPIPE if it writes on. */
static void
wire_close_unread_sources(struct wire *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end *e = w->ends[i];
		struct endpoint *source = e->in;
		const struct pump *p = wire_pump_from(e);

		if (p != NULL && wire_is_unread(p, e->source) && source->child != NULL)
			endpoint_unread(source);
	}
}

static void
wire_check_end_wait(struct wire *w)
{
	if (loop_timer_is_set(&w->end_wait))
		return;
	for (unsigned i = 0; i < w->nways; i++) {
		const struct wire_way *way = &w->ways[i];
		int64_t wait;

		if (way->path.mode == PLAN_NONE || !wire_way_is_over(w, way))
			continue;
		wait = wire_end_wait_of(w, way); /* may ask the kernel: not for every block */
		if (wait > 0)
			loop_timer_set(w->env->loop, &w->end_wait, w->last_activity + (uint64_t)wait);
	}
}

/* A client that is gone (not merely silent) has its program ended, after what it sent was passed on. */
static void
wire_check_gone(struct wire *w)
{
	if (w->spec->topology != TOPOLOGY_PAIR || wire_spec_has_doors(w->spec) || loop_timer_is_set(&w->gone))
		return;
	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end *e = w->ends[i];
		const struct endpoint *program = wire_program(w->ends[1 - i]);
		const struct pump *p = wire_pump_from(e);

		if (!e->is_gone || program == NULL || program->child == NULL || (p != NULL && !pump_is_over(p)))
			continue;
		loop_timer_set(w->env->loop, &w->gone,
		    loop_now(w->env->loop) + (uint64_t)wire_program_opts(program)->kill_after);
	}
}

/* eof-grace=: a program that does not end after its end of input is ended. */
static void
wire_check_grace(struct wire *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		const struct endpoint *program = wire_program(w->ends[i]);
		const struct pump *p = wire_pump_to(w->ends[i]);
		int64_t grace;

		if (program == NULL || program->child == NULL || p == NULL || !pump_is_over(p) || !pump_is_at_end(p))
			continue;
		grace = wire_program_opts(program)->eof_grace;
		if (grace > 0 && !loop_timer_is_set(&w->grace) && program->child->rung == -1)
			loop_timer_set(w->env->loop, &w->grace, loop_now(w->env->loop) + (uint64_t)grace);
	}
}

static void
wire_want(struct wire *w, struct endpoint *ep, bool readable, bool writable, bool watch)
{
	int error = endpoint_want(ep, readable, writable, watch);

	if (error == 0)
		return;
	endpoint_fail(ep, -error, "cannot wait for it");
	wire_fail(w, 1);
	wire_close_begin(w);
}

/*
 * An end that was handed to a program is its affair, but for a client that may go away. To be asked for nothing costs, too: a pipe
 * that anybody has in an epoll set wakes its readers at every write (pipe_write in fs/pipe.c).
 */
static bool
wire_watches(const struct wire_end *e)
{
	const struct endpoint *ep = e->in != NULL ? e->in : e->out;

	return !e->has_hung_up &&
	    (wire_pump_from(e) != NULL || wire_pump_to(e) != NULL || ep == NULL || ep->rclass == CLASS_SOCKET ||
		ep->wclass == CLASS_SOCKET);
}

static void
wire_update_end(struct wire *w, const struct wire_end *e)
{
	const struct pump *from = wire_pump_from(e), *to = wire_pump_to(e);
	const bool readable = from != NULL && pump_wants_source(from, e->source),
		   writable = to != NULL && pump_wants_sink(to, e->sink), watch = wire_watches(e);

	if (e->in == NULL && e->out == NULL)
		return;
	if (e->in == e->out) {
		wire_want(w, e->in, readable, writable, watch);
		return;
	}
	if (e->in != NULL)
		wire_want(w, e->in, readable, false, watch);
	if (e->out != NULL && w->state == WIRE_RUNNING)
		wire_want(w, e->out, false, writable, watch);
}

/* The timer runs only while something is held back that shall not wait for ever. */
static void
wire_update_flush(struct wire *w)
{
	uint64_t due = LINES_NEVER;

	for (unsigned i = 0; i < w->nways; i++)
		due = MIN(due, pump_due(&w->ways[i].pump));
	if (due == LINES_NEVER)
		loop_timer_stop(w->env->loop, &w->flush);
	else if (!loop_timer_is_set(&w->flush) || w->flush.when != due)
		loop_timer_set(w->env->loop, &w->flush, due);
}

static void
wire_update_interest(struct wire *w)
{
	bool out_of_memory = false;

	for (unsigned i = 0; i < w->nends && w->state == WIRE_RUNNING; i++)
		wire_update_end(w, w->ends[i]);
	for (unsigned i = 0; i < w->nways; i++)
		out_of_memory |= w->ways[i].pump.out_of_memory;
	if (w->state == WIRE_RUNNING)
		wire_update_flush(w);
	if (out_of_memory && w->state == WIRE_RUNNING)
		loop_timer_set(w->env->loop, &w->retry, loop_now(w->env->loop) + LOOP_MS(20));
}

/* --end: what has been read is still delivered, then the wire is over, whatever its other ways have to say. */
static bool
wire_rule_is_carried_out(struct wire *w)
{
	if (!wire_end_rule_holds(w))
		return false;
	for (unsigned i = 0; i < w->nways; i++) {
		struct pump *p = &w->ways[i].pump;

		if (p->is_there && !pump_is_over(p) && p->mode != PLAN_SPLICE && pump_pending_most(p) > 0) {
			pump_end_sources(p);
			return false;
		}
	}
	return true;
}

void
wire_settle(struct wire *w)
{
	if (w->state != WIRE_RUNNING)
		return;
	if (wire_restart_review(w)) {
		wire_run_all(w);
		return;
	}
	wire_note_ends(w);
	wire_end_dead_sinks(w);
	wire_close_unread_sources(w);
	wire_review_members(w);
	w->is_pipe_ended = wire_has_lost_stdout(w);
	if (w->is_pipe_ended || wire_rule_is_carried_out(w) || (wire_has_ended(w) && !wire_restart_is_pending(w))) {
		wire_close_begin(w);
		return;
	}
	wire_check_end_wait(w);
	wire_check_gone(w);
	wire_check_grace(w);
	wire_update_interest(w);
}

/* Events. */

static void
wire_moved(struct wire *w, bool moved)
{
	if (!moved)
		return;
	w->last_activity = loop_now(w->env->loop);
	if (w->env->traffic != NULL)
		traffic_moved(w->env->traffic);
	watch_moved(&w->watch);
}

void
wire_run_all(struct wire *w)
{
	for (unsigned i = 0; i < w->nways; i++)
		wire_moved(w, pump_run(&w->ways[i].pump));
	wire_settle(w);
}

static void
wire_run_first(struct loop_task *t)
{
	struct wire *w = t->arg;

	if (w->state == WIRE_RUNNING)
		wire_run_all(w);
}

/*
 * What the network says of a datagram that was sent, such as that nobody takes it there (ICMP), is the error of the next call on the
 * socket (udp(7)): the reading had it, or it is asked for. It ends both directions.
 */
static void
wire_end_refused(struct wire_end *e)
{
	const struct pump *from = wire_pump_from(e);
	struct pump *to = wire_pump_to(e);
	int error = 0;
	socklen_t len = sizeof(error);

	if (from != NULL && from->sources[e->source].error != 0)
		error = EPIPE; /* that one is told */
	else
		getsockopt(e->out != NULL ? e->out->wfd : e->in->rfd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error != 0 && to != NULL)
		pump_end_sink(to, e->sink, error);
}

static void
wire_end_hung_sink(struct wire_end *e, uint32_t events)
{
	struct pump *p = wire_pump_to(e);
	const bool is_socket = e->out != NULL &&
	    (e->out->wclass == CLASS_SOCKET ||
		(e->out->wclass == CLASS_PACKET && endpoint_is_packet_connection(e->out->wfd)));

	if (e->out == NULL || (is_socket && e->out->is_tcp && !(events & EPOLLERR)))
		return;
	if (is_socket && e->out->is_accepted && !e->comes_back)
		e->is_gone = true;
	if (p != NULL && (is_socket || e->out->hangs_up || (events & EPOLLERR)))
		pump_end_sink(p, e->sink, EPIPE);
}

static bool
wire_is_packet(const struct wire_end *e)
{
	return (e->out != NULL && e->out->wclass == CLASS_PACKET) || (e->in != NULL && e->in->rclass == CLASS_PACKET);
}

static void
wire_hang_up(struct wire_end *e, uint32_t events, bool is_read_side)
{
	if (!(events & (EPOLLHUP | EPOLLERR)))
		return;
	if (wire_is_packet(e) && !(events & EPOLLHUP)) {
		wire_end_refused(e);
		return;
	}
	if (e->in != e->out && is_read_side)
		return; /* its end comes with its last byte */
	e->has_hung_up = true;
	wire_end_hung_sink(e, events);
}

/* An end without a descriptor waits for what its kind says, which may be another thing after each call. */
static bool
wire_end_has_descriptor(const struct endpoint *ep)
{
	return ep->io == NULL || ep->io->is_ready == NULL;
}

/*
 * Bytes have come, and nothing else has happened: as long as the pump flows before and after, everything that wire_settle looks at
 * is as it was.
 */
static bool
wire_flows_on(struct wire *w, const struct wire_end *e, uint32_t events)
{
	struct pump *from = wire_pump_from(e);
	const struct pump *to = wire_pump_to(e);
	int rfd;

	if (events != EPOLLIN || w->restarts != NULL || from == NULL || !pump_is_flowing(from) ||
	    !wire_end_has_descriptor(from->sources->ep) || !wire_end_has_descriptor(from->sinks->ep) ||
	    (to != NULL && pump_wants_sink(to, e->sink)))
		return false;
	rfd = from->sources->ep->rfd;
	wire_moved(w, pump_run_source(from, e->source));
	/* A kind that gave up its descriptor has its end to tell. */
	return pump_is_flowing(from) && from->sources->ep->rfd == rfd;
}

static void
wire_ready(struct endpoint *ep, uint32_t events, bool is_read_side)
{
	struct wire_end *e = ep->owner;
	struct wire *w = e->wire;
	struct pump *from, *to;

	if (w->state == WIRE_CLOSING) {
		wire_close_event(e);
		return;
	}
	if (w->state != WIRE_RUNNING || (is_read_side && wire_flows_on(w, e, events)))
		return;
	from = wire_pump_from(e);
	to = wire_pump_to(e);
	if (to != NULL && (!is_read_side || ep->rfd == ep->wfd))
		wire_moved(w, pump_run_sink(to, e->sink));
	if (from != NULL && is_read_side && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		wire_moved(w, pump_run_source(from, e->source));
	wire_hang_up(e, events, is_read_side);
	wire_settle(w);
}

static void
wire_opened(struct endpoint *ep, int result)
{
	struct wire *w = ((struct wire_end *)ep->owner)->wire;

	if (w->state == WIRE_RUNNING)
		wire_restart_opened(ep, result);
	else
		wire_open_result(w, ep, result);
}

/* What it wrote to directly has its end of input now: a socket that another program goes on reading from stays open. */
static void
wire_pass_direct_end(struct wire *w, const struct endpoint *program)
{
	for (unsigned i = 0; i < w->nways; i++) {
		const struct wire_way *way = &w->ways[i];

		if (way->path.mode == PLAN_DIRECT && w->ends[way->route.source]->in == program &&
		    w->ends[way->route.sink]->out->wclass == CLASS_SOCKET)
			endpoint_shutdown(w->ends[way->route.sink]->out);
	}
}

static void
wire_program_ended(struct endpoint *ep)
{
	struct wire *w = ((struct wire_end *)ep->owner)->wire;

	if (w->state == WIRE_CLOSING) {
		wire_close_check(w);
		return;
	}
	wire_pass_direct_end(w, ep);
	wire_settle(w);
}

/* Its end was passed on: a connection that was ended from both sides hangs up, too. */
static bool
wire_was_told_end(const struct wire_end *e)
{
	const struct pump *p = wire_pump_to(e);

	return p != NULL && p->sinks[e->sink].is_over && p->sinks[e->sink].error == 0;
}

/* A program may notice that its client is gone before we do, and take the error from the socket: what is left is the hang-up. */
static bool
wire_program_is_abandoned(struct endpoint *ep)
{
	const struct wire_end *e = ep->owner;
	const struct wire *w = e->wire;
	const struct wire_end *other;
	struct pollfd pfd = { .events = 0 };

	if (w->spec->topology != TOPOLOGY_PAIR || wire_spec_has_doors(w->spec))
		return false;
	other = w->ends[1 - e->position];
	if (other->is_gone || other->out == NULL || !other->out->is_accepted || other->out->wfd == -1)
		return other->is_gone;
	pfd.fd = other->out->wfd;
	return poll(&pfd, 1, 0) == 1 && (pfd.revents & (POLLERR | POLLHUP)) != 0 &&
	    !(other->out->is_tcp && wire_was_told_end(other));
}

void
wire_own(struct wire_end *e, struct endpoint *ep)
{
	ep->owner = e;
	ep->who.session = e->wire->session;
	ep->opened = wire_opened;
	ep->ready = wire_ready;
	ep->ended = wire_program_ended;
	ep->is_abandoned = wire_program_is_abandoned;
}

/* Time. */

static bool
wire_is_due(struct wire *w, struct loop_timer *t, int64_t limit)
{
	const uint64_t due = w->last_activity + (uint64_t)limit;

	if (loop_now(w->env->loop) >= due)
		return true;
	loop_timer_set(w->env->loop, t, due);
	return false;
}

static void
wire_idle_expired(struct loop_timer *t)
{
	struct wire *w = t->arg;

	if (w->state == WIRE_CLOSING && !wire_close_is_delivering(w))
		return;
	if (wire_is_due(w, t, w->spec->opts.idle))
		wire_stop(w, 124, "nothing moved within the time of --idle");
}

static void
wire_end_wait_expired(struct loop_timer *t)
{
	struct wire *w = t->arg;

	if (!wire_is_due(w, t, w->spec->opts.end_wait > 0 ? w->spec->opts.end_wait : WIRE_END_WAIT_MUTE))
		return;
	wire_note_reason(w,
	    w->spec->opts.end_wait > 0 ? "the time of --end-wait is over" :
					 "nothing came any more of a peer that cannot be told the end");
	wire_close_begin(w);
}

static void
wire_retry_expired(struct loop_timer *t)
{
	struct wire *w = t->arg;

	if (w->state == WIRE_RUNNING)
		wire_run_all(w);
}

static void
wire_flush_expired(struct loop_timer *t)
{
	struct wire *w = t->arg;

	for (unsigned i = 0; i < w->nways; i++)
		wire_moved(w, pump_expire(&w->ways[i].pump, loop_now(w->env->loop)));
	wire_settle(w);
}

static void
wire_end_programs(struct wire *w, const char *reason)
{
	for (unsigned i = 0; i < w->nends; i++) {
		struct endpoint *program = wire_program(w->ends[i]);

		if (!wire_program_runs(program))
			continue;
		log_msg(LOG_INFO, &program->who, "%s, ending it", reason);
		child_stop(program->child, (uint64_t)wire_program_opts(program)->kill_after);
	}
}

static void
wire_gone_expired(struct loop_timer *t)
{
	wire_end_programs(t->arg, "its client is gone");
}

static void
wire_grace_expired(struct loop_timer *t)
{
	wire_end_programs(t->arg, "it goes on after its end of input");
}

/* Beginning and end. */

void
wire_stop(struct wire *w, int status, const char *reason)
{
	const bool was_closing = w->state == WIRE_CLOSING;

	if (w->is_stopped || w->state == WIRE_DONE)
		return;
	if (reason != NULL)
		log_msg(status == 0 ? LOG_INFO : LOG_ERROR, &(struct log_who){ .session = w->session }, "%s", reason);
	wire_note_reason(w, "%s", reason != NULL ? reason : "a signal");
	if (status != 0)
		wire_fail(w, status);
	w->is_stopped = true;
	w->stopped_since = loop_now(w->env->loop);
	wire_close_begin(w);
	if (was_closing)
		loop_defer(w->env->loop, &w->check); /* it has less time now */
}

/* Programs are not cut short: what they have been given ends, and they end by that. */
static void
wire_end_inputs(struct wire *w)
{
	for (unsigned i = 0; i < w->nways; i++) {
		struct pump *p = &w->ways[i].pump;
		bool has_program = false;

		for (unsigned s = 0; s < p->nsources; s++)
			has_program |= p->sources[s].ep != NULL && p->sources[s].ep->child != NULL;
		if (p->is_there && !has_program)
			pump_end_sources(p);
	}
	wire_run_all(w);
}

void
wire_when_open(struct wire *w, void (*opened)(struct wire *, void *))
{
	w->opened = opened;
}

void
wire_hide(struct wire *w, unsigned end, const struct secrets *secrets)
{
	w->taps.secrets = secrets;
	w->taps.secrets_from = end;
}

void
wire_review(struct wire *w)
{
	if (w->state == WIRE_RUNNING)
		wire_run_all(w);
}

void
wire_unwant(struct wire *w, unsigned end)
{
	struct pump *p = w->state == WIRE_RUNNING ? wire_pump_to(w->ends[end]) : NULL;

	if (p != NULL)
		pump_end_sink(p, w->ends[end]->sink, 0);
}

const struct endpoint *
wire_endpoint(const struct wire *w, unsigned end, enum endpoint_role role)
{
	if (end >= w->nends)
		return NULL;
	return role == ROLE_READ ? w->ends[end]->in : w->ends[end]->out;
}

void
wire_drain(struct wire *w)
{
	if (w->state != WIRE_RUNNING)
		wire_stop(w, 0, NULL);
	else if (wire_spec_has_doors(w->spec))
		wire_shut_doors(w);
	else
		wire_end_inputs(w);
}

void
wire_give_up(struct wire *w)
{
	if (w->state != WIRE_CLOSING)
		return;
	wire_errors_give_up(w);
	wire_close_give_up(w);
}

void
wire_close_begin(struct wire *w)
{
	if (w->state == WIRE_CLOSING || w->state == WIRE_DONE)
		return;
	w->was_running = w->state == WIRE_RUNNING;
	for (unsigned i = 0; i < w->nways && w->was_running; i++)
		pump_expire(&w->ways[i].pump, LINES_NEVER);
	w->state = WIRE_CLOSING;
	if (w->is_stopped)
		loop_timer_stop(w->env->loop, &w->idle);
	loop_timer_stop(w->env->loop, &w->end_wait);
	loop_timer_stop(w->env->loop, &w->gone);
	loop_timer_stop(w->env->loop, &w->grace);
	loop_timer_stop(w->env->loop, &w->retry);
	watch_stop(&w->watch);
	loop_timer_stop(w->env->loop, &w->flush);
	speak_stop(w);
	wire_restart_stop(w);
	wire_close_joints(w);
	wire_close_start(w);
}

struct wire *
wire_new(const struct wire_spec *spec, struct endpoint_env *env, unsigned long session, struct endpoint *const *given,
    void (*done)(struct wire *, const struct wire_result *, void *), void *arg)
{
	struct wire *w = xcalloc(1, sizeof(*w));

	w->spec = spec;
	w->env = env;
	w->session = session;
	w->done = done;
	w->arg = arg;
	w->started = loop_now(env->loop);
	loop_timer_init(&w->idle, wire_idle_expired, w);
	loop_timer_init(&w->end_wait, wire_end_wait_expired, w);
	loop_timer_init(&w->gone, wire_gone_expired, w);
	loop_timer_init(&w->grace, wire_grace_expired, w);
	loop_timer_init(&w->retry, wire_retry_expired, w);
	loop_timer_init(&w->flush, wire_flush_expired, w);
	loop_task_init(&w->first, wire_run_first, w);
	wire_close_init(w);
	tap_list_init(&w->taps, session, spec->nends);
	if (env->traffic != NULL && !spec->is_aside)
		traffic_join(env->traffic, &w->member, w, &w->taps);
	wire_open_init(w, given);
	watch_init(&w->watch, w);
	return w;
}

void
wire_start(struct wire *w)
{
	if (w->session != 0 && !w->spec->is_aside)
		wire_tell_start(w);
	wire_open_start(w);
}

void
wire_renew(struct wire *w)
{
	wire_restart_order(w);
}
