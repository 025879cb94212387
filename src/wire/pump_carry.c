/*
 * Bulk between two TCP connections: the kernel moves its pages from one to the other through a pipe (carrier.h) that is
 * borrowed while something is in flight, and nothing is copied. Until a direction counts as bulk, and whenever what comes
 * is small, it is read and written: that is quicker then.
 *
 * What is in the pipe stands before all that is in the queue, so nothing is read while it is there. What the kernel
 * refuses to move on from there (not for the peer's sake) is read from the pipe into the queue: nothing of it is lost.
 */
#include <errno.h>

#include "base/io.h"
#include "wire/carrier.h"
#include "wire/pump.h"

#define CARRY_BLOCK (1024u * 1024) /* bytes of one move */
#define CARRY_LEAST (16u * 1024)   /* fewer than these are copied more quickly */
#define CARRY_PAUSE (1024u * 1024) /* ... and so are as many bytes after them */

void
pump_carry_end(struct pump *p)
{
	if (p->carrier != NULL)
		carrier_give_back(p->carrier);
	p->carrier = NULL;
}

uint64_t
pump_carried(const struct pump *p)
{
	return p->carrier != NULL ? p->carrier->held : 0;
}

/* A connection of our own. */
static bool
carry_is_plain(const struct endpoint *ep, enum endpoint_class class)
{
	return class == CLASS_SOCKET && ep->is_tcp && ep->is_nonblocking && !ep->is_inherited;
}

/* Nobody looks at its bytes, or wants to know what became of them. */
static bool
carry_source_is_plain(const struct pump_source *s)
{
	const struct endpoint *ep = s->ep;

	return ep != NULL && carry_is_plain(ep, ep->rclass) && ep->kind->read == NULL && ep->kind->taken == NULL &&
	    (ep->io == NULL || ep->io->read == NULL) && s->unit == PUMP_BYTES && s->text.mode == CRLF_OFF &&
	    s->lines.mode == BUFFER_ASIS && ep->spec->common.readbytes == 0 && !s->comes_back;
}

/* It is waited for, and what waits for it has no room of its own (queue=). */
static bool
carry_sink_is_plain(const struct pump_sink *s)
{
	const struct endpoint *ep = s->ep;

	return ep != NULL && carry_is_plain(ep, ep->wclass) && ep->kind->write == NULL &&
	    (ep->io == NULL || ep->io->write == NULL) && s->text.mode == CRLF_OFF && s->slow == PUMP_SLOW_WAIT &&
	    !s->comes_back && !s->resumes;
}

void
pump_carry_begin(struct pump *p)
{
	const struct pump_setup *setup = &p->setup;

	if (p->nsources == 1 && p->nsinks == 1 && !setup->is_bus && !setup->has_messages && !setup->more_sources &&
	    !setup->more_sinks && setup->queue_limit == 0 && !p->has_fixed_size && setup->block == 0 &&
	    p->taps == NULL && carry_source_is_plain(p->sources) && carry_sink_is_plain(p->sinks))
		p->carry_from = p->in;
}

bool
pump_carries_now(const struct pump *p)
{
	return p->in >= p->carry_from && !p->sinks[0].is_over && queue_pending(&p->queue, 0) == 0;
}

ssize_t
pump_carry_in(struct pump *p)
{
	ssize_t n = -ENOMEM;

	p->carrier = carrier_borrow();
	if (p->carrier != NULL) {
		n = io_splice(p->sources[0].ep->rfd, p->carrier->in, CARRY_BLOCK);
		p->calls++;
	}
	if (n > 0)
		p->carrier->held = (size_t)n;
	else
		pump_carry_end(p);
	if (io_splice_is_refused(n) || (n > 0 && n < (ssize_t)CARRY_LEAST))
		p->carry_from = p->in + CARRY_PAUSE;
	/*
	 * At urgent data (tcp(7)) splice has nothing for ever although there is something, and calls that the end, or tells the
	 * reset, when the peer's has come as well: reading goes on behind it.
	 */
	if (io_splice_error(n) != 0)
		p->sources[0].used_error = io_splice_error(n);
	if (n <= 0 && (n != -EAGAIN || p->carry_was_dry))
		return PUMP_READ_INSTEAD;
	p->carry_was_dry = n == -EAGAIN;
	return n;
}

static ssize_t
carry_out(struct pump *p)
{
	struct carrier *c = p->carrier;
	const ssize_t n = io_splice(c->out, p->sinks[0].ep->wfd, c->held);
	const bool is_refused = n == 0 || io_splice_is_refused(n);

	p->calls++;
	c->is_refused = is_refused;
	if (is_refused)
		p->carry_from = p->in + CARRY_PAUSE;
	if (n > 0)
		c->held -= (size_t)n;
	if (c->held == 0)
		pump_carry_end(p);
	return is_refused ? 0 : n;
}

bool
pump_carry_flush(struct pump *p)
{
	struct pump_sink *s = &p->sinks[0];
	bool moved = false;

	while (p->carrier != NULL && !p->carrier->is_refused && !s->is_blocked) {
		const ssize_t n = carry_out(p);

		s->is_blocked = n == -EAGAIN;
		if (n < 0 && !s->is_blocked) {
			pump_end_sink(p, 0, (int)-n);
			return true;
		}
		if (n > 0) {
			s->out += (uint64_t)n;
			s->moved_at = loop_now(endpoint_loop(s->ep));
			moved = true;
		}
	}
	return moved;
}

bool
pump_carry_puts_back(struct pump *p)
{
	struct carrier *c = p->carrier;
	struct iovec iov[2];
	ssize_t len;
	int n;

	if (c == NULL || !c->is_refused || p->sinks[0].is_blocked || queue_pending(&p->queue, 0) > 0)
		return false;
	n = queue_space(&p->queue, iov);
	p->out_of_memory |= n < 0;
	if (n < 0)
		return false;
	len = io_readv(c->out, iov, pump_trim(iov, n, c->held));
	p->calls++;
	if (len <= 0) { /* they were there */
		pump_end_sink(p, 0, len < 0 ? (int)-len : EIO);
		return false;
	}
	queue_commit(&p->queue, (size_t)len);
	c->held -= (size_t)len;
	if (c->held == 0)
		pump_carry_end(p);
	return true;
}
