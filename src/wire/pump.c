/*
 * From some sources (pump_in.c) to some sinks (pump_out.c).
 *
 * A read goes into the queue and at once on to the sinks; only a sink that could not take all is waited for. Interest
 * is computed from the state (pump_wants_*), never toggled. What a source's lines (base/lines.h) hold back stays in the
 * queue; when that is full with it, it goes on in pieces. A sink that fails keeps the others going; when none is left the
 * sources are not read any more. Where several sources meet, see pump_bus.c. Without sinks (discard) what is read goes
 * nowhere.
 */
#include "wire/pump.h"

#include <stdlib.h>
#include <sys/param.h>

#include "base/mem.h"
#include "endpoint/message.h"
#include "wire/carrier.h"
#include "wire/wide_pipe.h"

#define PUMP_ROUNDS 16 /* reads in one go, so that other wires get their turn */

int
pump_init(struct pump *p, const struct pump_setup *setup)
{
	const uint64_t limit = setup->queue_limit;
	const char *dir;

	*p = (struct pump){ .setup = *setup,
		.mode = setup->mode,
		.owner = -1,
		.is_there = true,
		.carry_from = UINT64_MAX };
	p->has_fixed_size = limit != 0 && limit != QUEUE_DISK;
	queue_init(&p->queue,
	    p->has_fixed_size              ? (size_t)limit :
		setup->block > QUEUE_SMALL ? setup->block :
					     QUEUE_SMALL,
	    0);
	if (limit != QUEUE_DISK)
		return 0;
	dir = getenv("TMPDIR");
	return queue_set_spool(&p->queue, dir != NULL && *dir != '\0' ? dir : "/var/tmp");
}

void
pump_fini(struct pump *p)
{
	if (!p->is_there)
		return;
	for (unsigned i = 0; i < p->nsources; i++)
		pump_remove_source(p, i);
	for (unsigned i = 0; i < p->nsinks; i++) {
		wide_pipe_leave(&p->sinks[i].is_wide);
		free(p->sinks[i].rest);
		sent_fini(&p->sinks[i].sent);
	}
	pump_carry_end(p);
	queue_fini(&p->queue);
	free(p->sources);
	free(p->sinks);
	*p = (struct pump){ 0 };
}

void
pump_trim_memory(void)
{
	queue_trim();
	carrier_trim();
}

unsigned
pump_add_source(struct pump *p, struct endpoint *ep, uint32_t id, unsigned from)
{
	unsigned i = 0;

	while (i < p->nsources && p->sources[i].ep != NULL)
		i++;
	if (i == p->nsources)
		p->sources = xreallocarray(p->sources, ++p->nsources, sizeof(*p->sources));
	p->sources[i] = (struct pump_source){ .ep = ep, .id = id, .from = from };
	if (p->setup.has_messages && endpoint_keeps_messages(ep, ROLE_READ))
		p->sources[i].unit = PUMP_MESSAGES;
	else if (p->setup.has_messages && ep->spec->common.frame != FRAME_RAW)
		p->sources[i].unit = PUMP_FRAMES;
	if (p->sources[i].unit != PUMP_MESSAGES)
		p->sources[i].text.mode = endpoint_line_ends(ep->spec);
	p->sources[i].left = ep->spec->common.readbytes != 0 ? ep->spec->common.readbytes : UINT64_MAX;
	lines_init(&p->sources[i].lines, BUFFER_ASIS, 0, LINES_NEVER);
	if (p->setup.is_bus) {
		p->sources[i].held = xmalloc(sizeof(*p->sources[i].held));
		queue_init(p->sources[i].held, QUEUE_SMALL, 1);
	}
	if (p->queue.limit < pump_least(&p->sources[i]))
		queue_set_limit(&p->queue, pump_least(&p->sources[i]));
	return i;
}

void
pump_set_lines(struct pump *p, unsigned source, const struct buffer_opts *o)
{
	struct pump_source *s = &p->sources[source];
	struct queue *q = p->setup.is_bus ? s->held : &p->queue;

	lines_init(&s->lines, o->mode, o->size, o->flush == BUFFER_FLUSH_NEVER ? LINES_NEVER : (uint64_t)o->flush);
	if (o->mode != BUFFER_FULL || p->has_fixed_size || o->size <= q->limit)
		return;
	queue_set_limit(q, (size_t)o->size);
	p->has_fixed_size = q == &p->queue && o->size > QUEUE_LARGE;
}

unsigned
pump_add_sink(struct pump *p, struct endpoint *ep, uint32_t id, enum pump_slow slow)
{
	unsigned i = 0;

	while (i < p->nsinks && p->sinks[i].ep != NULL)
		i++;
	if (i == p->nsinks)
		p->sinks = xreallocarray(p->sinks, ++p->nsinks, sizeof(*p->sinks));
	p->sinks[i] = (struct pump_sink){ .ep = ep, .id = id, .slow = slow };
	p->sinks[i].keeps_messages = endpoint_keeps_messages(ep, ROLE_WRITE);
	p->sinks[i].text.mode = p->sinks[i].keeps_messages ? CRLF_OFF : endpoint_line_ends(ep->spec);
	p->had_sink = true;
	queue_add_reader(&p->queue, i);
	if (!p->setup.has_messages)
		queue_ignore_marks(&p->queue, i);
	return i;
}

