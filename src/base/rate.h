#ifndef IPCWIRE_RATE_H
#define IPCWIRE_RATE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A bucket of tokens, full at first: n of them at once, then one more every per / n. Pure: the caller has the clock, in
 * nanoseconds.
 */
struct rate {
	uint64_t interval; /* 0: no limit */
	uint64_t burst;    /* how far `due` may be ahead of now */
	uint64_t due;      /* when the bucket will be full again */
};

void rate_init(struct rate *, uint64_t n, uint64_t per);
/* Takes one, or is false. */
bool rate_take(struct rate *, uint64_t now);
/* From when on there is one to take; 0: now. */
uint64_t rate_next(const struct rate *, uint64_t now);

#endif
