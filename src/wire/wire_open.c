/*
 * Opening a wire: see wire.c. All ends but programs open in parallel; then the plan is made from what they turned out to
 * be, and programs are started, with descriptors handed over where the plan says direct.
 */
#include "wire/wire_open.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/exec.h"
#include "endpoint/proxy_out.h"
#include "wire/wide_pipe.h"
#include "wire/wire_errors.h"
#include "wire/wire_fdpass.h"
#include "wire/wire_limits.h"
#include "wire/wire_listeners.h"
#include "wire/wire_members.h"
#include "wire/wire_pumps.h"
#include "wire/wire_restart.h"
#include "wire/wire_rules.h"
#include "wire/wire_tell.h"

#define JOINT_SNDBUF (256 * 1024) /* of a socket pair; the kernel doubles it: socket(7) */

/* Ends and ways. */

static struct endpoint *
open_endpoint(struct wire_end *e, const struct endpoint_spec *spec, unsigned roles)
{
	struct endpoint *ep = endpoint_new(spec, e->wire->env, roles);

	wire_own(e, ep);
	return ep;
}

static void
open_make_end(struct wire_end *e)
{
	const struct wire_end_spec *s = &e->wire->spec->ends[e->position];

	if (s->in == s->out)
		e->in = e->out = open_endpoint(e, s->in, s->roles);
	if (e->is_door)
		e->in->serves = true;
	if (s->in != s->out && (s->roles & ROLE_READ))
		e->in = open_endpoint(e, s->in, ROLE_READ);
	if (s->in != s->out && (s->roles & ROLE_WRITE))
		e->out = open_endpoint(e, s->out, ROLE_WRITE);
}

void
wire_end_init(struct wire_end *e, struct wire *w, unsigned position)
{
	e->wire = w;
	e->position = position;
	e->id = ++w->last_id;
	e->is_door = wire_spec_is_door(w->spec, position);
	for (unsigned i = 0; i < w->nways; i++) {
		if (route_reads(w->ways[i].route, e->position))
			e->from = &w->ways[i];
		if (route_writes(w->ways[i].route, e->position))
			e->to = &w->ways[i];
	}
}

void
wire_end_free(struct wire_end *e)
{
	free(e->limits);
	free(e);
}

void
wire_open_init(struct wire *w, struct endpoint *const *given)
{
	w->nways = wire_spec_nroutes(w->spec);
	w->ways = xcalloc(w->nways, sizeof(*w->ways));
	for (unsigned i = 0; i < w->nways; i++)
		w->ways[i] = (struct wire_way){ .route = wire_spec_route(w->spec, i), .joint = { -1, -1 } };
	w->nends = w->spec->nends;
	w->ends = xcalloc(w->nends, sizeof(struct wire_end *));
	for (unsigned i = 0; i < w->nends; i++) {
		struct wire_end *e = w->ends[i] = xcalloc(1, sizeof(*e));

		wire_end_init(e, w, i);
		if (given != NULL && given[i] != NULL) {
			e->in = e->out = given[i];
			e->in->is_open = true;
			wire_own(e, e->in);
			wire_limits_start(e);
		} else
			open_make_end(e);
	}
}

/* One endpoint. Returns true when it is open or on its way. */

static void
open_failed(struct wire *w, const struct endpoint *ep)
{
	wire_note_reason(w, "%s could not be opened", ep->who.name);
	wire_fail(w, ep->status);
	wire_close_begin(w);
}

static bool
open_one(struct wire *w, struct endpoint *ep)
{
	int result;

	w->opening++;
	result = endpoint_open(ep);
	if (result == 1)
		return true;
	w->opening--;
	if (result < 0)
		open_failed(w, ep);
	return result == 0;
}

/* The plan, and what it asks of the descriptors. */

static struct endpoint *
open_source(const struct wire *w, const struct wire_way *way)
{
	return w->ends[way->route.source]->in;
}

static struct endpoint *
open_sink(const struct wire *w, const struct wire_way *way)
{
	return way->route.nsinks > 0 ? w->ends[way->route.sink]->out : NULL;
}

