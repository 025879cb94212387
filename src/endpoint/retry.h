#ifndef IPCWIRE_RETRY_H
#define IPCWIRE_RETRY_H

#include "endpoint/endpoint.h"

/* Opening again what could not be opened, or has ended: options, and what carries them out. */

struct retry_opts {
	int retry; /* times after the first; OPT_INT_WORD(0): for ever */
	bool forever;
};

enum restart_when { RESTART_NO, RESTART_ALWAYS, RESTART_FAILURE, RESTART_WHEN_N };

struct restart_opts {
	int64_t delay, max_delay, interval, jitter; /* ns; interval: 0 when not given */
	int restart;                                /* enum restart_when */
	bool resume;
};

extern const struct opt_group retry_group;
/* Also of kinds that are not retried; a kind with retry_group has this one, too. */
extern const struct opt_group restart_group;

/* 0, or -1 with the refusal of options that contradict each other, or mean nothing without another one. */
int retry_check(const struct endpoint_spec *, struct diag *);
/* Those of an address, or what they are by default. */
const struct restart_opts *restart_opts_of(const struct endpoint_spec *);

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

/* How long to wait before what was open for `age` is opened again: longer each time, unless it was open for longer than that. */
uint64_t retry_pause(struct endpoint *, uint64_t age);
/* Closes what was open and opens it anew after the delay; its owner hears of that as of the first opening. */
void retry_restart(struct endpoint *, uint64_t delay);
/* Closes it, or keeps it from being opened, until retry_restart or the end. */
void retry_hold(struct endpoint *);

#endif
