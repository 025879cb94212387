/*
 * From some sources to some sinks.
 *
 * A read goes into the queue and at once on to the sinks; only a sink that could not take all is waited for. Interest
 * is computed from the state (pump_wants_*), never toggled. The end of input is passed on to a sink when all sources are
 * at their end and it has taken everything. A sink that fails keeps the others going; when none is left the sources are
 * not read any more. Where several sources meet, see pump_bus.c. Without sinks (discard) what is read goes nowhere.
 */
#include "wire/pump.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"

#define PUMP_ROUNDS 16           /* reads in one go, so that other wires get their turn */
#define PUMP_GROW (1024u * 1024) /* bytes after which a direction counts as bulk */

int
pump_init(struct pump *p, const struct pump_setup *setup)
{
	const uint64_t limit = setup->queue_limit;
	const char *dir = getenv("TMPDIR");

	*p = (struct pump){ .setup = *setup, .mode = setup->mode, .is_there = true };
	p->has_fixed_size = limit != 0 && limit != QUEUE_DISK;
	queue_init(&p->queue,
	    p->has_fixed_size              ? (size_t)limit :
		setup->block > QUEUE_SMALL ? setup->block :
					     QUEUE_SMALL,
	    0);
	if (limit != QUEUE_DISK)
		return 0;
	return queue_set_spool(&p->queue, dir != NULL && *dir != '\0' ? dir : "/var/tmp");
}

void
pump_fini(struct pump *p)
{
	if (!p->is_there)
		return;
	for (unsigned i = 0; i < p->nsources; i++)
		pump_remove_source(p, i);
	queue_fini(&p->queue);
	free(p->sources);
	free(p->sinks);
	*p = (struct pump){ 0 };
}

unsigned
pump_add_source(struct pump *p, struct endpoint *ep, unsigned from)
{
	unsigned i = 0;

	while (i < p->nsources && p->sources[i].ep != NULL)
		i++;
	if (i == p->nsources)
		p->sources = xreallocarray(p->sources, ++p->nsources, sizeof(*p->sources));
	p->sources[i] = (struct pump_source){ .ep = ep, .from = from };
	if (p->setup.is_bus)
		queue_init(&p->sources[i].held, QUEUE_SMALL, 1);
	return i;
}

unsigned
pump_add_sink(struct pump *p, struct endpoint *ep, int self)
{
	unsigned i = 0;

	while (i < p->nsinks && p->sinks[i].ep != NULL)
		i++;
	if (i == p->nsinks)
		p->sinks = xreallocarray(p->sinks, ++p->nsinks, sizeof(*p->sinks));
	p->sinks[i] = (struct pump_sink){ .ep = ep, .self = self };
	queue_add_reader(&p->queue, i);
	if (self == -1)
		queue_ignore_marks(&p->queue, i);
	return i;
}

void
pump_remove_source(struct pump *p, unsigned source)
{
	struct pump_source *s = &p->sources[source];

	if (p->setup.is_bus && s->ep != NULL)
		queue_fini(&s->held);
	s->ep = NULL;
}

void
pump_remove_sink(struct pump *p, unsigned sink)
{
	if (p->sinks[sink].ep != NULL && !p->sinks[sink].is_over)
		queue_drop_reader(&p->queue, sink);
	p->sinks[sink] = (struct pump_sink){ 0 };
}

bool
pump_is_at_end(const struct pump *p)
{
	if (p->setup.is_kept)
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
	return p->mode != PLAN_DISCARD && !p->setup.is_kept && p->nsinks > 0 && !pump_has_sinks(p);
}

bool
pump_is_over(const struct pump *p)
{
	if (!p->is_there || pump_is_unheard(p))
		return true;
	return pump_is_at_end(p) && !pump_has_sinks(p);
}

