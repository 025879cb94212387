/*
 * Where several sources meet, each has a queue of its own for what is not a whole line yet; whole lines go on to the
 * common queue as one message, so that no line is torn by another source's. The sources take turns, so a fast one does
 * not keep the others out. A line longer than the room there is, or one that flush= lets go early, passes in pieces, and
 * until its end is through, or nothing came of it for a while, no other source has its turn. The tag of a message says who
 * it is for (pump_tag.h); rules (pump.h) may say who speaks and who hears.
 */
#include <errno.h>
#include <string.h>
#include <sys/param.h>

#include "base/log.h"
#include "wire/pump.h"

#define BUS_PATIENCE LOOP_SEC(5)

/* A queue that is full with what is held back can only let it go. */
static void
bus_let_go(struct pump_source *s)
{
	if (!pump_is_full(s, s->held) || s->lines.out > s->moved)
		return;
	pump_tell_long(s, s->held);
	lines_release(&s->lines);
}

static void
bus_own(struct pump *p, int source)
{
	p->owner = source;
	if (source != -1)
		p->owner_due = loop_now(endpoint_loop(p->sources[source].ep)) + BUS_PATIENCE;
}

bool
pump_bus_fill(struct pump *p, struct pump_source *s)
{
	const uint64_t before = s->in;
	const bool again = pump_read(p, s, s->held);

	if (s->unit == PUMP_BYTES)
		bus_let_go(s);
	if (s->in > before && p->owner == s - p->sources)
		bus_own(p, p->owner);
	return again;
}

/* Whole lines in the first len bytes; all of them when no line ends there. */
static size_t
bus_lines_in(const struct iovec *iov, size_t len)
{
	const size_t first = MIN(len, iov[0].iov_len);
	const unsigned char *end = len > first ? memrchr(iov[1].iov_base, '\n', len - first) : NULL;

	if (end != NULL)
		return first + (size_t)(end - (const unsigned char *)iov[1].iov_base) + 1;
	end = memrchr(iov[0].iov_base, '\n', first);
	return end != NULL ? (size_t)(end - (const unsigned char *)iov[0].iov_base) + 1 : len;
}

/* The longest run of whole lines that fits; a single line that never will goes in pieces. */
static size_t
bus_fitting(struct pump *p, const struct pump_source *s, const struct iovec *iov, size_t len)
{
	const size_t most = p->setup.message_most, room = queue_room(&p->queue);
	const unsigned char *end;

	if (most > 0 && len > most)
		return most <= room ? bus_lines_in(iov, most) : 0;
	if (len <= room)
		return len;
	end = room > 0 ? memrchr(iov->iov_base, '\n', MIN(room, iov->iov_len)) : NULL;
	if (end != NULL)
		return (size_t)(end - (const unsigned char *)iov->iov_base) + 1;
	return s->lines.out - s->moved > p->queue.limit && queue_len(&p->queue) == 0 ? room : 0;
}

/* No other source's line has gone in part, or that one goes no further. */
static bool
bus_is_free(struct pump *p, unsigned source)
{
	const struct pump_source *s = p->owner != -1 ? &p->sources[p->owner] : NULL;

	if (s == NULL || p->owner == (int)source)
		return true;
	if (s->ep != NULL && ((!s->is_over && !s->is_away) || s->moved < s->lines.in)) {
		if (s->lines.out > s->moved || loop_now(endpoint_loop(s->ep)) < p->owner_due)
			return false;
		log_msg(LOG_INFO, &s->ep->who, "its line stays without end; others are not kept waiting for it");
	}
	p->owner = -1;
	return true;
}

static bool
bus_ends_line(const struct iovec *iov, size_t len)
{
	if (len > iov[0].iov_len)
		return ((const char *)iov[1].iov_base)[len - iov[0].iov_len - 1] == '\n';
	return ((const char *)iov[0].iov_base)[len - 1] == '\n';
}

/* Where the first line of the areas ends; len when it does not. */
static size_t
bus_first_line(const struct iovec *iov, int n, size_t len)
{
	size_t at = 0;

	for (int i = 0; i < n && at < len; i++) {
		const size_t most = MIN(iov[i].iov_len, len - at);
		const unsigned char *end = memchr(iov[i].iov_base, '\n', most);

		if (end != NULL)
			return at + (size_t)(end - (const unsigned char *)iov[i].iov_base) + 1;
		at += most;
	}
	return len;
}

