/*
 * Closing a wire: see wire.c. What a socket's peer has not acknowledged is asked of the kernel (endpoint/undelivered.h), which
 * has no event for it, so for the moments of closing, and only then, a timer looks again.
 */
#include "wire/wire_close.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "endpoint/exec.h"
#include "endpoint/message.h"
#include "endpoint/undelivered.h"
#include "wire/speak.h"
#include "wire/traffic.h"
#include "wire/wide_pipe.h"
#include "wire/wire_errors.h"
#include "wire/wire_fdpass.h"
#include "wire/wire_info.h"
#include "wire/wire_limits.h"
#include "wire/wire_open.h"
#include "wire/wire_restart.h"
#include "wire/wire_rules.h"
#include "wire/wire_tell.h"

#define CLOSE_DRAIN LOOP_SEC(2)
#define CLOSE_LOOK_FIRST LOOP_MS(1)
#define CLOSE_LOOK_LAST LOOP_MS(100)

/* What went wrong, told once, and what was lost. */

/* The kind may know better than the errno why. */
static void close_tell(enum log_level, const struct endpoint *, int error, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void
close_tell(enum log_level level, const struct endpoint *ep, int error, const char *fmt, ...)
{
	va_list ap;
	char *what;

	va_start(ap, fmt);
	if (ep->why == NULL) {
		log_verrno(level, &ep->who, error, fmt, ap);
	} else {
		what = xvasprintf(fmt, ap);
		log_msg(level, &ep->who, "%s: %s", what, ep->why);
		free(what);
	}
	va_end(ap);
}

static bool
close_is_own_end(const struct pump_sink *s)
{
	const struct endpoint *ep = s->ep;

	if (s->error == 0)
		return true;
	return s->error == EPIPE && ep->wclass != CLASS_SOCKET;
}

/* Bytes that the kernel took and the peer never acknowledged. */
static uint64_t
close_unacknowledged(struct endpoint *ep)
{
	return endpoint_knows_undelivered(ep) ? endpoint_undelivered(ep) : 0;
}

/* All that came was passed on, and its end. */
static bool
close_had_everything(const struct pump *p)
{
	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL && !(p->sources[i].is_over && p->sources[i].has_ended))
			return false;
	return true;
}

/* The other direction of a connection that was reset says so, with what that has cost. */
static bool
close_loss_is_told(const struct wire *w, const struct endpoint *ep)
{
	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end *e = w->ends[i];
		const struct pump *p = wire_pump_to(e);

		if (e->in == ep && p != NULL && p->sinks[e->sink].error != 0 &&
		    pump_pending(p, e->sink) + close_unacknowledged(e->out) > 0)
			return true;
	}
	return false;
}

static void
close_report_source(struct wire *w, const struct pump_source *s)
{
	if (s->cut > 0 || s->was_told)
		wire_fail(w, 1);
	if (s->error == 0 || s->was_told)
		return;
	/* The peer left without reading all that it had been sent: what it sent itself has been read (unix(7)). */
	if (s->error == ECONNRESET && !s->ep->is_tcp) {
		log_msg(LOG_INFO, &s->ep->who, "the peer closed without reading everything");
		return;
	}
	wire_fail(w, 1);
	if (s->error == ECONNRESET && close_loss_is_told(w, s->ep))
		return;
	close_tell(LOG_ERROR, s->ep, s->error, "cannot read after %" PRIu64 " bytes", s->in);
}

static void
close_report_sink(struct wire *w, const struct pump *p, unsigned sink)
{
	const struct pump_sink *s = &p->sinks[sink];
	const uint64_t unacknowledged = close_unacknowledged(s->ep), lost = pump_pending(p, sink) + unacknowledged;
	/* A peer that leaves with nothing owed costs nothing; an error on closing a file may have cost all of it. */
	const bool is_loss = lost > 0 || (s->error != EPIPE && s->error != ECONNRESET);
	bool is_own_end;

	if (s->refused > 0) {
		log_msg(LOG_ERROR, &s->ep->who, "%" PRIu64 " message%s with %" PRIu64 " bytes did not arrive",
		    s->refused, s->refused == 1 ? "" : "s", s->refused_bytes);
		wire_fail(w, 1);
	}
	if (s->ep->child != NULL) /* a program that ends takes what it wants, whatever its socket says */
		is_own_end = s->error == 0 || s->error == EPIPE || s->error == ECONNRESET;
	else
		is_own_end = close_is_own_end(s);
	if (is_own_end && s->is_over && unacknowledged == 0) {
		if (lost > 0)
			log_msg(LOG_INFO, &s->ep->who, "ended by itself; %" PRIu64 " bytes were not wanted", lost);
		return;
	}
	if (s->error == 0 && lost == 0)
		return;
	if (s->error == EPIPE && lost == 0 && close_had_everything(p))
		return;
	if (s->error != 0 && lost > 0)
		close_tell(LOG_ERROR, s->ep, s->error, "%" PRIu64 " bytes did not arrive", lost);
	else if (s->error != 0)
		close_tell(is_loss ? LOG_ERROR : LOG_INFO, s->ep, s->error, "cannot write after %" PRIu64 " bytes",
		    s->out);
	else
		log_msg(LOG_ERROR, &s->ep->who, "%" PRIu64 " bytes did not arrive: the wire was ended", lost);
	if (is_loss)
		wire_fail(w, 1);
	totals_add(w->env->totals, TOTAL_LOST, lost);
}

