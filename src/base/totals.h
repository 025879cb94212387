#ifndef IPCWIRE_TOTALS_H
#define IPCWIRE_TOTALS_H

#include <stdint.h>

/*
 * What a run counts for those who watch it; serve/metrics.c has their names. Counted where it happens, at the beginning and
 * end of things, never for a block. May be counted in any thread.
 */

enum total {
	TOTAL_NONE,   /* counted for nobody */
	TOTAL_FAILED, /* sessions whose status was not 0 */
	TOTAL_REFUSED_DENY,
	TOTAL_REFUSED_ALLOW,
	TOTAL_REFUSED_USER,
	TOTAL_REFUSED_RULES,
	TOTAL_REFUSED_MAX,
	TOTAL_REFUSED_MAX_PER_IP,
	TOTAL_REFUSED_RATE,
	TOTAL_REFUSED_PROXY_FROM,
	TOTAL_REFUSED_PROXY,
	TOTAL_LIMIT_IDLE,
	TOTAL_LIMIT_TIMEOUT,
	TOTAL_LIMIT_FIRST_BYTE,
	TOTAL_BYTES_FORWARD, /* of wires that have ended, as the next three */
	TOTAL_BYTES_BACKWARD,
	TOTAL_READS_FORWARD,
	TOTAL_READS_BACKWARD,
	TOTAL_LOST,   /* bytes that were accepted and not delivered */
	TOTAL_MISSED, /* bytes that slow members did not get */
	TOTAL_RESTARTS,
	TOTAL_N
};

struct totals {
	uint64_t counts[TOTAL_N];
};

/* NULL: nobody counts. */
void totals_add(struct totals *, enum total, uint64_t n);
/* For processes that are forked off, too: what they count is counted here. NULL: it cannot be had (errno). */
struct totals *totals_new_shared(void);
/* NULL is fine. */
void totals_free_shared(struct totals *);
uint64_t totals_get(const struct totals *, enum total);

#endif