/* How much of what may go on goes now, as one message, and for whom. 0: nothing. */
static size_t
bus_choose(struct pump *p, const struct pump_source *s, const struct iovec *iov, int n, uint32_t *tag)
{
	const struct pump_rules *rules = p->setup.rules;
	size_t len = bus_fitting(p, s, &iov[0], (size_t)(s->lines.out - s->moved));

	if (len > 0 && s->prefix != NULL) {
		const size_t prefix = s->is_in_line ? 0 : strlen(s->prefix);

		len = bus_first_line(iov, n, len);
		if (len + prefix > queue_room(&p->queue) && queue_len(&p->queue) > 0)
			return 0;
	}
	*tag = PUMP_TAG_ALL;
	if (len > 0 && rules != NULL && rules->hears != NULL)
		*tag = rules->hears(p->setup.rules_arg, s->id, iov, n, &len);
	return len;
}

static size_t
bus_put(struct pump *p, struct pump_source *s, const struct iovec *iov, int n, size_t len)
{
	size_t done = 0;

	if (s->prefix != NULL && !s->is_in_line)
		queue_put(&p->queue, s->prefix, strlen(s->prefix));
	for (int i = 0; i < n && done < len; i++) {
		ssize_t put = queue_put(&p->queue, iov[i].iov_base, MIN(iov[i].iov_len, len - done));

		if (put <= 0) {
			p->out_of_memory = put == -ENOMEM;
			break;
		}
		done += (size_t)put;
	}
	return done;
}

static void
bus_forget(struct pump_source *s)
{
	queue_consume(s->held, 0, (size_t)(s->lines.out - s->moved));
	s->moved = s->lines.out;
}

static bool
bus_may_speak(struct pump *p, const struct pump_source *s)
{
	const struct pump_rules *rules = p->setup.rules;

	return s->is_mute || rules == NULL || rules->may_speak == NULL || rules->may_speak(p->setup.rules_arg, s->id);
}

/* Its bytes may go on, or a message, of no bytes too. */
static bool
bus_has_something(const struct pump_source *s)
{
	return s->lines.out != s->moved || pump_message_waits(s);
}

static bool
bus_move_from(struct pump *p, unsigned source)
{
	const struct pump_rules *rules = p->setup.rules;
	struct pump_source *s = &p->sources[source];
	struct iovec iov[2];
	uint32_t tag;
	size_t done;
	int n;

	if (s->ep == NULL || !bus_has_something(s) || !bus_is_free(p, source))
		return false;
	if (s->unit != PUMP_BYTES)
		return bus_may_speak(p, s) && pump_message_move(p, s);
	if (s->is_mute) {
		bus_forget(s);
		return true;
	}
	if (!bus_may_speak(p, s))
		return false;
	n = queue_data(s->held, 0, iov);
	done = n > 0 ? bus_choose(p, s, iov, n, &tag) : 0;
	if (n > 0 && done == 0 && !pump_relieve(p))
		return false;
	done = done > 0 ? bus_put(p, s, iov, n, done) : 0;
	if (done == 0)
		return n > 0;
	if (queue_mark_tagged(&p->queue, tag) != 0)
		p->out_of_memory = true;
	s->is_in_line = !bus_ends_line(iov, done);
	bus_own(p, s->lines.mode == BUFFER_LINE && s->is_in_line ? (int)source : -1);
	s->moved += done;
	queue_consume(s->held, 0, done);
	bus_let_go(s);
	if (rules != NULL && rules->has_spoken != NULL)
		rules->has_spoken(p->setup.rules_arg, s->id, done);
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
pump_bus_due(const struct pump *p)
{
	if (p->owner == -1 || p->sources[p->owner].lines.out > p->sources[p->owner].moved)
		return LINES_NEVER;
	for (unsigned i = 0; i < p->nsources; i++)
		if ((int)i != p->owner && p->sources[i].ep != NULL && p->sources[i].lines.out > p->sources[i].moved)
			return p->owner_due;
	return LINES_NEVER;
}

uint64_t
pump_bus_held(const struct pump *p, uint32_t but)
{
	uint64_t held = 0;

	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL && p->sources[i].id != but)
			held += p->sources[i].lines.in - p->sources[i].moved;
	return held;
}
