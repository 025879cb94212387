/* Pumps for the ways of a wire, from what its spec says; and the joining and leaving of ends. */
#include "wire/wire_pumps.h"

#include "base/frame.h"
#include "base/mem.h"
#include "wire/speak.h"
#include "wire/wire_buffer.h"
#include "wire/wire_rules.h"

/* Bytes of a message made from bytes without frames: what the peers of old send, and most networks pass whole. */
#define PUMPS_DATAGRAM 8192

static int
pumps_relay_side(struct endpoint *ep, enum endpoint_role role, bool is_program)
{
	if (ep == NULL || !(ep->roles & role) || ep->serves || ((ep->kind->flags & KIND_CHILD) != 0) != is_program)
		return 0;
	return endpoint_make_relayed(ep, role);
}

/* The ends of a way that goes through us; programs have their descriptors only once they are started. */
int
wire_make_relayed(const struct wire *w, const struct wire_way *way, bool is_program)
{
	int error = 0;

	for (unsigned i = 0; i < w->nends && error == 0; i++) {
		if (w->ends[i]->from == way)
			error = pumps_relay_side(w->ends[i]->in, ROLE_READ, is_program);
		if (error == 0 && w->ends[i]->to == way)
			error = pumps_relay_side(w->ends[i]->out, ROLE_WRITE, is_program);
	}
	return error;
}

static bool
pumps_has_door(const struct wire *w, unsigned first, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (wire_spec_is_door(w->spec, first + i))
			return true;
	return false;
}

/* Several may be heard at once. */
static bool
pumps_meet(const struct wire *w, const struct route *r)
{
	return r->nsources > 1 || pumps_has_door(w, r->source, r->nsources);
}

static uint64_t
pumps_queue_limit(const struct wire *w, const struct route *r)
{
	uint64_t limit = 0;

	for (unsigned i = r->sink; i < r->sink + r->nsinks; i++) {
		const uint64_t queue = w->spec->ends[i].out->common.queue;

		limit = queue > limit ? queue : limit;
	}
	return limit;
}

static enum pump_slow
pumps_slow(const struct wire *w, unsigned position)
{
	const int written = w->spec->ends[position].out->common.slow;
	const bool is_shared = w->spec->topology == TOPOLOGY_HUB ||
	    (w->spec->topology == TOPOLOGY_PAIR && wire_spec_is_door(w->spec, position));

	switch ((enum endpoint_slow)written) {
	case ENDPOINT_SLOW_WAIT:
		return PUMP_SLOW_WAIT;
	case ENDPOINT_SLOW_DROP:
		return PUMP_SLOW_DROP;
	case ENDPOINT_SLOW_CLOSE:
		return PUMP_SLOW_CLOSE;
	case ENDPOINT_SLOW_AUTO:
	case ENDPOINT_SLOW_N:
		break;
	}
	return is_shared ? PUMP_SLOW_CLOSE : PUMP_SLOW_WAIT;
}

static bool
pumps_may_drop(const struct wire *w, const struct route *r)
{
	for (unsigned i = r->sink; i < r->sink + r->nsinks; i++)
		if (pumps_slow(w, i) == PUMP_SLOW_DROP)
			return true;
	return false;
}

/* One end keeps messages apart, or its frames do. */
static bool
pumps_is_apart(const struct wire *w, unsigned position, enum endpoint_role role)
{
	const struct wire_end_spec *s = &w->spec->ends[position];
	const struct endpoint_spec *spec = role == ROLE_READ ? s->in : s->out;
	struct endpoint *ep = role == ROLE_READ ? w->ends[position]->in : w->ends[position]->out;

	return wire_spec_side(w->spec, position, role, ep != NULL && !ep->serves ? ep : NULL).class == CLASS_PACKET ||
	    spec->common.frame != FRAME_RAW;
}

static bool
pumps_sends_messages(const struct wire *w, const struct route *r)
{
	for (unsigned i = r->sink; i < r->sink + r->nsinks; i++)
		if (pumps_is_apart(w, i, ROLE_WRITE))
			return true;
	return false;
}

