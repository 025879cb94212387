/*
 * What a pump gives its sinks: what is in the queue, converted where they want that, each as much as it takes.
 *
 * While a sink waits for room no write is tried, so what comes meanwhile shares the next one. What a source's lines hold back is not
 * given to them yet. The end of input is passed on to a sink when all sources are at their end and it has taken everything.
 */
#include <errno.h>
#include <stdlib.h>

#include "wire/pump.h"
#include "wire/pump_tag.h"

#define PUMP_TEXT 16384 /* bytes of one write where line ends are converted */

static void
pump_pass_end(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	int error;

	for (unsigned i = 0; i < p->nsources; i++)
		s->ep->is_cut |= p->sources[i].ep != NULL && p->sources[i].error != 0;
	error = endpoint_shutdown(s->ep);
	queue_drop_reader(&p->queue, sink);
	s->is_over = true;
	if (error != 0)
		s->error = -error;
}

int
pump_trim(struct iovec iov[2], int n, uint64_t len)
{
	if (n > 0 && iov[0].iov_len >= len) {
		iov[0].iov_len = (size_t)len;
		return len > 0 ? 1 : 0;
	}
	if (n > 1 && iov[1].iov_len > len - iov[0].iov_len)
		iov[1].iov_len = (size_t)(len - iov[0].iov_len);
	return n;
}

uint64_t
pump_held(const struct pump *p)
{
	return p->setup.is_bus || p->nsources == 0 ? 0 : lines_held(&p->sources[0].lines);
}

/* The next message that is for this sink; others are passed over. */
static int
pump_next_message(struct pump *p, unsigned sink, struct iovec iov[2])
{
	struct pump_sink *s = &p->sinks[sink];
	size_t len;

	if (s->rest != NULL) {
		iov[0] = (struct iovec){ s->rest + s->rest_at, s->rest_len - s->rest_at };
		return 1;
	}
	while (queue_message(&p->queue, sink, &len) && s->inside == 0 &&
	    (len == 0 || !pump_tag_is_for(queue_message_tag(&p->queue, sink), s->id)))
		queue_consume_message(&p->queue, sink);
	if (!queue_message(&p->queue, sink, &len))
		return 0;
	s->inside = len;
	return pump_trim(iov, queue_data(&p->queue, sink, iov), len);
}

/* What a sink gets next. Returns the number of areas or -errno. */
static int
pump_next(struct pump *p, unsigned sink, struct iovec iov[2])
{
	const uint64_t held = pump_held(p), pending = queue_pending(&p->queue, sink);

	if (p->setup.has_messages)
		return pump_next_message(p, sink, iov);
	if (held > 0 && pending <= held)
		return 0;
	return pump_trim(iov, queue_data(&p->queue, sink, iov), pending - held);
}

void
pump_rest_taken(struct pump_sink *s, size_t taken)
{
	s->rest_at += taken;
	if (s->rest_at < s->rest_len)
		return;
	free(s->rest);
	s->rest = NULL;
	s->rest_len = s->rest_at = 0;
}

static void
pump_taken(struct pump *p, unsigned sink, size_t taken)
{
	struct pump_sink *s = &p->sinks[sink];

	s->out += (uint64_t)taken;
	s->moved_at = loop_now(endpoint_loop(s->ep));
	if (s->rest == NULL) {
		if (p->setup.has_messages)
			s->inside -= taken;
		queue_consume(&p->queue, sink, taken);
		if (queue_pending(&p->queue, sink) == 0) {
			s->is_stuck = false;
			s->slow_due = 0;
		}
		return;
	}
	pump_rest_taken(s, taken);
}

static ssize_t
pump_write(struct pump *p, struct pump_sink *s, struct iovec *iov, int n)
{
	unsigned char text[PUMP_TEXT];
	struct iovec made = { .iov_base = text };
	ssize_t taken;

	if (s->text.mode == CRLF_OFF)
		return pump_put(p, s, iov, n);
	made.iov_len = crlf_out(&s->text, iov, n, text, sizeof(text));
	taken = pump_put(p, s, &made, 1);
	return taken > 0 ? (ssize_t)crlf_out_taken(&s->text, iov, n, (size_t)taken) : taken;
}

static bool
pump_flush_queue(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	struct iovec iov[2];
	bool moved = false;
	int n;

	while (
	    !s->is_over && !s->is_away && !s->is_blocked && pump_resend(p, s) && (n = pump_next(p, sink, iov)) != 0) {
		ssize_t taken = n;

		if (n > 0) {
			taken = pump_write(p, s, iov, n);
			p->calls++;
		}
		s->is_blocked = taken == -EAGAIN;
		if (s->is_blocked)
			break;
		if (taken < 0) {
			pump_end_sink(p, sink, taken == -EPIPE && s->used_error != 0 ? s->used_error : (int)-taken);
			return true;
		}
		pump_taken(p, sink, (size_t)taken);
		moved = true;
	}
	return moved;
}

/* What is carried stands before what is in the queue, but for what was put back there. */
static bool
pump_flush_sink(struct pump *p, unsigned sink)
{
	bool moved = pump_carry_flush(p);

	do
		moved |= pump_flush_queue(p, sink);
	while (pump_carry_puts_back(p));
	return moved;
}

bool
pump_sink_has_all(const struct pump *p, unsigned sink)
{
	size_t len;

	return p->sinks[sink].rest == NULL && queue_pending(&p->queue, sink) == 0 && p->carrier == NULL &&
	    !(pump_message_is_whole(&p->sinks[sink]) && queue_message(&p->queue, sink, &len));
}

bool
pump_source_is_drained(const struct pump *p, const struct pump_source *s)
{
	return !p->setup.is_bus || (s->moved == s->lines.in && !pump_message_waits(s));
}

bool
pump_is_drained(const struct pump *p)
{
	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL && !pump_source_is_drained(p, &p->sources[i]))
			return false;
	return true;
}

bool
pump_has_taken_all(const struct pump *p, unsigned sink)
{
	const struct pump_sink *s = &p->sinks[sink];

	return !s->is_over && !s->is_away && s->sent.again == 0 && pump_sink_has_all(p, sink);
}

bool
pump_flush(struct pump *p)
{
	const bool is_end = pump_is_at_end(p) && pump_is_drained(p);
	bool moved = false;

	for (unsigned i = 0; i < p->nsinks; i++) {
		if (p->sinks[i].ep == NULL || p->sinks[i].is_over)
			continue;
		if (p->sinks[i].is_away)
			continue;
		moved |= pump_message_is_whole(&p->sinks[i]) ? pump_message_flush(p, i) : pump_flush_sink(p, i);
		if (is_end && pump_has_taken_all(p, i)) {
			pump_pass_end(p, i);
			moved = true;
		}
	}
	return moved;
}
