/*
 * A wire from opening to end.
 *
 *   OPENING   all ends but programs open in parallel; then the plan is made from what they turned out to be, and programs
 *             are started, with descriptors handed over where the plan says direct
 *   RUNNING   each direction goes on until its own end; a direction is over when its sink has taken everything and was told
 *             the end, when its sink can take no more, or (direct) when the program has ended
 *   CLOSING   nothing is read any more for the wire; programs that are left get the ladder; sockets are given the time to
 *             deliver: what was sent must be acknowledged, and what the peer still sends is drained (2 s), so that
 *             no unread input turns into a reset that eats the answer (RFC 1122, 4.2.2.13)
 *   DONE      the result is told; everything is freed after the batch
 *
 * The wire owns its endpoints and pumps. Events only change states; wire_settle draws the consequences: it tells the loop
 * what to wait for and finds out whether the wire has ended.
 */
#include "wire/wire.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/exec.h"
#include "wire/pump.h"
#include "wire/traffic.h"
#include "wire/wire_close.h"
#include "wire/wire_state.h"

static void wire_settle(struct wire *);
static void wire_close_begin(struct wire *);

static struct endpoint *
wire_program(const struct wire_end *e)
{
	if (e->in != NULL && e->in->kind->flags & KIND_CHILD)
		return e->in;
	return e->out != NULL && e->out->kind->flags & KIND_CHILD ? e->out : NULL;
}

static void
wire_fail(struct wire *w, int status)
{
	if (w->failure == 0)
		w->failure = status;
}

/* Opening. */

static void wire_opened(struct endpoint *, int result);
static void wire_ready(struct endpoint *, uint32_t events, bool is_read_side);
static void wire_program_ended(struct endpoint *);

static void
wire_own(struct wire *w, struct endpoint *ep)
{
	ep->owner = w;
	ep->who.session = w->session;
	ep->opened = wire_opened;
	ep->ready = wire_ready;
	ep->ended = wire_program_ended;
}

static void
wire_make_end(struct wire *w, unsigned i)
{
	const struct wire_end_spec *s = &w->spec->ends[i];
	struct wire_end *e = &w->ends[i];

	if (s->in == s->out) {
		e->in = e->out = endpoint_new(s->in, w->env, s->roles);
		wire_own(w, e->in);
		return;
	}
	if (s->roles & ROLE_READ) {
		e->in = endpoint_new(s->in, w->env, ROLE_READ);
		wire_own(w, e->in);
	}
	if (s->roles & ROLE_WRITE) {
		e->out = endpoint_new(s->out, w->env, ROLE_WRITE);
		wire_own(w, e->out);
	}
}

static struct endpoint *
wire_endpoint(const struct wire *w, unsigned i)
{
	return i % 2 == 0 ? w->ends[i / 2].in : w->ends[i / 2].out;
}

/* The distinct endpoints of a wire, i from 0 to 2 * WIRE_ENDS; NULL where there is none. */
static struct endpoint *
wire_distinct(const struct wire *w, unsigned i)
{
	struct endpoint *ep = wire_endpoint(w, i);

	return i % 2 == 1 && ep == w->ends[i / 2].in ? NULL : ep;
}

static void
wire_open_failed(struct wire *w, const struct endpoint *ep)
{
	wire_fail(w, ep->status);
	wire_close_begin(w);
}

static bool
wire_open_one(struct wire *w, struct endpoint *ep)
{
	int result;

	w->opening++;
	result = endpoint_open(ep);
	if (result == 1)
		return true;
	w->opening--;
	if (result < 0)
		wire_open_failed(w, ep);
	return result == 0;
}

/* A pipe between two programs, each of which gets one end. */
static int
wire_join_programs(struct wire *w, struct endpoint *from, struct endpoint *to, unsigned direction)
{
	int error = io_pipe(w->joints[direction], 0);

	if (error != 0) {
		endpoint_fail(from, -error, "cannot make a pipe");
		return error;
	}
	pump_widen_pipe(w->joints[direction][1]);
	from->given_out = w->joints[direction][1];
	to->given_in = w->joints[direction][0];
	return 0;
}