static bool
pumps_keeps_messages(const struct wire *w, const struct route *r)
{
	for (unsigned i = r->source; i < r->source + r->nsources; i++)
		if (pumps_is_apart(w, i, ROLE_READ))
			return true;
	return pumps_sends_messages(w, r);
}

static void
pumps_set_up(struct wire *w, const struct wire_way *way, struct pump_setup *s)
{
	const struct route *r = &way->route;

	*s = (struct pump_setup){ .mode = way->path.mode, .block = (size_t)w->spec->opts.block };
	s->queue_limit = pumps_queue_limit(w, r);
	s->more_sources = pumps_has_door(w, r->source, r->nsources);
	s->more_sinks = pumps_has_door(w, r->sink, r->nsinks);
	if (way->path.mode != PLAN_COPY)
		return;
	speak_set_up(w, way, s);
	s->has_messages = s->rules != NULL || pumps_may_drop(w, r) || pumps_keeps_messages(w, r);
	s->message_most = pumps_sends_messages(w, r) ? PUMPS_DATAGRAM : 0;
	if (s->message_most != 0 && s->block != 0)
		s->message_most = s->block;
	s->is_bus = s->has_messages || pumps_meet(w, r);
	s->waits_for_first = s->more_sinks && w->spec->topology == TOPOLOGY_PAIR;
	s->waits_for_sinks = s->more_sinks && r->nsinks == 1 && w->spec->topology != TOPOLOGY_PAIR &&
	    w->spec->topology != TOPOLOGY_HUB && pumps_slow(w, r->sink) == PUMP_SLOW_WAIT;
}

const struct tap_list *
wire_way_taps(struct wire *w, const struct wire_way *way)
{
	const struct tap_list *taps = NULL;

	for (unsigned i = 0; i < way->route.nsources && taps == NULL; i++)
		taps = tap_list_for(&w->taps, way->route.source + i);
	return taps;
}

static void
pumps_join_source(struct wire_end *e, struct wire_way *way)
{
	struct pump *p = &way->pump;
	struct buffer_opts buffer = wire_buffer_of(e->in->spec, pumps_meet(e->wire, &way->route));

	e->source = pump_add_source(p, e->in, e->id, e->position);
	if (way->path.mode == PLAN_COPY)
		pump_set_lines(p, e->source, &buffer);
	if (p->setup.is_bus && e->in->spec->common.from)
		p->sources[e->source].prefix =
		    xasprintf("%s: ", e->in->peer != NULL ? e->in->peer : e->in->spec->addr->text);
}

void
wire_join(struct wire_end *e)
{
	struct pump *from = wire_pump_from(e), *to = wire_pump_to(e);

	if (from != NULL)
		pumps_join_source(e, e->from);
	if (to != NULL)
		e->sink = pump_add_sink(to, e->out, e->out->spec->common.to_self ? 0 : e->id,
		    pumps_slow(e->wire, e->position));
}

void
wire_leave(struct wire_end *e)
{
	struct pump *from = wire_pump_from(e), *to = wire_pump_to(e);

	if (from != NULL)
		pump_remove_source(from, e->source);
	if (to != NULL)
		pump_remove_sink(to, e->sink);
	e->from = e->to = NULL;
}

int
wire_start_pump(struct wire *w, struct wire_way *way)
{
	struct pump_setup setup;
	int error;

	if (way->path.mode == PLAN_NONE || way->path.mode == PLAN_DIRECT)
		return 0;
	if ((error = wire_make_relayed(w, way, true)) != 0)
		return error;
	pumps_set_up(w, way, &setup);
	error = pump_init(&way->pump, &setup);
	if (error != 0)
		log_errno(LOG_ERROR, &w->ends[way->route.sink]->out->who, -error,
		    "queue=disk: cannot make a temporary file in TMPDIR");
	else
		way->pump.taps = wire_way_taps(w, way);
	return error;
}
