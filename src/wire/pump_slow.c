/*
 * Sinks that are too slow. One that waits (slow=wait) holds the sources back when the queue is full. With slow=drop it
 * misses what waits for it, but for the rest of a message of which it has had a part; with slow=close it is ended.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "wire/pump.h"

#define SLOW_GRACE LOOP_MS(250)

static void
slow_keep_rest(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	struct iovec iov[2];
	size_t done = 0;
	int n = queue_data(&p->queue, sink, iov);

	if (pump_message_is_whole(s)) {
		s->rest = pump_message_rest(p, sink, &s->rest_len);
		s->rest_at = 0;
		return;
	}
	if (s->inside == 0 || n <= 0)
		return;
	s->rest = xmalloc(s->inside);
	for (int i = 0; i < n && done < s->inside; i++) {
		const size_t len = iov[i].iov_len < s->inside - done ? iov[i].iov_len : s->inside - done;

		memcpy(s->rest + done, iov[i].iov_base, len);
		done += len;
	}
	s->rest_len = done;
	s->rest_at = 0;
	s->inside = 0;
}

static void
slow_drop(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	uint64_t kept = 0, missed;

	if (s->rest == NULL) {
		slow_keep_rest(p, sink);
		kept = s->rest_len;
	}
	missed = queue_drop_reader(&p->queue, sink) - kept;
	queue_add_reader(&p->queue, sink);
	s->missed += missed;
	totals_add(s->ep->env->totals, TOTAL_MISSED, missed);
	if (missed > 0)
		log_msg(LOG_WARN, &s->ep->who, "too slow, missed %" PRIu64 " bytes (slow=%s)", missed,
		    s->slow == PUMP_SLOW_DROP ? "drop" : "close");
}

static void
slow_close(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];

	if (s->comes_back) {
		slow_drop(p, sink);
		return;
	}
	pump_end_sink(p, sink, 0);
	s->was_slow = true;
	s->missed += s->left;
	totals_add(s->ep->env->totals, TOTAL_MISSED, s->left);
	log_msg(LOG_WARN, &s->ep->who, "too slow, closed with %" PRIu64 " bytes still to come (slow=close)", s->left);
	s->left = 0;
}

/*
 * A sink that makes room in time only holds the others back a little: what it had waiting when the queue was full it must
 * have taken SLOW_GRACE later. One that was too late is not waited for again before it has taken everything.
 */
static bool
slow_is_late(const struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	const uint64_t now = loop_now(endpoint_loop(s->ep));

	if (s->is_stuck)
		return true;
	if (s->slow_due == 0 || s->out >= s->slow_target) {
		s->slow_due = now + SLOW_GRACE;
		s->slow_target = s->out + queue_pending(&p->queue, sink);
	}
	return now >= s->slow_due;
}

uint64_t
pump_slow_due(const struct pump *p)
{
	uint64_t due = LINES_NEVER;

	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL && !p->sinks[i].is_over && p->sinks[i].slow_due != 0 &&
		    p->sinks[i].slow_due < due)
			due = p->sinks[i].slow_due;
	return due;
}

void
pump_slow_expire(struct pump *p, uint64_t now)
{
	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].slow_due <= now)
			p->sinks[i].slow_due = 0;
}

bool
pump_relieve(struct pump *p)
{
	static void (*const relieve[PUMP_SLOW_N])(struct pump *, unsigned) = {
		[PUMP_SLOW_DROP] = slow_drop,
		[PUMP_SLOW_CLOSE] = slow_close,
	};
	const uint64_t most = queue_len(&p->queue);
	bool did = false;

	for (unsigned i = 0; i < p->nsinks && most > 0; i++) {
		struct pump_sink *s = &p->sinks[i];

		if (s->ep == NULL || s->is_over || (!s->is_blocked && !s->is_away) || relieve[s->slow] == NULL)
			continue;
		if (queue_pending(&p->queue, i) < most || !slow_is_late(p, i))
			continue;
		relieve[s->slow](p, i);
		s->slow_due = 0;
		s->is_stuck = true;
		did = true;
	}
	return did && queue_len(&p->queue) < most;
}