static int
wire_hand_over(struct wire *w, unsigned from, unsigned to)
{
	struct endpoint *source = w->ends[from].in, *sink = w->ends[to].out;
	int error;

	if ((source->kind->flags & KIND_CHILD) && (sink->kind->flags & KIND_CHILD))
		return wire_join_programs(w, source, sink, from);
	if (sink->kind->flags & KIND_CHILD) {
		error = endpoint_make_blocking(source, ROLE_READ);
		sink->given_in = source->rfd;
	} else {
		error = endpoint_make_blocking(sink, ROLE_WRITE);
		source->given_out = sink->wfd;
	}
	return error;
}

static int
wire_relay_side(struct endpoint *ep, enum endpoint_role role)
{
	return ep != NULL && !(ep->kind->flags & KIND_CHILD) ? endpoint_make_relayed(ep, role) : 0;
}

static int
wire_prepare_direction(struct wire *w, unsigned from)
{
	unsigned to = 1 - from;
	struct wire_direction *d = &w->directions[from];
	int error;

	switch (d->path.mode) {
	case PLAN_DIRECT:
		return wire_hand_over(w, from, to);
	case PLAN_SPLICE:
	case PLAN_COPY:
		error = wire_relay_side(w->ends[from].in, ROLE_READ);
		return error != 0 ? error : wire_relay_side(w->ends[to].out, ROLE_WRITE);
	case PLAN_DISCARD:
		return wire_relay_side(w->ends[from].in, ROLE_READ);
	case PLAN_NONE:
	case PLAN_MODE_N:
		break;
	}
	return 0;
}

static void
wire_plan(struct wire *w)
{
	for (unsigned from = 0; from < WIRE_ENDS; from++) {
		const struct plan_side source = wire_spec_side(w->spec, from, ROLE_READ, w->ends[from].in);
		const struct plan_side sink = wire_spec_side(w->spec, 1 - from, ROLE_WRITE, w->ends[1 - from].out);
		const struct plan_wishes wishes = wire_spec_wishes(w->spec, from);
		struct wire_direction *d = &w->directions[from];

		d->path = plan_path(&source, &sink, &wishes);
		log_msg(LOG_DEBUG, &w->ends[from].in->who, "%s (%s)", plan_mode_name(d->path.mode), d->path.reason);
	}
}

/* Both ways of one program to one socket are handed over together or not at all: the socket has one blocking mode. */
static void
wire_plan_pairs(struct wire *w)
{
	struct wire_direction *a = &w->directions[0], *b = &w->directions[1];
	bool has_socket = false;

	for (unsigned i = 0; i < WIRE_ENDS; i++)
		has_socket |= w->ends[i].in != NULL && w->ends[i].in == w->ends[i].out && w->ends[i].in->rfd != -1;
	if (!has_socket || (a->path.mode == PLAN_DIRECT) == (b->path.mode == PLAN_DIRECT))
		return;
	if (a->path.mode == PLAN_DIRECT && b->path.mode != PLAN_NONE)
		a->path = (struct plan_path){ PLAN_COPY, "the other direction is relayed" };
	if (b->path.mode == PLAN_DIRECT && a->path.mode != PLAN_NONE)
		b->path = (struct plan_path){ PLAN_COPY, "the other direction is relayed" };
}

static void
wire_close_joints(struct wire *w)
{
	for (unsigned i = 0; i < WIRE_ENDS; i++) {
		io_close(&w->joints[i][0]);
		io_close(&w->joints[i][1]);
	}
}

static bool
wire_start_programs(struct wire *w)
{
	for (unsigned i = 0; i < WIRE_ENDS; i++) {
		struct endpoint *program = wire_program(&w->ends[i]);
		const struct wire_end *other = &w->ends[1 - i];

		if (program == NULL)
			continue;
		program->gets_nothing_out = w->directions[i].path.mode == PLAN_NONE;
		program->gets_nothing_in = w->directions[1 - i].path.mode == PLAN_NONE;
		program->extra_env = other->in != NULL ? other->in->peer_env : NULL;
		if (!wire_open_one(w, program))
			return false;
	}
	return true;
}

