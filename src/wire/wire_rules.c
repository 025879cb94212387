/* Questions about a wire's state; they change nothing. */
#include "wire/wire_rules.h"

#include <errno.h>

#include "endpoint/exec.h"
#include "endpoint/message.h"

struct endpoint *
wire_program(const struct wire_end *e)
{
	if (e->in != NULL && e->in->kind->flags & KIND_CHILD)
		return e->in;
	return e->out != NULL && e->out->kind->flags & KIND_CHILD ? e->out : NULL;
}

const struct exec_opts *
wire_program_opts(const struct endpoint *program)
{
	return program->spec->opts;
}

bool
wire_program_runs(const struct endpoint *program)
{
	return program != NULL && program->child != NULL && !program->child->has_ended;
}

bool
wire_program_has_ended(const struct endpoint *program)
{
	return program != NULL && program->child != NULL && program->child->has_ended;
}

static struct pump *
wire_pump_of(struct wire_way *way, const struct endpoint *ep, enum endpoint_role role)
{
	return way != NULL && way->pump.is_there && ep != NULL && (ep->roles & role) && !ep->serves ? &way->pump : NULL;
}

struct pump *
wire_pump_from(const struct wire_end *e)
{
	return wire_pump_of(e->from, e->in, ROLE_READ);
}

struct pump *
wire_pump_to(const struct wire_end *e)
{
	return wire_pump_of(e->to, e->out, ROLE_WRITE);
}

bool
wire_way_is_over(const struct wire *w, const struct wire_way *way)
{
	switch (way->path.mode) {
	case PLAN_NONE:
		return true;
	case PLAN_DIRECT:
		return wire_program_has_ended(w->ends[way->route.source]->in) ||
		    wire_program_has_ended(w->ends[way->route.sink]->out);
	case PLAN_SPLICE:
	case PLAN_COPY:
	case PLAN_DISCARD:
	case PLAN_MODE_N:
		break;
	}
	return pump_is_over(&way->pump);
}

/* Messages have no end of input, unless the kind has a way to say it. */
static bool
wire_is_mute(const struct wire *w, const struct wire_way *way)
{
	const struct endpoint *ep = way->route.nsinks == 1 ? w->ends[way->route.sink]->out : NULL;

	return w->spec->topology == TOPOLOGY_PAIR && ep != NULL && !ep->serves && !endpoint_says_end(ep);
}

int64_t
wire_end_wait_of(const struct wire *w, const struct wire_way *way)
{
	if (w->spec->opts.end_wait > 0)
		return w->spec->opts.end_wait;
	return wire_is_mute(w, way) ? WIRE_END_WAIT_MUTE : 0;
}

bool
wire_has_ended(const struct wire *w)
{
	for (unsigned i = 0; i < w->nways; i++)
		if (route_keeps_wire(w->spec->topology, w->ways[i].route) && !wire_way_is_over(w, &w->ways[i]))
			return false;
	for (unsigned i = 0; i < w->nends; i++)
		if (wire_program_runs(wire_program(w->ends[i])))
			return false;
	return true;
}

static bool
wire_was_and_is_over(const struct wire *w, const struct wire_way *way)
{
	return way->path.mode != PLAN_NONE && wire_way_is_over(w, way);
}

static bool
wire_any_is_over(const struct wire *w)
{
	for (unsigned i = 0; i < w->nways; i++)
		if (wire_was_and_is_over(w, &w->ways[i]))
			return true;
	return false;
}

/* A person has left by the key for that. */
static bool
wire_was_left(const struct wire *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end *e = w->ends[i];

		if (e->in != NULL && e->in->ends_wire && wire_was_and_is_over(w, e->from))
			return true;
	}
	return false;
}

bool
wire_end_rule_holds(const struct wire *w)
{
	const struct wire_way *left = w->ends[0]->from, *right = w->ends[w->spec->nends - 1]->from;

	if (wire_was_left(w))
		return true;
	switch ((enum wire_end_rule)w->spec->opts.end) {
	case WIRE_END_FIRST:
		return wire_any_is_over(w);
	case WIRE_END_LEFT:
		return wire_was_and_is_over(w, left);
	case WIRE_END_RIGHT:
		return wire_was_and_is_over(w, right);
	case WIRE_END_BOTH:
	case WIRE_END_N:
		break;
	}
	/* A person at a terminal is not waited for when the peer has ended: of a program, output and process. */
	return w->spec->topology == TOPOLOGY_PAIR && w->ends[0]->in != NULL && w->ends[0]->in->rclass == CLASS_TTY &&
	    w->ends[0]->in->is_inherited && wire_was_and_is_over(w, right) &&
	    !wire_program_runs(wire_program(w->ends[1]));
}

bool
wire_has_lost_stdout(const struct wire *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end *e = w->ends[i];
		const struct pump *p = wire_pump_to(e);

		if (p != NULL && e->out->is_inherited && e->out->wclass == CLASS_PIPE &&
		    p->sinks[e->sink].error == EPIPE && pump_is_over(p))
			return true;
	}
	return false;
}