void
pump_remove_source(struct pump *p, unsigned source)
{
	struct pump_source *s = &p->sources[source];

	if (s->held != NULL)
		queue_fini(s->held);
	free(s->held);
	s->held = NULL;
	free(s->prefix);
	s->prefix = NULL;
	if (p->owner == (int)source)
		p->owner = -1;
	wide_pipe_leave(&s->is_wide);
	s->ep = NULL;
}

void
pump_remove_sink(struct pump *p, unsigned sink)
{
	if (p->sinks[sink].ep != NULL && !p->sinks[sink].is_over)
		queue_drop_reader(&p->queue, sink);
	wide_pipe_leave(&p->sinks[sink].is_wide);
	free(p->sinks[sink].rest);
	sent_fini(&p->sinks[sink].sent);
	p->sinks[sink] = (struct pump_sink){ 0 };
}

void
pump_close_doors(struct pump *p)
{
	p->setup.more_sources = p->setup.more_sinks = p->setup.waits_for_sinks = p->setup.waits_for_first = false;
}

bool
pump_is_at_end(const struct pump *p)
{
	if (p->setup.more_sources)
		return false;
	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL && !p->sources[i].is_over)
			return false;
	return true;
}

static bool
pump_has_sinks(const struct pump *p)
{
	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL && !p->sinks[i].is_over)
			return true;
	return false;
}

/* No sink takes anything any more, and none will. */
static bool
pump_is_unheard(const struct pump *p)
{
	return p->mode != PLAN_DISCARD && !p->setup.more_sinks && p->nsinks > 0 && !pump_has_sinks(p);
}

bool
pump_is_over(const struct pump *p)
{
	if (!p->is_there || pump_is_unheard(p))
		return true;
	return pump_is_at_end(p) && !pump_has_sinks(p);
}

bool
pump_is_flowing(const struct pump *p)
{
	const struct pump_source *source = p->sources;
	const struct pump_sink *sink = p->sinks;

	return p->nsources == 1 && p->nsinks == 1 && !p->setup.is_bus && !p->setup.has_messages &&
	    !p->setup.more_sources && !p->setup.more_sinks && source->ep != NULL && sink->ep != NULL &&
	    !source->is_over && !source->is_away && source->lines.mode == BUFFER_ASIS && !sink->is_over &&
	    !sink->is_away && !sink->is_blocked && sink->slow_due == 0 && sink->sent.again == 0 && !p->waits_for_sink &&
	    !p->out_of_memory && queue_pending(&p->queue, 0) == 0 && p->carrier == NULL;
}

uint64_t
pump_pending(const struct pump *p, unsigned sink)
{
	uint64_t pending;

	if (!p->is_there)
		return 0;
	if (p->sinks[sink].is_over)
		return p->sinks[sink].left;
	pending = queue_pending(&p->queue, sink) + p->sinks[sink].sent.again + pump_carried(p);
	return p->setup.is_bus ?
	    pending + pump_bus_held(p, p->sinks[sink].id) + p->sinks[sink].rest_len - p->sinks[sink].rest_at :
	    pending;
}

uint64_t
pump_pending_most(const struct pump *p)
{
	uint64_t most = 0;

	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL && pump_pending(p, i) > most)
			most = pump_pending(p, i);
	return most;
}

static bool
pump_waits_for_sinks(const struct pump *p)
{
	return (p->setup.waits_for_sinks && !pump_has_sinks(p)) || (p->setup.waits_for_first && !p->had_sink);
}

bool
pump_wants_source(const struct pump *p, unsigned source)
{
	const struct pump_source *s;

	if (!p->is_there || p->out_of_memory || pump_is_over(p))
		return false;
	s = &p->sources[source];
	if (s->ep == NULL || s->is_over || s->is_away || pump_waits_for_sinks(p))
		return false;
	if (p->mode == PLAN_SPLICE)
		return !p->waits_for_sink;
	if (p->carrier != NULL)
		return false;
	return !pump_is_full(s, p->setup.is_bus ? s->held : &p->queue);
}

bool
pump_wants_sink(const struct pump *p, unsigned sink)
{
	if (!p->is_there || p->sinks[sink].ep == NULL || p->sinks[sink].is_over || p->sinks[sink].is_away)
		return false;
	return p->mode == PLAN_SPLICE ? p->waits_for_sink && !pump_is_at_end(p) : p->sinks[sink].is_blocked;
}

void
pump_end_sources(struct pump *p)
{
	for (unsigned i = 0; i < p->nsources; i++) {
		p->sources[i].is_over = true;
		lines_release(&p->sources[i].lines);
	}
	p->setup.more_sources = false;
	for (unsigned i = 0; i < p->nsinks; i++)
		p->sinks[i].is_blocked = p->sinks[i].ep != NULL && !p->sinks[i].is_over; /* so that it gets the rest */
}