static int
wire_start_pump(struct wire *w, unsigned from)
{
	struct wire_direction *d = &w->directions[from];
	struct endpoint *sink = d->path.mode == PLAN_DISCARD ? NULL : w->ends[1 - from].out;
	const uint64_t limit = sink != NULL ? sink->spec->common.queue : 0;
	int error;

	if (d->path.mode == PLAN_NONE || d->path.mode == PLAN_DIRECT)
		return 0;
	error = w->ends[from].in->kind->flags & KIND_CHILD ? endpoint_make_relayed(w->ends[from].in, ROLE_READ) : 0;
	if (error == 0 && sink != NULL && (sink->kind->flags & KIND_CHILD))
		error = endpoint_make_relayed(sink, ROLE_WRITE);
	if (error != 0)
		return error;
	error = pump_init(&d->pump, d->path.mode, w->ends[from].in, &sink, 1, limit, (size_t)w->spec->opts.block);
	d->pump.taps = tap_list_for(&w->taps, from);
	d->pump.from = from;
	if (error != 0)
		log_errno(LOG_ERROR, &sink->who, -error, "queue=disk: cannot make a temporary file in TMPDIR");
	return error;
}

static void
wire_run_first(struct loop_task *t)
{
	struct wire *w = t->arg;

	if (w->state != WIRE_RUNNING)
		return;
	for (unsigned i = 0; i < WIRE_ENDS; i++)
		pump_run(&w->directions[i].pump, false);
	wire_settle(w);
}

static void
wire_all_open(struct wire *w)
{
	int error = 0;

	wire_plan(w);
	wire_plan_pairs(w);
	for (unsigned i = 0; i < WIRE_ENDS && error == 0; i++)
		error = wire_prepare_direction(w, i);
	if (error != 0) {
		wire_fail(w, 1);
		wire_close_begin(w);
		return;
	}
	w->state = WIRE_STARTING;
	if (!wire_start_programs(w))
		return;
	wire_close_joints(w);
	for (unsigned i = 0; i < WIRE_ENDS; i++)
		if (wire_start_pump(w, i) != 0) {
			wire_fail(w, 1);
			wire_close_begin(w);
			return;
		}
	w->state = WIRE_RUNNING;
	w->last_activity = loop_now(w->env->loop);
	if (w->spec->opts.idle > 0)
		loop_timer_set(w->env->loop, &w->idle, w->last_activity + (uint64_t)w->spec->opts.idle);
	loop_defer(w->env->loop, &w->first);
}

static void
wire_opened(struct endpoint *ep, int result)
{
	struct wire *w = ep->owner;

	if (w->state != WIRE_OPENING)
		return;
	w->opening--;
	if (result < 0) {
		wire_open_failed(w, ep);
		return;
	}
	if (w->opening == 0)
		wire_all_open(w);
}

void
wire_start(struct wire *w)
{
	w->opening++; /* so that an end that opens at once does not seem to be the last */
	for (unsigned i = 0; i < 2 * WIRE_ENDS && w->state == WIRE_OPENING; i++) {
		struct endpoint *ep = wire_distinct(w, i);

		if (ep != NULL && !ep->is_open && !(ep->kind->flags & KIND_CHILD) && !wire_open_one(w, ep))
			return;
	}
	if (w->state == WIRE_OPENING && --w->opening == 0)
		wire_all_open(w);
}

/* Running. */

static bool
wire_direction_is_over(const struct wire *w, unsigned from)
{
	const struct wire_direction *d = &w->directions[from];
	const struct endpoint *source = w->ends[from].in, *sink = w->ends[1 - from].out;

	switch (d->path.mode) {
	case PLAN_NONE:
		return true;
	case PLAN_DIRECT:
		return (source->child != NULL && source->child->has_ended) ||
		    (sink->child != NULL && sink->child->has_ended);
	case PLAN_SPLICE:
	case PLAN_COPY:
	case PLAN_DISCARD:
	case PLAN_MODE_N:
		break;
	}
	return pump_is_over(&d->pump);
}

static bool
wire_programs_have_ended(const struct wire *w)
{
	for (unsigned i = 0; i < WIRE_ENDS; i++) {
		const struct endpoint *program = wire_program(&w->ends[i]);

		if (program != NULL && program->child != NULL && !program->child->has_ended)
			return false;
	}
	return true;
}

/* A program that has ended takes no input any more: what is left for it is its own affair. */
static void
wire_end_dead_sinks(struct wire *w)
{
	for (unsigned from = 0; from < WIRE_ENDS; from++) {
		struct pump *p = &w->directions[from].pump;
		const struct endpoint *sink = w->ends[1 - from].out;

		if (p->is_there && sink != NULL && sink->child != NULL && sink->child->has_ended &&
		    p->sinks[0].ep != NULL)
			pump_end_sink(p, 0, 0);
	}
}