static void
close_report_way(struct wire *w, const struct wire_way *way)
{
	const struct pump *p = &way->pump;

	for (unsigned i = 0; i < p->nsources; i++) {
		if (p->sources[i].ep == NULL)
			continue;
		close_report_source(w, &p->sources[i]);
		if (way->path.mode == PLAN_DISCARD && p->sources[i].in > 0)
			log_msg(LOG_INFO, &p->sources[i].ep->who, "%" PRIu64 " bytes were read for nobody",
			    p->sources[i].in);
	}
	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL)
			close_report_sink(w, p, i);
}

/* Exit status. */

static int
close_status_of(const struct endpoint *program)
{
	int status = child_exit_status(program->child);

	return status == 128 + SIGPIPE && WIFSIGNALED(program->child->wait_status) ? 0 : status;
}

static int
close_status(const struct wire *w)
{
	int first = -1, last = 0, worst = 0;

	for (unsigned i = 0; i < w->nends; i++) {
		const struct endpoint *program = wire_program(w->ends[i]);

		if (program == NULL || program->child == NULL)
			continue;
		last = close_status_of(program);
		first = first == -1 ? last : first;
		worst = last > worst ? last : worst;
	}
	if (w->failure != 0)
		return w->failure;
	switch ((enum wire_status_rule)w->spec->opts.status) {
	case WIRE_STATUS_FIRST:
		return first == -1 ? 0 : first;
	case WIRE_STATUS_WORST:
		return worst;
	case WIRE_STATUS_LAST:
	case WIRE_STATUS_N:
		break;
	}
	return last;
}

/*
 * What a message's reader wants to know: unlike the exit status it holds a signal against a program, whoever sent it, and says
 * whether there was an attempt at all. failure_before: what had failed before bytes that did not arrive counted.
 */
static int
close_outcome(const struct wire *w, int failure_before)
{
	int worst = w->failure;
	bool has_program = false;

	if (!w->was_running)
		return w->is_stopped ? ENDPOINT_STOPPED : ENDPOINT_UNTRIED;
	for (unsigned i = 0; i < w->nends; i++) {
		const struct endpoint *program = wire_program(w->ends[i]);

		if (program == NULL || program->child == NULL)
			continue;
		has_program = true;
		if (program->child->wait_status != 0 && worst == 0)
			worst = WIFEXITED(program->child->wait_status) ? WEXITSTATUS(program->child->wait_status) :
									 128 + WTERMSIG(program->child->wait_status);
	}
	return w->is_stopped && failure_before == 0 && (worst != 0 || !has_program) ? ENDPOINT_STOPPED : worst;
}

/* A program that wrote to our standard output itself and was ended by SIGPIPE: the same end is ours. */
static bool
close_was_pipe_ended(const struct wire *w, const struct wire_way *way)
{
	const struct endpoint *program, *sink;

	if (way->path.mode != PLAN_DIRECT)
		return false;
	program = wire_program(w->ends[way->route.source]);
	sink = w->ends[way->route.sink]->out;
	return wire_program_has_ended(program) && sink != NULL && sink->is_inherited &&
	    WIFSIGNALED(program->child->wait_status) && WTERMSIG(program->child->wait_status) == SIGPIPE &&
	    program->child->signals_sent == 0;
}

static void
close_reap(struct loop_task *t)
{
	struct wire *w = t->arg;

	for (unsigned i = 0; i < w->nends; i++)
		wire_end_free(w->ends[i]);
	tap_list_fini(&w->taps);
	speak_free(w);
	free(w->reason);
	wire_restart_free(w);
	wire_errors_free(w);
	free(w->ends);
	free(w->ways);
	free(w);
}

static void
close_free_end(struct wire_end *e, int outcome)
{
	wire_limits_stop(e);
	if (e->in != NULL)
		e->in->outcome = outcome;
	if (e->out != NULL)
		e->out->outcome = outcome;
	endpoint_free(e->in);
	if (e->out != e->in)
		endpoint_free(e->out);
	e->in = e->out = NULL;
}