void
pump_end_sink(struct pump *p, unsigned sink, int error)
{
	struct pump_sink *s = &p->sinks[sink];

	if (s->ep == NULL || s->is_over || pump_sink_leaves(s, error))
		return;
	s->left = queue_drop_reader(&p->queue, sink) + pump_carried(p);
	pump_carry_end(p);
	s->is_over = true;
	s->is_blocked = false;
	s->error = error;
	if (error != 0)
		endpoint_shutdown(s->ep); /* it gets no more, so it shall not wait for more */
}

/* A queue that is full with what is held back: it gets a larger one, or all of it goes. Returns true when it shall go. */
static bool
pump_let_go(struct pump *p)
{
	const uint64_t held = pump_held(p);

	if (held == 0 || !pump_is_full(&p->sources[0], &p->queue))
		return false;
	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL && !p->sinks[i].is_over && queue_pending(&p->queue, i) > held)
			return false; /* it will make room */
	if (!p->has_fixed_size && p->queue.limit < QUEUE_LARGE) {
		queue_set_limit(&p->queue, QUEUE_LARGE);
		if (!pump_is_full(&p->sources[0], &p->queue))
			return false;
	}
	pump_tell_long(&p->sources[0], &p->queue);
	return lines_release(&p->sources[0].lines);
}

/* The queue is full, and by that of a sink that is not waited for. */
static bool
pump_is_held_up(struct pump *p)
{
	return p->mode != PLAN_DISCARD && queue_is_full(&p->queue) && pump_relieve(p);
}

/* Nothing that was read is still here, not even a message of no bytes. */
static bool
pump_has_passed_all(const struct pump *p)
{
	if (!pump_is_drained(p) || pump_pending_most(p) > 0)
		return false;
	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL && !p->sinks[i].is_over && !pump_has_taken_all(p, i))
			return false;
	return true;
}

/* For sources that want to know what has gone on. Where the bytes of several mix, or change, only that all has. */
static void
pump_tell_taken(const struct pump *p)
{
	for (unsigned i = 0; i < p->nsources; i++) {
		const struct pump_source *s = &p->sources[i];
		const uint64_t pending = s->ep != NULL && s->ep->kind->taken != NULL ? pump_pending_most(p) : 0;

		if (s->ep == NULL || s->ep->kind->taken == NULL)
			continue;
		if (pump_has_passed_all(p))
			s->ep->kind->taken(s->ep, s->in);
		else if (!p->setup.is_bus && !p->setup.has_messages && s->text.mode == CRLF_OFF)
			s->ep->kind->taken(s->ep, s->in - pending);
	}
}

/* Out with what is there, and what has waited for room or for more follows. */
static bool
pump_turn(struct pump *p)
{
	bool moved = pump_flush(p);

	while (p->setup.is_bus ? pump_bus_move(p) : pump_let_go(p) || pump_is_held_up(p)) {
		moved = true;
		pump_flush(p);
	}
	pump_tell_taken(p);
	return moved;
}

bool
pump_run(struct pump *p)
{
	if (!p->is_there)
		return false;
	p->out_of_memory = false;
	return p->mode == PLAN_SPLICE ? pump_splice_run(p) : pump_turn(p);
}

bool
pump_run_source(struct pump *p, unsigned source)
{
	const uint64_t before = p->in;
	bool moved, more = true;

	if (!p->is_there)
		return false;
	p->out_of_memory = false;
	if (p->mode == PLAN_SPLICE)
		return pump_splice_run(p);
	moved = pump_turn(p);
	for (int round = 0; round < PUMP_ROUNDS && more && pump_wants_source(p, source); round++) {
		more = pump_fill(p, &p->sources[source]);
		moved |= pump_turn(p);
	}
	return moved || p->in != before || p->sources[source].is_over || p->sources[source].is_away;
}

bool
pump_run_sink(struct pump *p, unsigned sink)
{
	if (p->is_there)
		p->sinks[sink].is_blocked = false;
	return pump_run(p); /* room for one is room in the queue for all */
}

uint64_t
pump_due(const struct pump *p)
{
	uint64_t due = p->setup.is_bus ? pump_bus_due(p) : LINES_NEVER;

	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL && p->sources[i].lines.due < due)
			due = p->sources[i].lines.due;
	return MIN(due, pump_slow_due(p));
}

bool
pump_expire(struct pump *p, uint64_t now)
{
	bool is_due = (p->setup.is_bus && pump_bus_due(p) <= now) || pump_slow_due(p) <= now, moved;

	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL)
			is_due |= now == LINES_NEVER ? lines_release(&p->sources[i].lines) :
						       lines_expire(&p->sources[i].lines, now);
	moved = is_due && pump_run(p);
	pump_slow_expire(p, now);
	return moved;
}
