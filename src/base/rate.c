/* Tokens as points in time: the generic cell rate algorithm (ITU-T I.371), which needs no upkeep between two calls. */
#include "base/rate.h"

void
rate_init(struct rate *r, uint64_t n, uint64_t per)
{
	*r = (struct rate){ .interval = per / n > 0 ? per / n : 1 };
	r->burst = (n - 1) * r->interval;
}

uint64_t
rate_next(const struct rate *r, uint64_t now)
{
	return r->due > now + r->burst ? r->due - r->burst : 0;
}

bool
rate_take(struct rate *r, uint64_t now)
{
	if (r->interval == 0)
		return true;
	if (rate_next(r, now) != 0)
		return false;
	r->due = (r->due > now ? r->due : now) + r->interval;
	return true;
}
