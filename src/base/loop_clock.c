/* The clock of all loops. */
#include <time.h>

#include "base/loop.h"

uint64_t
loop_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return LOOP_SEC(ts.tv_sec) + (uint64_t)ts.tv_nsec;
}
