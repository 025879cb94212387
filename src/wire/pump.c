/*
 * One direction.
 *
 * A read goes into the queue and at once on to the sinks; only a sink that could not take all is waited for. Interest
 * is computed from the state (pump_wants_*), never toggled. The end of input is passed on to a sink when it has taken
 * everything. A sink that fails keeps the others going; when none is left the source is not read any more.
 */
#include "wire/pump.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"

#define PUMP_ROUNDS 16           /* reads in one go, so that other wires get their turn */
#define PUMP_GROW (1024u * 1024) /* bytes after which a direction counts as bulk */

int
pump_init(struct pump *p, enum plan_mode mode, struct endpoint *source, struct endpoint *const *sinks, unsigned nsinks,
    uint64_t queue_limit, size_t block)
{
	*p = (struct pump){ .mode = mode, .source = source, .nsinks = nsinks, .is_there = true, .block = block };
	p->sinks = xcalloc(nsinks, sizeof(*p->sinks));
	for (unsigned i = 0; i < nsinks; i++)
		p->sinks[i].ep = sinks[i];
	p->has_fixed_size = queue_limit != 0 && queue_limit != QUEUE_DISK;
	queue_init(&p->queue,
	    p->has_fixed_size       ? (size_t)queue_limit :
		block > QUEUE_SMALL ? block :
				      QUEUE_SMALL,
	    nsinks);
	for (unsigned i = 0; i < nsinks; i++)
		queue_ignore_marks(&p->queue, i);
	if (queue_limit != QUEUE_DISK)
		return 0;
	const char *dir = getenv("TMPDIR");
	return queue_set_spool(&p->queue, dir != NULL && *dir != '\0' ? dir : "/var/tmp");
}

void
pump_fini(struct pump *p)
{
	if (!p->is_there)
		return;
	queue_fini(&p->queue);
	free(p->sinks);
	p->sinks = NULL;
	p->is_there = false;
}

bool
pump_is_over(const struct pump *p)
{
	if (!p->is_there)
		return true;
	for (unsigned i = 0; i < p->nsinks; i++)
		if (!p->sinks[i].is_over)
			return false;
	return true;
}

uint64_t
pump_pending(const struct pump *p, unsigned sink)
{
	return p->is_there ? p->in - p->sinks[sink].out : 0;
}

bool
pump_wants_source(const struct pump *p)
{
	if (!p->is_there || p->source_over || pump_is_over(p) || p->out_of_memory)
		return false;
	return p->mode == PLAN_SPLICE ? !p->waits_for_sink : !queue_is_full(&p->queue);
}

bool
pump_wants_sink(const struct pump *p, unsigned sink)
{
	if (!p->is_there || p->sinks[sink].is_over)
		return false;
	return p->mode == PLAN_SPLICE ? p->waits_for_sink && !p->source_over : p->sinks[sink].is_blocked;
}

void
pump_end_source(struct pump *p)
{
	p->source_over = true;
}

void
pump_end_sink(struct pump *p, unsigned sink, int error)
{
	struct pump_sink *s = &p->sinks[sink];

	if (s->is_over)
		return;
	s->is_over = true;
	s->is_blocked = false;
	s->error = error;
	queue_drop_reader(&p->queue, sink);
	if (error != 0 && s->ep != NULL)
		endpoint_shutdown(s->ep); /* it gets no more, so it shall not wait for more */
}

static void
pump_pass_end(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	int error = s->ep != NULL ? endpoint_shutdown(s->ep) : 0;

	s->is_over = true;
	if (error != 0)
		s->error = -error;
}

static bool
pump_flush_sink(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	struct iovec iov[2];
	bool moved = false;
	int n;

	s->is_blocked = false;
	while (!s->is_over && (n = queue_data(&p->queue, sink, iov)) != 0) {
		ssize_t taken = n;

		if (n > 0 && s->ep == NULL)
			taken = (ssize_t)iov[0].iov_len;
		else if (n > 0) {
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
	bool moved = false;

	for (unsigned i = 0; i < p->nsinks; i++) {
		if (p->sinks[i].is_over)
			continue;
		moved |= pump_flush_sink(p, i);
		if (p->source_over && !p->sinks[i].is_over && queue_pending(&p->queue, i) == 0) {
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
	if (!p->has_fixed_size && p->block == 0)
		queue_set_limit(&p->queue, QUEUE_LARGE);
	if (p->source->rclass == CLASS_PIPE)
		pump_widen_pipe(p->source->rfd);
	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL && p->sinks[i].ep->wclass == CLASS_PIPE)
			pump_widen_pipe(p->sinks[i].ep->wfd);
}

static void
pump_fail_source(struct pump *p, int error)
{
	p->source_over = true;
	p->error = error;
}

static int
pump_space(struct pump *p, struct iovec iov[2])
{
	int n = queue_space(&p->queue, iov);

	if (n < 0)
		p->out_of_memory = true;
	if (n > 0 && p->block != 0) {
		if (iov[0].iov_len > p->block)
			iov[0].iov_len = p->block;
		n = 1;
	}
	return n;
}

static void
pump_tell_taps(const struct pump *p, const struct iovec *iov, ssize_t got)
{
	if (got > 0)
		tap_data(p->taps, p->from, p->in, iov, (size_t)got);
	else if (got != -EAGAIN)
		tap_end(p->taps, p->from, p->in);
}

/* One read. Returns false when there is no point in reading again now. */
static bool
pump_fill(struct pump *p)
{
	struct iovec iov[2];
	size_t room;
	ssize_t got;
	int n, error;

	n = pump_space(p, iov);
	if (n <= 0)
		return false;
	room = iov[0].iov_len + (n > 1 ? iov[1].iov_len : 0);
	got = endpoint_read(p->source, iov, n);
	p->calls++;
	if (p->taps != NULL)
		pump_tell_taps(p, iov, got);
	error = queue_commit(&p->queue, got > 0 ? (size_t)got : 0);
	if (got > 0) {
		p->in += (uint64_t)got;
		p->messages++;
		pump_grow(p);
	}
	if (error < 0 && error != -ENOSPC)
		pump_fail_source(p, -error);
	if (got == 0)
		p->source_over = p->source_ended = true;
	else if (got < 0 && got != -EAGAIN)
		pump_fail_source(p, (int)-got);
	return got > 0 && (size_t)got == room && error == 0;
}

bool
pump_run(struct pump *p, bool is_ready)
{
	uint64_t before = p->in;
	bool moved = false, more = is_ready;

	if (!p->is_there)
		return false;
	p->out_of_memory = false;
	if (p->mode == PLAN_SPLICE)
		return pump_splice_run(p);
	moved = pump_flush(p);
	for (int round = 0; round < PUMP_ROUNDS && more && pump_wants_source(p); round++) {
		more = pump_fill(p);
		moved |= pump_flush(p);
	}
	return moved || p->in != before || p->source_over;
}