static void
close_count(const struct wire *w, const struct wire_info *info, int status)
{
	totals_add(w->env->totals, TOTAL_FAILED, status != 0);
	totals_add(w->env->totals, TOTAL_BYTES_FORWARD, info->flows[0].in);
	totals_add(w->env->totals, TOTAL_BYTES_BACKWARD, info->flows[1].in);
	totals_add(w->env->totals, TOTAL_READS_FORWARD, info->flows[0].messages);
	totals_add(w->env->totals, TOTAL_READS_BACKWARD, info->flows[1].messages);
}

static void
close_account(struct wire *w, int status)
{
	struct wire_info info;

	tap_wire_ended(&w->taps);
	if (w->env->totals == NULL && w->env->traffic == NULL)
		return;
	if (w->env->traffic != NULL)
		wire_find_reason(w);
	wire_get_info(w, &info);
	close_count(w, &info, status);
	if (w->env->traffic != NULL)
		traffic_leave(w->env->traffic, &w->member, &info);
}

/*
 * That nobody takes a datagram at the other side comes as the error of the next call on its socket (udp(7)); after the last one
 * there is none, so it is asked for.
 */
static void
close_ask_refused(struct pump *p)
{
	for (unsigned i = 0; p->is_there && i < p->nsinks; i++) {
		struct pump_sink *s = &p->sinks[i];
		int error = 0;
		socklen_t len = sizeof(error);

		if (s->ep == NULL || s->ep->wclass != CLASS_PACKET || s->error != 0 ||
		    endpoint_is_packet_connection(s->ep->wfd))
			continue;
		if (getsockopt(s->ep->wfd, SOL_SOCKET, SO_ERROR, &error, &len) == 0)
			s->error = error;
	}
}

static void
close_finish(struct wire *w)
{
	const int failure = w->failure;
	struct wire_result result;
	int outcome;

	w->state = WIRE_DONE;
	loop_timer_stop(w->env->loop, &w->closing);
	loop_timer_stop(w->env->loop, &w->idle);
	for (unsigned i = 0; i < w->nways; i++) {
		close_ask_refused(&w->ways[i].pump);
		if (w->ways[i].pump.is_there)
			close_report_way(w, &w->ways[i]);
		w->is_pipe_ended |= close_was_pipe_ended(w, &w->ways[i]);
	}
	result = (struct wire_result){ .status = close_status(w), .is_pipe_ended = w->is_pipe_ended };
	if ((w->was_running || w->session != 0) && !w->spec->is_aside)
		wire_tell_end(w, result.status);
	if (!w->spec->is_aside)
		close_account(w, result.status);
	for (unsigned i = 0; i < w->nways; i++) {
		pump_fini(&w->ways[i].pump);
		wide_pipe_leave(&w->ways[i].is_wide);
	}
	outcome = close_outcome(w, failure);
	for (unsigned i = 0; i < w->nends; i++)
		close_free_end(w->ends[i], outcome);
	loop_defer(w->env->loop, &w->reaper);
	w->done(w, &result, w->arg);
}

/* Sockets, and what else can tell whether bytes arrived. */

static bool
close_is_awaited(const struct wire_end *e)
{
	return e->out != NULL && e->out->is_open && e->out->child == NULL && e->out->wfd != -1 &&
	    (e->out->wclass == CLASS_SOCKET || endpoint_knows_undelivered(e->out));
}

/* At an ordinary end a slow peer is waited for, however long it takes; a wire that was stopped has no more than that. */
static bool
close_is_out_of_time(const struct wire *w)
{
	return w->is_stopped && loop_now(w->env->loop) - w->stopped_since >= CLOSE_DRAIN;
}

static void
close_look_at_output(struct wire *w, struct wire_end *e)
{
	const uint64_t unacknowledged = close_unacknowledged(e->out);

	if (unacknowledged != e->unacknowledged)
		w->last_activity = loop_now(w->env->loop);
	e->unacknowledged = unacknowledged;
	e->is_delivered =
	    unacknowledged == 0 || close_is_out_of_time(w) || (e->out->is_tcp && !endpoint_is_connected(e->out));
}

/* Returns false when there is nothing more to come. */
static bool
close_discard(struct endpoint *ep)
{
	char buf[16384];

	for (int round = 0; round < 64; round++) {
		struct iovec iov = { buf, sizeof(buf) };
		ssize_t n = endpoint_read(ep, &iov, 1);

		if (n == -EAGAIN)
			return true;
		if (n <= 0)
			return false;
	}
	return true;
}

static void
close_look_at_input(struct wire *w, struct wire_end *e)
{
	if (!e->is_drained && (e->in == NULL || !close_discard(e->in)))
		e->is_drained = true;
	if (!e->is_drained && e->is_delivered && loop_now(w->env->loop) - w->closing_since >= CLOSE_DRAIN)
		e->is_drained = true;
}

