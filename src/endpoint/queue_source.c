/*
 * A stream of messages: each as a line (whole: as it is). A message is done when the wire says that all its bytes have been taken at the
 * other end; until then we hold it, so that it goes to another reader if that never happens.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/param.h>
#include <unistd.h>

#include "base/mem.h"
#include "endpoint/queue_state.h"

#define SOURCE_MESSAGE_ROOM (64u * 1024)
#define SOURCE_MESSAGE_MAX (32u * 1024 * 1024)

static struct queue_given *
source_given(const struct queue_state *st, unsigned i)
{
	return &st->given[(st->first + i) % QUEUE_CLAIMS];
}

static void
source_changed(void *arg)
{
	struct endpoint *ep = arg;

	queue_open_gate(ep->state, true);
}

/* Bytes of the message, and the end of a line if it has none. */
static uint64_t
source_size(const struct endpoint *ep, const struct jobs_claim *c)
{
	const struct queue_opts *o = ep->spec->opts;
	char last = '\0';

	if (o->whole || ep->spec->keeps_messages)
		return c->head.length;
	if (c->head.length > 0 && pread(c->fd, &last, 1, (off_t)(c->head.size + c->head.length - 1)) != 1)
		last = '\0';
	return c->head.length + (last == '\n' ? 0 : 1);
}

/* The next message is the newest one. Returns 0, -EAGAIN, or another -errno. */
static int
source_next(struct endpoint *ep)
{
	struct queue_state *st = ep->state;
	struct queue_given *g;
	int error;

	if (st->ngiven == QUEUE_CLAIMS)
		return -EAGAIN;
	g = source_given(st, st->ngiven);
	error = jobs_watch_take(&st->watch, &g->claim);
	if (error != 0)
		return error;
	g->end = st->total + source_size(ep, &g->claim);
	st->ngiven++;
	st->at = 0;
	return 0;
}

static ssize_t
source_read_some(struct endpoint *ep, const struct iovec *iov)
{
	struct queue_state *st = ep->state;
	const struct jobs_claim *c = &source_given(st, st->ngiven - 1)->claim;
	const uint64_t left = c->head.length - MIN(st->at, c->head.length);
	ssize_t n = 1;

	if (left == 0)
		*(char *)iov->iov_base = '\n';
	else {
		n = pread(c->fd, iov->iov_base, MIN(iov->iov_len, left), (off_t)(c->head.size + st->at));
		if (n == -1)
			return -errno;
		if (n == 0)
			return -EIO; /* it was complete when we took it */
	}
	st->at += (uint64_t)n;
	st->total += (uint64_t)n;
	return n;
}

/* Makes the newest message one that is to be given. Returns 1: there is one, 0: there will be none, or -errno. */
static int
source_begin(struct endpoint *ep)
{
	const struct queue_opts *o = ep->spec->opts;
	struct queue_state *st = ep->state;
	const int error = st->is_begun ? 0 : source_next(ep);

	st->is_begun = error == 0;
	if (error == 0)
		return 1;
	if (error != -EAGAIN)
		return error;
	if (o->until == QUEUE_UNTIL_EMPTY && st->ngiven < QUEUE_CLAIMS && jobs_watch_len(&st->watch) == 0)
		return 0;
	queue_open_gate(st, false);
	return -EAGAIN;
}

static ssize_t
source_read(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct queue_state *st = ep->state;
	ssize_t n = 0;
	int begun;

	(void)niov;
	while (n == 0) {
		begun = source_begin(ep);
		if (begun <= 0)
			return begun;
		/* With whole, a message of no bytes is nothing in a stream. */
		if (st->total < source_given(st, st->ngiven - 1)->end)
			n = source_read_some(ep, &iov[0]);
		st->is_begun = n > 0 && st->total < source_given(st, st->ngiven - 1)->end;
	}
	return n;
}

/* Read at its length: it is complete, or it would not be ours. */
static int
source_read_message(struct queue_state *st, const struct jobs_claim *c, const struct iovec *iov, int niov)
{
	size_t done = 0;

	for (int i = 0; i < niov && done < c->head.length;) {
		const size_t used = i == 0 ? done : done - iov[0].iov_len;
		const size_t part = MIN(iov[i].iov_len - used, c->head.length - done);
		const ssize_t n =
		    part > 0 ? pread(c->fd, (char *)iov[i].iov_base + used, part, (off_t)(c->head.size + done)) : 0;

		if (n == -1 || (n == 0 && part > 0))
			return n == -1 ? -errno : -EIO;
		done += (size_t)n;
		if (used + (size_t)n == iov[i].iov_len)
			i++;
	}
	st->total += done;
	return 0;
}

/* A message for which there is no room now is asked for again with as much as it needs. */
int
queue_source_receive(struct endpoint *ep, struct iovec *iov, int niov, struct chunk *c)
{
	struct queue_state *st = ep->state;
	const int begun = source_begin(ep);
	const struct jobs_claim *claim;
	int error;

	if (begun <= 0) {
		c->is_end = begun == 0;
		return begun;
	}
	claim = &source_given(st, st->ngiven - 1)->claim;
	if (claim->head.length > SOURCE_MESSAGE_MAX) {
		log_msg(LOG_ERROR, &ep->who, "a message of %" PRIu64 " bytes is too long to be taken as one here",
		    claim->head.length);
		return -EFBIG;
	}
	if (claim->head.length > (uint64_t)iov[0].iov_len + (niov > 1 ? iov[1].iov_len : 0)) {
		ep->message_max = (size_t)claim->head.length;
		return -EAGAIN;
	}
	error = source_read_message(st, claim, iov, niov);
	st->is_begun = false;
	c->len = (size_t)claim->head.length;
	c->ends_message = true;
	return error;
}

/* What is empty is through as soon as everything before it is. */
void
queue_taken(struct endpoint *ep, uint64_t nbytes)
{
	struct queue_state *st = ep->state;
	const bool was_full = st->ngiven == QUEUE_CLAIMS;

	while (st->ngiven > 0 && source_given(st, 0)->end <= nbytes) {
		queue_done(ep, &source_given(st, 0)->claim);
		st->first = (st->first + 1) % QUEUE_CLAIMS;
		st->ngiven--;
	}
	if (was_full && st->ngiven < QUEUE_CLAIMS)
		queue_open_gate(st, true);
}

int
queue_source_open(struct endpoint *ep)
{
	static const struct endpoint_io io = { .read = source_read };
	struct queue_state *st = ep->state;
	int error;

	st->watch.changed = source_changed;
	error = queue_open_dir(ep, true, true);
	if (error == 0)
		error = queue_make_gate(ep, ROLE_READ);
	if (error != 0)
		return error;
	st->given = xcalloc(QUEUE_CLAIMS, sizeof(*st->given));
	ep->io = &io;
	ep->message_max = SOURCE_MESSAGE_ROOM;
	return 0;
}

void
queue_source_close(struct endpoint *ep)
{
	struct queue_state *st = ep->state;

	for (unsigned i = 0; i < st->ngiven; i++)
		if (ep->outcome > 0)
			queue_fail(ep, &source_given(st, i)->claim);
		else
			queue_give_back(ep, &source_given(st, i)->claim, false);
	st->ngiven = 0;
	free(st->given);
	st->given = NULL;
}