uint64_t
pump_pending(const struct pump *p, unsigned sink)
{
	uint64_t pending;

	if (!p->is_there)
		return 0;
	if (p->sinks[sink].is_over)
		return p->sinks[sink].left;
	pending = queue_pending(&p->queue, sink);
	return p->setup.is_bus ? pending + pump_bus_held(p, p->sinks[sink].self) : pending;
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

bool
pump_wants_source(const struct pump *p, unsigned source)
{
	const struct pump_source *s;

	if (!p->is_there || p->out_of_memory || pump_is_over(p))
		return false;
	s = &p->sources[source];
	if (s->ep == NULL || s->is_over || (p->setup.waits_for_sinks && !pump_has_sinks(p)))
		return false;
	if (p->mode == PLAN_SPLICE)
		return !p->waits_for_sink;
	return !queue_is_full(p->setup.is_bus ? &s->held : &p->queue);
}

bool
pump_wants_sink(const struct pump *p, unsigned sink)
{
	if (!p->is_there || p->sinks[sink].ep == NULL || p->sinks[sink].is_over)
		return false;
	return p->mode == PLAN_SPLICE ? p->waits_for_sink && !pump_is_at_end(p) : p->sinks[sink].is_blocked;
}

void
pump_end_sources(struct pump *p)
{
	for (unsigned i = 0; i < p->nsources; i++)
		p->sources[i].is_over = true;
	p->setup.is_kept = false;
}

void
pump_end_sink(struct pump *p, unsigned sink, int error)
{
	struct pump_sink *s = &p->sinks[sink];

	if (s->ep == NULL || s->is_over)
		return;
	s->left = queue_drop_reader(&p->queue, sink);
	s->is_over = true;
	s->is_blocked = false;
	s->error = error;
	if (error != 0)
		endpoint_shutdown(s->ep); /* it gets no more, so it shall not wait for more */
}

static void
pump_pass_end(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	int error = endpoint_shutdown(s->ep);

	queue_drop_reader(&p->queue, sink);
	s->is_over = true;
	if (error != 0)
		s->error = -error;
}

/* What a sink gets next; its own messages are passed over. Returns the number of areas or -errno. */
static int
pump_next(struct pump *p, unsigned sink, struct iovec iov[2])
{
	const int self = p->sinks[sink].self;
	size_t len;
	int n;

	if (self == -1)
		return queue_data(&p->queue, sink, iov);
	while (queue_message(&p->queue, sink, &len) && queue_message_tag(&p->queue, sink) == (uint32_t)self)
		queue_consume_message(&p->queue, sink);
	if (!queue_message(&p->queue, sink, &len))
		return 0;
	n = queue_data(&p->queue, sink, iov);
	if (n > 0 && iov[0].iov_len >= len) {
		iov[0].iov_len = len;
		return 1;
	}
	if (n > 1 && iov[1].iov_len > len - iov[0].iov_len)
		iov[1].iov_len = len - iov[0].iov_len;
	return n;
}

static bool
pump_flush_sink(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	struct iovec iov[2];
	bool moved = false;
	int n;

	s->is_blocked = false;
	while (!s->is_over && (n = pump_next(p, sink, iov)) != 0) {
		ssize_t taken = n;

		if (n > 0) {
			taken = endpoint_write(s->ep, iov, n);
			p->calls++;
		}
		if (taken == -EAGAIN) {
			s->is_blocked = true;
			break;
		}
		if (taken < 0) {
			pump_end_sink(p, sink, (int)-taken);
			return true;
		}
		s->out += (uint64_t)taken;
		queue_consume(&p->queue, sink, (size_t)taken);
		moved = true;
	}
	return moved;
}

static bool
pump_flush(struct pump *p)
{
	const bool is_end = pump_is_at_end(p) && (!p->setup.is_bus || pump_bus_held(p, -1) == 0);
	bool moved = false;

	for (unsigned i = 0; i < p->nsinks; i++) {
		if (p->sinks[i].ep == NULL || p->sinks[i].is_over)
			continue;
		moved |= pump_flush_sink(p, i);
		if (is_end && !p->sinks[i].is_over && queue_pending(&p->queue, i) == 0) {
			pump_pass_end(p, i);
			moved = true;
		}
	}
	return moved;
}

static void
pump_grow(struct pump *p)
{
	if (p->has_grown || p->in < PUMP_GROW)
		return;
	p->has_grown = true;
	if (!p->has_fixed_size && p->setup.block == 0)
		queue_set_limit(&p->queue, QUEUE_LARGE);
	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL && p->sources[i].ep->rclass == CLASS_PIPE)
			pump_widen_pipe(p->sources[i].ep->rfd);
	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL && p->sinks[i].ep->wclass == CLASS_PIPE)
			pump_widen_pipe(p->sinks[i].ep->wfd);
}

static int
pump_space(struct pump *p, struct queue *q, struct iovec iov[2])
{
	int n = queue_space(q, iov);

	if (n < 0)
		p->out_of_memory = true;
	if (n > 0 && p->setup.block != 0) {
		if (iov[0].iov_len > p->setup.block)
			iov[0].iov_len = p->setup.block;
		n = 1;
	}
	return n;
}

static void
pump_tell_taps(const struct pump *p, const struct pump_source *s, const struct iovec *iov, ssize_t got)
{
	if (got > 0)
		tap_data(p->taps, s->from, s->in, iov, (size_t)got);
	else if (got != -EAGAIN)
		tap_end(p->taps, s->from, s->in);
}

ssize_t
pump_read(struct pump *p, struct pump_source *s, struct queue *q, bool *full)
{
	struct iovec iov[2];
	int n = pump_space(p, q, iov), error;
	ssize_t got;
	size_t room;

	if (n <= 0)
		return -ENOBUFS;
	room = iov[0].iov_len + (n > 1 ? iov[1].iov_len : 0);
	got = endpoint_read(s->ep, iov, n);
	p->calls++;
	if (p->taps != NULL)
		pump_tell_taps(p, s, iov, got);
	error = queue_commit(q, got > 0 ? (size_t)got : 0);
	*full = got > 0 && (size_t)got == room && error == 0;
	if (got > 0) {
		s->in += (uint64_t)got;
		p->in += (uint64_t)got;
		p->messages++;
		pump_grow(p);
	}
	if (got == 0)
		s->is_over = s->has_ended = true;
	else if (got < 0 && got != -EAGAIN)
		error = (int)got;
	if (error < 0 && error != -ENOSPC) {
		s->is_over = true;
		s->error = -error;
	}
	return got;
}

/* One read. Returns false when there is no point in reading again now. */
static bool
pump_fill(struct pump *p, struct pump_source *s)
{
	bool full = false;

	if (p->setup.is_bus)
		return pump_bus_fill(p, s);
	return pump_read(p, s, &p->queue, &full) > 0 && full;
}

/* Out with what is there, and where several sources meet what has waited for room follows. */
static bool
pump_turn(struct pump *p)
{
	bool moved = pump_flush(p);

	while (p->setup.is_bus && pump_bus_move(p)) {
		moved = true;
		pump_flush(p);
	}
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
	return moved || p->in != before || p->sources[source].is_over;
}

bool
pump_run_sink(struct pump *p, unsigned sink)
{
	(void)sink; /* room for one is room in the queue for all */
	return pump_run(p);
}