static void
open_plan(struct wire *w)
{
	for (unsigned i = 0; i < w->nways; i++) {
		struct wire_way *way = &w->ways[i];
		struct endpoint *source = open_source(w, way);

		way->path = wire_spec_plan(w->spec, way->route, source, open_sink(w, way));
		log_msg(LOG_DEBUG, source != NULL ? &source->who : NULL, "%s (%s)", plan_mode_name(way->path.mode),
		    way->path.reason);
	}
}

/* Both ways of one program to one socket are handed over together or not at all: the socket has one blocking mode. */
static void
open_plan_socket(const struct wire_end *e)
{
	const struct plan_path relayed = { PLAN_COPY, "the other direction is relayed" };
	struct wire_way *from = e->from, *to = e->to;

	if (e->in == NULL || e->in != e->out || e->in->rfd == -1 || to == NULL)
		return;
	if ((from->path.mode == PLAN_DIRECT) == (to->path.mode == PLAN_DIRECT))
		return;
	if (from->path.mode == PLAN_DIRECT && to->path.mode != PLAN_NONE)
		from->path = relayed;
	if (to->path.mode == PLAN_DIRECT && from->path.mode != PLAN_NONE)
		to->path = relayed;
}

static bool
open_wants_pair(const struct endpoint *program)
{
	const struct exec_opts *o = program->spec->opts;

	return o->via == EXEC_VIA_SOCKETPAIR;
}

/* Room for more than one write of a fast program, and yet for no more than stays in the cache; better narrow than none. */
static void
open_widen_pair(const int fds[2])
{
	const int size = JOINT_SNDBUF;

	for (int i = 0; i < 2; i++)
		(void)setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

/* A pipe or a socket pair between two programs, each of which gets one end; a pair serves both directions. */
static int
open_join_programs(struct wire_way *way, struct endpoint *from, struct endpoint *to)
{
	const bool is_pair = open_wants_pair(from) || open_wants_pair(to);
	int error;

	if (is_pair && from->given_in != -1 && to->given_out != -1) {
		from->given_out = from->given_in;
		to->given_in = to->given_out;
		return 0;
	}
	error = is_pair ? io_socketpair(way->joint) : io_pipe(way->joint, 0);
	if (error != 0) {
		endpoint_fail(from, -error, "cannot make a %s", is_pair ? "socket pair" : "pipe");
		return error;
	}
	if (is_pair)
		open_widen_pair(way->joint);
	else
		way->is_wide = wide_pipe_make(way->joint[1]);
	from->given_out = way->joint[1];
	to->given_in = way->joint[0];
	return 0;
}

static int
open_hand_over(struct wire_way *way, struct endpoint *source, struct endpoint *sink)
{
	int error;

	if ((source->kind->flags & KIND_CHILD) && (sink->kind->flags & KIND_CHILD))
		return open_join_programs(way, source, sink);
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
open_prepare(struct wire *w, struct wire_way *way)
{
	switch (way->path.mode) {
	case PLAN_DIRECT:
		return open_hand_over(way, open_source(w, way), open_sink(w, way));
	case PLAN_SPLICE:
	case PLAN_COPY:
	case PLAN_DISCARD:
		return wire_make_relayed(w, way, false);
	case PLAN_NONE:
	case PLAN_MODE_N:
		break;
	}
	return 0;
}

void
wire_close_joints(struct wire *w)
{
	for (unsigned i = 0; i < w->nways; i++) {
		io_close(&w->ways[i].joint[0]);
		io_close(&w->ways[i].joint[1]);
	}
}

/* Programs. */

static char *const *
open_client_environment(const struct wire *w, const struct wire_end *program)
{
	const struct endpoint *other;

	if (w->spec->topology != TOPOLOGY_PAIR)
		return NULL;
	other = w->ends[1 - program->position]->in;
	return other != NULL ? other->peer_env : NULL;
}

/* Who has to say for whom it connects does so before anything is sent. */
static int
open_introduce(const struct wire *w)
{
	int error = 0;

	for (unsigned i = 0; i < w->nends && error == 0; i++) {
		const struct wire_end *e = w->ends[i];
		const struct endpoint *client = w->spec->topology == TOPOLOGY_PAIR ? w->ends[1 - i]->in : NULL;

		if (wire_restart_is_late(w->spec, e->position))
			continue;
		if (e->in != NULL)
			error = proxy_out_introduce(e->in, client);
		if (error == 0 && e->out != NULL && e->out != e->in)
			error = proxy_out_introduce(e->out, client);
	}
	return error;
}

static bool
open_start_programs(struct wire *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end *e = w->ends[i];
		struct endpoint *program = wire_program(e);

		if (program == NULL || program->is_open)
			continue;
		program->gets_nothing_out = e->from->path.mode == PLAN_NONE;
		program->gets_nothing_in = e->to == NULL || e->to->path.mode == PLAN_NONE;
		program->extra_env = open_client_environment(w, e);
		program->given_err = wire_errors_fd(w, i);
		program->is_for_clients = wire_spec_has_listeners(w->spec);
		if (wire_restart_is_late(w->spec, i))
			continue;
		if (!open_one(w, program))
			return false;
	}
	return true;
}

void
wire_attend(struct wire *w, bool is_running)
{
	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end *e = w->ends[i];

		if (e->in != NULL)
			endpoint_attend(e->in, is_running);
		if (e->out != NULL && e->out != e->in)
			endpoint_attend(e->out, is_running);
	}
}