/* The sources of a direction that is over are closed, so that a program that writes on gets SIGPIPE. */
static void
wire_close_unread_sources(struct wire *w)
{
	for (unsigned from = 0; from < WIRE_ENDS; from++) {
		struct endpoint *source = w->ends[from].in;
		const struct pump *p = &w->directions[from].pump;
		int fd;

		if (!p->is_there || !pump_is_over(p) || p->source_over || source->child == NULL || source->rfd == -1 ||
		    source->rfd == source->wfd)
			continue;
		fd = source->rfd;
		loop_source_stop(w->env->loop, &source->rsource);
		source->rfd = -1;
		if (source->io != NULL && source->io->unread != NULL)
			source->io->unread(source);
		io_close(&fd);
	}
}

static bool
wire_first_rule_holds(const struct wire *w)
{
	const bool a = wire_direction_is_over(w, 0), b = wire_direction_is_over(w, 1);
	const bool has_a = w->directions[0].path.mode != PLAN_NONE, has_b = w->directions[1].path.mode != PLAN_NONE;

	switch ((enum wire_end_rule)w->spec->opts.end) {
	case WIRE_END_BOTH:
		break;
	case WIRE_END_FIRST:
		return (a && has_a) || (b && has_b);
	case WIRE_END_LEFT:
		return a && has_a;
	case WIRE_END_RIGHT:
		return b && has_b;
	case WIRE_END_N:
		break;
	}
	/* A person at a terminal is not waited for when the peer has ended. */
	return w->ends[0].in != NULL && w->ends[0].in->rclass == CLASS_TTY && w->ends[0].in->child == NULL && has_b &&
	    b;
}

static bool
wire_has_ended(const struct wire *w)
{
	return wire_direction_is_over(w, 0) && wire_direction_is_over(w, 1) && wire_programs_have_ended(w);
}

static void
wire_check_end_wait(struct wire *w)
{
	if (w->spec->opts.end_wait <= 0 || loop_timer_is_set(&w->end_wait))
		return;
	for (unsigned i = 0; i < WIRE_ENDS; i++)
		if (w->directions[i].path.mode != PLAN_NONE && wire_direction_is_over(w, i))
			loop_timer_set(w->env->loop, &w->end_wait, w->last_activity + (uint64_t)w->spec->opts.end_wait);
}

