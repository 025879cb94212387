/*
 * Where several sources meet, each has a queue of its own for what is not a whole line yet; whole lines go on to the
 * common queue as one message, so that no line is torn by another source's. The sources take turns, so a fast one does
 * not keep the others out. A line longer than the room there is passes in pieces, with a note. The tag of a message is
 * the number of its source, by which a sink knows its own.
 */
#include <errno.h>
#include <string.h>
#include <sys/param.h>

#include "base/log.h"
#include "wire/pump.h"

static void
bus_find_lines(struct pump_source *s, uint64_t from)
{
	struct iovec iov[2];
	int n = queue_data(&s->held, 0, iov);
	uint64_t at = s->moved;

	for (int i = 0; i < n; i++) {
		const size_t skip = from > at ? MIN((size_t)(from - at), iov[i].iov_len) : 0;
		const unsigned char *bytes = iov[i].iov_base;
		const unsigned char *end = memrchr(bytes + skip, '\n', iov[i].iov_len - skip);

		if (end != NULL)
			s->whole = at + (uint64_t)(end - bytes) + 1;
		at += iov[i].iov_len;
	}
}

static void
bus_let_go(struct pump_source *s)
{
	if (!s->is_over && !queue_is_full(&s->held))
		return;
	if (!s->is_over && s->whole == s->moved && !s->has_long_line) {
		s->has_long_line = true;
		log_msg(LOG_INFO, &s->ep->who, "a line longer than %zu bytes passes in pieces", s->held.limit);
	}
	if (s->is_over || s->whole == s->moved)
		s->whole = s->in;
}

bool
pump_bus_fill(struct pump *p, struct pump_source *s)
{
	const uint64_t before = s->in;
	bool full = false;
	ssize_t got = pump_read(p, s, &s->held, &full);

	if (got > 0)
		bus_find_lines(s, before);
	if (got != -EAGAIN && got != -ENOBUFS)
		bus_let_go(s);
	return got > 0 && full;
}

/* The longest run of whole lines that fits; a single line that never will goes in pieces. */
static size_t
bus_fitting(struct pump *p, const struct pump_source *s, const struct iovec *iov, size_t len)
{
	const size_t room = queue_room(&p->queue);
	const unsigned char *end;

	if (len <= room)
		return len;
	end = room > 0 ? memrchr(iov->iov_base, '\n', MIN(room, iov->iov_len)) : NULL;
	if (end != NULL)
		return (size_t)(end - (const unsigned char *)iov->iov_base) + 1;
	return s->whole - s->moved > p->queue.limit && queue_len(&p->queue) == 0 ? room : 0;
}

static bool
bus_move_from(struct pump *p, unsigned source)
{
	struct pump_source *s = &p->sources[source];
	size_t len, done = 0, fitting;
	struct iovec iov[2];
	int n;

	if (s->ep == NULL || s->whole == s->moved)
		return false;
	n = queue_data(&s->held, 0, iov);
	len = (size_t)(s->whole - s->moved);
	fitting = n > 0 ? bus_fitting(p, s, &iov[0], len) : 0;
	for (int i = 0; i < n && done < fitting; i++) {
		ssize_t put = queue_put(&p->queue, iov[i].iov_base, MIN(iov[i].iov_len, fitting - done));

		if (put <= 0) {
			p->out_of_memory = put == -ENOMEM;
			break;
		}
		done += (size_t)put;
	}
	if (done == 0)
		return false;
	if (queue_mark_tagged(&p->queue, source) != 0)
		p->out_of_memory = true;
	s->moved += done;
	queue_consume(&s->held, 0, done);
	if (s->moved == s->whole)
		bus_let_go(s);
	return true;
}

bool
pump_bus_move(struct pump *p)
{
	bool moved = false;

	for (unsigned n = 0; n < p->nsources; n++) {
		unsigned source = (p->turn + n) % p->nsources;

		moved |= bus_move_from(p, source);
	}
	if (p->nsources > 0)
		p->turn = (p->turn + 1) % p->nsources;
	return moved;
}

uint64_t
pump_bus_held(const struct pump *p, int self)
{
	uint64_t held = 0;

	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL && (int)i != self)
			held += p->sources[i].in - p->sources[i].moved;
	return held;
}