static void
open_run(struct wire *w)
{
	w->state = WIRE_RUNNING;
	wire_attend(w, true);
	w->last_activity = loop_now(w->env->loop);
	if (w->spec->opts.idle > 0)
		loop_timer_set(w->env->loop, &w->idle, w->last_activity + (uint64_t)w->spec->opts.idle);
	loop_defer(w->env->loop, &w->first);
	if (w->session == 0 && !w->spec->is_aside) {
		wire_tell_start(w);
		ready_wire(w->env);
	}
	watch_start(&w->watch);
	wire_limits_run(w);
	wire_open_doors(w);
	if (w->opened != NULL)
		w->opened(w, w->arg);
}

void
wire_open_all_open(struct wire *w)
{
	int error;

	if (wire_fdpass_begin(w))
		return;
	error = open_introduce(w);
	open_plan(w);
	for (unsigned i = 0; i < w->nends; i++)
		open_plan_socket(w->ends[i]);
	for (unsigned i = 0; i < w->nways && error == 0; i++)
		error = open_prepare(w, &w->ways[i]);
	if (error == 0) {
		w->state = WIRE_STARTING;
		if (!open_start_programs(w))
			return;
		wire_close_joints(w);
		wire_errors_started(w);
	}
	for (unsigned i = 0; i < w->nways && error == 0; i++)
		error = wire_start_pump(w, &w->ways[i]);
	for (unsigned i = 0; i < w->nends && error == 0; i++)
		wire_join(w->ends[i]);
	if (error == 0) {
		wire_restart_join(w);
		open_run(w);
	} else {
		wire_fail(w, 1);
		wire_close_begin(w);
	}
}

void
wire_open_result(struct wire *w, struct endpoint *ep, int result)
{
	if (w->state != WIRE_OPENING)
		return;
	w->opening--;
	if (result < 0)
		open_failed(w, ep);
	else if (w->opening == 0)
		wire_open_all_open(w);
}

static bool
open_begin(struct wire *w, unsigned end, struct endpoint *ep)
{
	return ep == NULL || ep->is_open || wire_restart_is_late(w->spec, end) || (ep->kind->flags & KIND_CHILD) ||
	    open_one(w, ep);
}

void
wire_open_start(struct wire *w)
{
	w->opening++; /* so that an end that opens at once does not seem to be the last */
	for (unsigned i = 0; i < w->nends && w->state == WIRE_OPENING; i++) {
		struct wire_end *e = w->ends[i];

		if (!open_begin(w, i, e->in) || (e->out != e->in && !open_begin(w, i, e->out)))
			return;
	}
	wire_errors_open(w);
	if (w->state == WIRE_OPENING && --w->opening == 0)
		wire_open_all_open(w);
	if (w->state == WIRE_OPENING)
		watch_start(&w->watch);
}
