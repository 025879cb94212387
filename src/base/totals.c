/* Counters that several threads may add to. */
#include "base/totals.h"

#include <stddef.h>
#include <sys/mman.h>

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

struct totals *
totals_new_shared(void)
{
	void *p = mmap(NULL, sizeof(struct totals), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED ? p : NULL;
}

void
totals_free_shared(struct totals *t)
{
	if (t != NULL)
		munmap(t, sizeof(*t));
}
