/* Counters that several threads may add to. */
#include "base/totals.h"

#include <stddef.h>

void
totals_add(struct totals *t, enum total which, uint64_t n)
{
	if (t != NULL)
		__atomic_fetch_add(&t->counts[which], n, __ATOMIC_RELAXED);
}

uint64_t
totals_get(const struct totals *t, enum total which)
{
	return t != NULL ? __atomic_load_n(&t->counts[which], __ATOMIC_RELAXED) : 0;
}
