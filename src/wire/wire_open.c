/*
 * Opening a wire: see wire.c. All ends but programs open in parallel; then the plan is made from what they turned out to
 * be, and programs are started, with descriptors handed over where the plan says direct.
 */
#include "wire/wire_open.h"

#include <stdlib.h>

#include "base/io.h"
#include "base/mem.h"
#include "wire/wire_buffer.h"
#include "wire/wire_rules.h"
#include "wire/wire_tell.h"

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
	else if (s->roles & ROLE_READ)
		e->in = open_endpoint(e, s->in, ROLE_READ);
	if (s->in != s->out && (s->roles & ROLE_WRITE))
		e->out = open_endpoint(e, s->out, ROLE_WRITE);
}

static void
open_find_ways(struct wire_end *e)
{
	struct wire *w = e->wire;

	for (unsigned i = 0; i < w->nways; i++) {
		if (route_reads(w->ways[i].route, e->position))
			e->from = &w->ways[i];
		if (route_writes(w->ways[i].route, e->position))
			e->to = &w->ways[i];
	}
}

void
wire_open_init(struct wire *w, struct endpoint *client)
{
	w->nways = wire_spec_nroutes(w->spec);
	w->ways = xcalloc(w->nways, sizeof(*w->ways));
	for (unsigned i = 0; i < w->nways; i++)
		w->ways[i] = (struct wire_way){ .route = wire_spec_route(w->spec, i), .joint = { -1, -1 } };
	w->nends = w->spec->nends;
	w->ends = xcalloc(w->nends, sizeof(struct wire_end *));
	for (unsigned i = 0; i < w->nends; i++) {
		struct wire_end *e = w->ends[i] = xcalloc(1, sizeof(*e));

		e->wire = w;
		e->position = i;
		open_find_ways(e);
		if (client != NULL && (int)i == w->spec->server) {
			e->in = e->out = client;
			client->is_open = true;
			wire_own(e, client);
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

/* A pipe between two programs, each of which gets one end. */
static int
open_join_programs(struct wire_way *way, struct endpoint *from, struct endpoint *to)
{
	int error = io_pipe(way->joint, 0);

	if (error != 0) {
		endpoint_fail(from, -error, "cannot make a pipe");
		return error;
	}
	pump_widen_pipe(way->joint[1]);
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
open_relay_side(struct endpoint *ep, enum endpoint_role role, bool is_program)
{
	if (ep == NULL || !(ep->roles & role) || ((ep->kind->flags & KIND_CHILD) != 0) != is_program)
		return 0;
	return endpoint_make_relayed(ep, role);
}

/* The ends of a way that goes through us; programs have their descriptors only once they are started. */
static int
open_relay(const struct wire *w, const struct wire_way *way, bool is_program)
{
	int error = 0;

	for (unsigned i = 0; i < w->nends && error == 0; i++) {
		if (w->ends[i]->from == way)
			error = open_relay_side(w->ends[i]->in, ROLE_READ, is_program);
		if (error == 0 && w->ends[i]->to == way)
			error = open_relay_side(w->ends[i]->out, ROLE_WRITE, is_program);
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
		return open_relay(w, way, false);
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

static bool
open_start_programs(struct wire *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end *e = w->ends[i];
		struct endpoint *program = wire_program(e);

		if (program == NULL)
			continue;
		program->gets_nothing_out = e->from->path.mode == PLAN_NONE;
		program->gets_nothing_in = e->to == NULL || e->to->path.mode == PLAN_NONE;
		program->extra_env = open_client_environment(w, e);
		if (!open_one(w, program))
			return false;
	}
	return true;
}

/* Pumps. */

static uint64_t
open_queue_limit(const struct wire *w, const struct wire_way *way)
{
	uint64_t limit = 0;

	for (unsigned i = 0; i < w->nends; i++)
		if (w->ends[i]->to == way && w->ends[i]->out != NULL && w->ends[i]->out->spec->common.queue > limit)
			limit = w->ends[i]->out->spec->common.queue;
	return limit;
}

/* NULL when nobody looks at what this way carries: then taps cost nothing. */
static const struct tap_list *
open_taps(struct wire *w, const struct wire_way *way)
{
	const struct tap_list *taps = NULL;

	for (unsigned i = 0; i < way->route.nsources && taps == NULL; i++)
		taps = tap_list_for(&w->taps, way->route.source + i);
	return taps;
}

static void
open_fill_pump(struct wire *w, struct wire_way *way)
{
	struct pump *p = &way->pump;
	const bool is_hub = w->spec->topology == TOPOLOGY_HUB;
	struct buffer_opts buffer;

	p->taps = open_taps(w, way);

	for (unsigned i = 0; i < w->nends; i++) {
		struct wire_end *e = w->ends[i];
		const bool reads = e->from == way && e->in != NULL && (e->in->roles & ROLE_READ),
			   writes = e->to == way && e->out != NULL && (e->out->roles & ROLE_WRITE);

		if (reads) {
			e->source = pump_add_source(p, e->in, e->position);
			buffer = wire_buffer_of(e->in->spec, way->route.nsources > 1);
			if (way->path.mode == PLAN_COPY)
				pump_set_lines(p, e->source, &buffer);
		}
		if (writes)
			e->sink = pump_add_sink(p, e->out, is_hub && reads ? (int)e->source : -1);
	}
}

static int
open_start_pump(struct wire *w, struct wire_way *way)
{
	const struct pump_setup setup = { .mode = way->path.mode,
		.is_bus = way->route.nsources > 1,
		.queue_limit = open_queue_limit(w, way),
		.block = (size_t)w->spec->opts.block };
	int error;

	if (way->path.mode == PLAN_NONE || way->path.mode == PLAN_DIRECT)
		return 0;
	if ((error = open_relay(w, way, true)) != 0)
		return error;
	error = pump_init(&way->pump, &setup);
	if (error != 0)
		log_errno(LOG_ERROR, &w->ends[way->route.sink]->out->who, -error,
		    "queue=disk: cannot make a temporary file in TMPDIR");
	else
		open_fill_pump(w, way);
	return error;
}

static void
open_run(struct wire *w)
{
	w->state = WIRE_RUNNING;
	w->last_activity = loop_now(w->env->loop);
	if (w->spec->opts.idle > 0)
		loop_timer_set(w->env->loop, &w->idle, w->last_activity + (uint64_t)w->spec->opts.idle);
	loop_defer(w->env->loop, &w->first);
	if (w->session == 0)
		wire_tell_start(w);
	watch_start(&w->watch);
}

static void
open_all_open(struct wire *w)
{
	int error = 0;

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
	}
	for (unsigned i = 0; i < w->nways && error == 0; i++)
		error = open_start_pump(w, &w->ways[i]);
	if (error == 0)
		open_run(w);
	else {
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
		open_all_open(w);
}

static bool
open_begin(struct wire *w, struct endpoint *ep)
{
	return ep == NULL || ep->is_open || (ep->kind->flags & KIND_CHILD) || open_one(w, ep);
}

void
wire_open_start(struct wire *w)
{
	w->opening++; /* so that an end that opens at once does not seem to be the last */
	for (unsigned i = 0; i < w->nends && w->state == WIRE_OPENING; i++) {
		struct wire_end *e = w->ends[i];

		if (!open_begin(w, e->in) || (e->out != e->in && !open_begin(w, e->out)))
			return;
	}
	if (w->state == WIRE_OPENING && --w->opening == 0)
		open_all_open(w);
	if (w->state == WIRE_OPENING)
		watch_start(&w->watch);
}
