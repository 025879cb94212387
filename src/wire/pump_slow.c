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

static void
slow_keep_rest(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	struct iovec iov[2];
	size_t done = 0;
	int n = queue_data(&p->queue, sink, iov);

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
	if (missed > 0)
		log_msg(LOG_WARN, &s->ep->who, "too slow, missed %" PRIu64 " bytes (slow=drop)", missed);
}

static void
slow_close(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];

	pump_end_sink(p, sink, 0);
	s->was_slow = true;
	s->missed += s->left;
	log_msg(LOG_WARN, &s->ep->who, "too slow, closed with %" PRIu64 " bytes still to come (slow=close)", s->left);
	s->left = 0;
}

/* Returns true when there is more room now. */
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
		const struct pump_sink *s = &p->sinks[i];

		if (s->ep == NULL || s->is_over || !s->is_blocked || relieve[s->slow] == NULL)
			continue;
		if (queue_pending(&p->queue, i) < most)
			continue;
		relieve[s->slow](p, i);
		did = true;
	}
	return did && queue_len(&p->queue) < most;
}