static void
close_begin_end(struct wire *w, struct wire_end *e)
{
	const struct pump *from = wire_pump_from(e);
	bool one_way = w->spec->opts.forward || w->spec->opts.backward;

	e->is_drained = e->is_delivered = true;
	if (!close_is_awaited(e) || (!w->was_running && !w->is_stopped) || e->is_gone)
		return;
	endpoint_make_relayed(e->out, ROLE_WRITE);
	if (e->out->roles & ROLE_WRITE)
		endpoint_shutdown(e->out);
	e->is_delivered = false;
	close_look_at_output(w, e);
	e->is_drained = one_way || e->out->wclass != CLASS_SOCKET || (from != NULL && from->sources[e->source].is_over);
	close_look_at_input(w, e);
	endpoint_want(e->out, !e->is_drained, false, false);
}

static bool
close_is_waiting(const struct wire *w)
{
	for (unsigned i = 0; i < w->nends; i++)
		if (!w->ends[i]->is_drained || !w->ends[i]->is_delivered || wire_program_runs(wire_program(w->ends[i])))
			return true;
	return false;
}

static void
close_set_timer(struct wire *w)
{
	uint64_t now = loop_now(w->env->loop), when = 0;

	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end *e = w->ends[i];

		if (!e->is_delivered)
			when = now + w->patience;
		else if (!e->is_drained && when == 0)
			when = w->closing_since + CLOSE_DRAIN > now ? w->closing_since + CLOSE_DRAIN : now + LOOP_MS(1);
	}
	w->patience = 2 * w->patience < CLOSE_LOOK_LAST ? 2 * w->patience : CLOSE_LOOK_LAST;
	if (when != 0)
		loop_timer_set(w->env->loop, &w->closing, when);
}

void
wire_close_check(struct wire *w)
{
	if (w->state != WIRE_CLOSING || w->closing_since == 0)
		return;
	if (close_is_waiting(w))
		close_set_timer(w);
	else if (wire_errors_are_over(w))
		close_finish(w);
	else
		wire_errors_hurry(w);
}

static void
close_look(struct wire *w, struct wire_end *e)
{
	if (!close_is_awaited(e))
		return;
	if (!e->is_delivered)
		close_look_at_output(w, e);
	if (!e->is_drained) {
		close_look_at_input(w, e);
		if (e->is_drained)
			endpoint_want(e->out, false, false, false);
	}
}

bool
wire_close_is_delivering(const struct wire *w)
{
	for (unsigned i = 0; i < w->nends; i++)
		if (!w->ends[i]->is_delivered)
			return true;
	return false;
}

void
wire_close_give_up(struct wire *w)
{
	for (unsigned i = 0; i < w->nends; i++)
		w->ends[i]->is_drained = w->ends[i]->is_delivered = true;
	wire_close_check(w);
}

void
wire_close_give_up_end(struct wire_end *e)
{
	e->is_drained = e->is_delivered = true;
	wire_close_check(e->wire);
}

void
wire_close_event(struct wire_end *e)
{
	close_look(e->wire, e);
	wire_close_check(e->wire);
}

static void
close_expired(struct loop_timer *t)
{
	struct wire *w = t->arg;

	for (unsigned i = 0; i < w->nends; i++)
		close_look(w, w->ends[i]);
	wire_close_check(w);
}

static void
close_stop_program(struct endpoint *program)
{
	if (wire_program_runs(program))
		child_stop(program->child, (uint64_t)wire_program_opts(program)->kill_after);
}

static void
close_quiet(struct wire_end *e)
{
	if (e->in != NULL && e->in->is_open)
		endpoint_want(e->in, false, false, false);
	if (e->out != NULL && e->out != e->in && e->out->is_open)
		endpoint_want(e->out, false, false, false);
}

static void
close_first_check(struct loop_task *t)
{
	struct wire *w = t->arg;

	wire_close_check(w);
}

void
wire_close_init(struct wire *w)
{
	loop_timer_init(&w->closing, close_expired, w);
	loop_task_init(&w->reaper, close_reap, w);
	loop_task_init(&w->check, close_first_check, w);
}

void
wire_close_start(struct wire *w)
{
	wire_fdpass_stop(w);
	wire_errors_close(w);
	wire_attend(w, false);
	w->closing_since = loop_now(w->env->loop);
	w->patience = CLOSE_LOOK_FIRST;
	for (unsigned i = 0; i < w->nends; i++) {
		close_quiet(w->ends[i]);
		close_stop_program(wire_program(w->ends[i]));
	}
	for (unsigned i = 0; i < w->nends; i++)
		close_begin_end(w, w->ends[i]);
	/* Not from within whoever is still looking at the wire. */
	loop_defer(w->env->loop, &w->check);
}
