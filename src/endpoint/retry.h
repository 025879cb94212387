#ifndef IPCWIRE_RETRY_H
#define IPCWIRE_RETRY_H

#include "endpoint/endpoint.h"

/* Opening again what could not be opened: options of kinds that connect, open or listen, and what carries them out. */

struct retry_opts {
	int retry; /* times after the first; OPT_INT_WORD(0): for ever */
	bool forever;
	int64_t delay, max_delay, interval, jitter; /* ns; interval: 0 when not given */
};

extern const struct opt_group retry_group;

/* Of one endpoint, made only when its address asks for it. */
struct retry;

/* The state for an endpoint that is about to be opened; NULL: its address does not ask, or its kind cannot. */
struct retry *retry_new(struct endpoint *);
/* How loud the attempt that begins may fail is set in the endpoint's who. */
void retry_begin(struct retry *);
/*
 * The attempt failed. True: the endpoint was closed, and is opened again by and by; its owner hears of it then. False: that was
 * the last one, or it was a listener that was up.
 */
bool retry_again(struct retry *);
/* Between two attempts nothing is open. NULL is fine. */
bool retry_is_waiting(const struct retry *);
void retry_free(struct retry *);

#endif