/* A client that is gone (not merely silent) has its program ended, after what it sent was passed on. */
static void
wire_check_gone(struct wire *w)
{
	for (unsigned i = 0; i < WIRE_ENDS; i++) {
		const struct wire_end *e = &w->ends[i];
		struct endpoint *program = wire_program(&w->ends[1 - i]);

		if (!e->is_gone || program == NULL || program->child == NULL || loop_timer_is_set(&w->gone))
			continue;
		if (w->directions[i].pump.is_there && !pump_is_over(&w->directions[i].pump))
			continue;
		loop_timer_set(w->env->loop, &w->gone,
		    loop_now(w->env->loop) + (uint64_t)((const struct exec_opts *)program->spec->opts)->kill_after);
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

static void
wire_update_interest(struct wire *w)
{
	for (unsigned i = 0; i < WIRE_ENDS && w->state == WIRE_RUNNING; i++) {
		struct wire_end *e = &w->ends[i];
		bool readable = pump_wants_source(&w->directions[i].pump);
		bool writable = pump_wants_sink(&w->directions[1 - i].pump, 0);
		bool in_watch = e->in != NULL && !e->has_hung_up, out_watch = e->out != NULL && !e->has_hung_up;

		if (e->in == e->out && e->in != NULL)
			wire_want(w, e->in, readable, writable, in_watch);
		else {
			if (e->in != NULL)
				wire_want(w, e->in, readable, false, in_watch);
			if (e->out != NULL && w->state == WIRE_RUNNING)
				wire_want(w, e->out, false, writable, out_watch);
		}
	}
	if (w->directions[0].pump.out_of_memory || w->directions[1].pump.out_of_memory)
		loop_timer_set(w->env->loop, &w->retry, loop_now(w->env->loop) + LOOP_MS(20));
}

/* --end: what has been read is still delivered, then the wire is over, whatever its other direction has to say. */
static bool
wire_rule_is_carried_out(struct wire *w)
{
	if (!wire_first_rule_holds(w))
		return false;
	for (unsigned i = 0; i < WIRE_ENDS; i++) {
		struct pump *p = &w->directions[i].pump;

		if (!p->is_there || pump_is_over(p))
			continue;
		if (p->mode != PLAN_SPLICE && pump_pending(p, 0) > 0) {
			pump_end_source(p);
			return false;
		}
	}
	return true;
}

/* Our own reader went away, as in `ipcwire ... | head -1`: that ends us, quietly. */
static bool
wire_has_lost_stdout(const struct wire *w)
{
	for (unsigned to = 0; to < WIRE_ENDS; to++) {
		const struct pump *p = &w->directions[1 - to].pump;
		const struct endpoint *ep = w->ends[to].out;

		if (p->is_there && ep != NULL && ep->is_inherited && p->sinks[0].error == EPIPE &&
		    ep->wclass == CLASS_PIPE)
			return true;
	}
	return false;
}

/* eof-grace=: a program that does not end after its end of input is ended. */
static void
wire_check_grace(struct wire *w)
{
	for (unsigned i = 0; i < WIRE_ENDS; i++) {
		const struct endpoint *program = wire_program(&w->ends[i]);
		const struct pump *p = &w->directions[1 - i].pump;
		int64_t grace;

		if (program == NULL || program->child == NULL || !p->is_there || !pump_is_over(p) || !p->source_over)
			continue;
		grace = ((const struct exec_opts *)program->spec->opts)->eof_grace;
		if (grace > 0 && !loop_timer_is_set(&w->grace) && program->child->rung == -1)
			loop_timer_set(w->env->loop, &w->grace, loop_now(w->env->loop) + (uint64_t)grace);
	}
}

static void
wire_settle(struct wire *w)
{
	if (w->state != WIRE_RUNNING)
		return;
	wire_end_dead_sinks(w);
	wire_close_unread_sources(w);
	w->is_pipe_ended = wire_has_lost_stdout(w);
	if (w->is_pipe_ended || wire_rule_is_carried_out(w) || wire_has_ended(w)) {
		wire_close_begin(w);
		return;
	}
	wire_check_end_wait(w);
	wire_check_gone(w);
	wire_check_grace(w);
	wire_update_interest(w);
}

static void
wire_moved(struct wire *w, bool moved)
{
	if (moved)
		w->last_activity = loop_now(w->env->loop);
}

static void
wire_end_hung_sink(struct wire *w, unsigned i, uint32_t events)
{
	struct wire_end *e = &w->ends[i];
	struct pump *p = &w->directions[1 - i].pump;
	const bool is_socket = e->out != NULL && e->out->wclass == CLASS_SOCKET;

	if (e->out == NULL || (is_socket && e->out->is_tcp && !(events & EPOLLERR)))
		return;
	if (is_socket && e->out->is_accepted)
		e->is_gone = true;
	if (!p->is_there || p->sinks[0].is_over || p->sinks[0].ep == NULL)
		return;
	if (is_socket || (events & EPOLLERR))
		pump_end_sink(p, 0, EPIPE);
}

static void
wire_hang_up(struct wire *w, unsigned i, uint32_t events, bool is_read_side)
{
	struct wire_end *e = &w->ends[i];

	if (!(events & (EPOLLHUP | EPOLLERR)))
		return;
	if (e->in != e->out && is_read_side)
		return; /* its end comes with its last byte */
	e->has_hung_up = true;
	wire_end_hung_sink(w, i, events);
}

static void
wire_end_of(const struct wire *w, const struct endpoint *ep, unsigned *i)
{
	*i = ep == w->ends[0].in || ep == w->ends[0].out ? 0 : 1;
}

static void
wire_ready(struct endpoint *ep, uint32_t events, bool is_read_side)
{
	struct wire *w = ep->owner;
	bool moved = false;
	unsigned i;

	wire_end_of(w, ep, &i);
	if (w->state == WIRE_CLOSING) {
		wire_close_event(w, i);
		return;
	}
	if (w->state != WIRE_RUNNING)
		return;
	if (!is_read_side || ep->rfd == ep->wfd) {
		moved |= pump_run(&w->directions[1 - i].pump, false);
	}
	if (w->state == WIRE_RUNNING && is_read_side && (events & (EPOLLIN | EPOLLHUP | EPOLLERR))) {
		moved |= pump_run(&w->directions[i].pump, true);
	}
	wire_moved(w, moved);
	if (w->state == WIRE_RUNNING)
		wire_hang_up(w, i, events, is_read_side);
	wire_settle(w);
}

static void
wire_program_ended(struct endpoint *ep)
{
	struct wire *w = ep->owner;

	if (w->state == WIRE_CLOSING)
		wire_close_check(w);
	else
		wire_settle(w);
}

/* Time. */

static void
wire_idle_expired(struct loop_timer *t)
{
	struct wire *w = t->arg;
	uint64_t due = w->last_activity + (uint64_t)w->spec->opts.idle;

	if (loop_now(w->env->loop) < due) {
		loop_timer_set(w->env->loop, &w->idle, due);
		return;
	}
	wire_stop(w, 124, "nothing moved within the time of --idle");
}

static void
wire_end_wait_expired(struct loop_timer *t)
{
	struct wire *w = t->arg;
	uint64_t due = w->last_activity + (uint64_t)w->spec->opts.end_wait;

	if (loop_now(w->env->loop) < due) {
		loop_timer_set(w->env->loop, &w->end_wait, due);
		return;
	}
	wire_close_begin(w);
}

static void
wire_retry_expired(struct loop_timer *t)
{
	struct wire *w = t->arg;

	for (unsigned i = 0; i < WIRE_ENDS; i++)
		wire_moved(w, pump_run(&w->directions[i].pump, false));
	wire_settle(w);
}

static void
wire_end_programs(struct wire *w, const char *reason)
{
	for (unsigned i = 0; i < WIRE_ENDS; i++) {
		struct endpoint *program = wire_program(&w->ends[i]);

		if (program == NULL || program->child == NULL || program->child->has_ended)
			continue;
		log_msg(LOG_INFO, &program->who, "%s, ending it", reason);
		child_stop(program->child, (uint64_t)((const struct exec_opts *)program->spec->opts)->kill_after);
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

/* The end. */

void
wire_stop(struct wire *w, int status, const char *reason)
{
	if (w->state == WIRE_CLOSING || w->state == WIRE_DONE)
		return;
	if (reason != NULL)
		log_msg(status == 0 ? LOG_INFO : LOG_ERROR, &(struct log_who){ .session = w->session }, "%s", reason);
	if (status != 0)
		wire_fail(w, status);
	w->is_stopped = true;
	wire_close_begin(w);
}

static void
wire_close_begin(struct wire *w)
{
	if (w->state == WIRE_CLOSING || w->state == WIRE_DONE)
		return;
	w->was_running = w->state == WIRE_RUNNING;
	w->state = WIRE_CLOSING;
	loop_timer_stop(w->env->loop, &w->idle);
	loop_timer_stop(w->env->loop, &w->end_wait);
	loop_timer_stop(w->env->loop, &w->gone);
	loop_timer_stop(w->env->loop, &w->grace);
	loop_timer_stop(w->env->loop, &w->retry);
	wire_close_joints(w);
	wire_close_start(w);
}

struct wire *
wire_new(const struct wire_spec *spec, struct endpoint_env *env, unsigned long session, struct endpoint *client,
    void (*done)(struct wire *, const struct wire_result *, void *), void *arg)
{
	struct wire *w = xcalloc(1, sizeof(*w));

	w->spec = spec;
	w->env = env;
	w->session = session;
	w->done = done;
	w->arg = arg;
	w->started = loop_now(env->loop);
	tap_list_init(&w->taps, session);
	if (env->traffic != NULL)
		traffic_join(env->traffic, &w->taps);
	loop_timer_init(&w->idle, wire_idle_expired, w);
	loop_timer_init(&w->end_wait, wire_end_wait_expired, w);
	loop_timer_init(&w->gone, wire_gone_expired, w);
	loop_timer_init(&w->grace, wire_grace_expired, w);
	loop_timer_init(&w->retry, wire_retry_expired, w);
	loop_task_init(&w->first, wire_run_first, w);
	wire_close_init(w);
	for (unsigned i = 0; i < WIRE_ENDS; i++) {
		w->joints[i][0] = w->joints[i][1] = -1;
		if (client != NULL && (int)i == spec->server) {
			w->ends[i].in = w->ends[i].out = client;
			client->is_open = true;
			wire_own(w, client);
		} else
			wire_make_end(w, i);
	}
	return w;
}
