/*
 * splice(2): the kernel moves the bytes from or to a pipe, none of them is ever ours, so none can be lost by us.
 *
 * EAGAIN does not say which end it means, so poll(2) is asked. What the kernel refuses before the first byte (EINVAL), and
 * whatever else fails, is copied from there on.
 */
#include <errno.h>
#include <poll.h>

#include "base/io.h"
#include "base/queue.h"
#include "wire/pump.h"

#define SPLICE_BLOCK (1024u * 1024)
#define SPLICE_ROUNDS 16
#define SPLICE_GROW (1024u * 1024)

static void
splice_grow(struct pump *p)
{
	if (p->has_grown || p->in < SPLICE_GROW)
		return;
	p->has_grown = true;
	pump_widen_pipes(p);
}

/* What EAGAIN meant. */
enum splice_wait {
	SPLICE_SOURCE, /* nothing is there */
	SPLICE_SINK,   /* ... or it cannot be taken */
	SPLICE_NOBODY, /* neither, by now */
};

static enum splice_wait
splice_waits_for(const struct pump *p)
{
	struct pollfd fds[2] = { { .fd = p->sources[0].ep->rfd, .events = POLLIN },
		{ .fd = p->sinks[0].ep->wfd, .events = POLLOUT } };

	if (poll(fds, 2, 0) < 0 || (fds[0].revents & (POLLIN | POLLHUP)) == 0)
		return SPLICE_SOURCE;
	return (fds[1].revents & (POLLOUT | POLLERR)) == 0 ? SPLICE_SINK : SPLICE_NOBODY;
}

static void
splice_pass_end(struct pump *p)
{
	int error;

	if (!p->sources[0].is_over || p->sinks[0].is_over)
		return;
	error = endpoint_shutdown(p->sinks[0].ep);
	p->sinks[0].is_over = true;
	p->sinks[0].error = -error;
}

static void
splice_moved(struct pump *p, size_t n)
{
	struct pump_source *source = &p->sources[0];

	if (n == 0) {
		source->is_over = source->has_ended = true;
		return;
	}
	p->in += n;
	source->in += n;
	p->sinks[0].out += n;
	splice_grow(p);
}

/* At urgent data (tcp(7)) splice tells an end when the peer's has come as well: reading goes on behind it. */
static bool
splice_is_stopped(const struct endpoint *ep)
{
	char byte;

	return ep->is_tcp && io_peek(ep->rfd, &byte, 1) != 0;
}

/*
 * The error of a socket is there but once, and then it looks like an end: what splice was told is not told to the copy. One end
 * is a pipe, of which there is no error but EPIPE, and a socket gives that one only to who writes.
 */
static void
splice_keep_error(struct pump *p, ssize_t result)
{
	struct pump_source *source = &p->sources[0];
	struct pump_sink *sink = &p->sinks[0];
	const int error = io_splice_error(result);

	if (error == 0 || error == EPIPE)
		return;
	if (source->ep->rclass == CLASS_SOCKET)
		source->used_error = error;
	else if (sink->ep->wclass == CLASS_SOCKET)
		sink->used_error = error;
}

bool
pump_splice_run(struct pump *p)
{
	struct pump_source *source = &p->sources[0];
	struct pump_sink *sink = &p->sinks[0];
	const uint64_t before = p->in;
	bool were_ready = false;

	for (int round = 0; round < SPLICE_ROUNDS && !source->is_over && !sink->is_over; round++) {
		const ssize_t n = io_splice(source->ep->rfd, sink->ep->wfd, SPLICE_BLOCK);

		p->calls++;
		if (n == -EAGAIN) {
			const enum splice_wait wait = splice_waits_for(p);

			p->waits_for_sink = wait == SPLICE_SINK;
			if (wait != SPLICE_NOBODY)
				break;
			if (!were_ready) {
				were_ready = true; /* one of them has only just become so */
				continue;
			}
		}
		/* An error does not say what it cost, nor what is still there behind urgent data: the copy that goes on from
		 * here finds that out. Both were ready, and yet nothing moved: the kernel cannot splice this pair. */
		splice_keep_error(p, n);
		if (n < 0 || (n == 0 && splice_is_stopped(source->ep))) {
			p->mode = PLAN_COPY;
			p->has_grown = false;
			return pump_run_source(p, 0);
		}
		were_ready = false;
		p->waits_for_sink = false;
		splice_moved(p, (size_t)n);
	}
	splice_pass_end(p);
	return p->in != before || source->is_over || sink->is_over;
}
