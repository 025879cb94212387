#ifndef IPCWIRE_PUMP_H
#define IPCWIRE_PUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/queue.h"
#include "endpoint/endpoint.h"
#include "wire/plan.h"
#include "wire/tap.h"

/* One direction of a wire: bytes from one source to any number of sinks, through a bounded queue or by splice. */

struct pump_sink {
	struct endpoint *ep; /* NULL: the bytes are discarded */
	uint64_t out;        /* bytes that the next hop has taken */
	bool is_blocked;     /* the last write could not take all */
	bool is_over;        /* takes no more: its end was passed on, or it failed */
	int error;           /* why it failed, positive errno; 0 */
};

struct pump {
	enum plan_mode mode;
	struct endpoint *source;
	struct pump_sink *sinks;
	unsigned nsinks;
	struct queue queue;
	bool is_there;     /* false: no way in this direction, or a direct one */
	bool source_over;  /* its end of input was seen, or it failed */
	bool source_ended; /* ... and it was its own end, to be passed on */
	bool has_grown, has_fixed_size;
	size_t block;                /* bytes of one read; 0: as much as there is room */
	int error;                   /* of the source, positive errno; 0 */
	uint64_t in;                 /* bytes read */
	uint64_t messages;           /* reads that gave something */
	uint64_t calls;              /* of read, write, splice */
	const struct tap_list *taps; /* that see what is read, borrowed; or NULL */
	unsigned from;               /* the place of the source, for the taps */
	bool out_of_memory;          /* no queue memory now: try again later */
	bool waits_for_sink;         /* splice: the sink is full, not the source empty */
};

/* queue_limit 0: adapts. Returns 0 or -errno. */
int pump_init(struct pump *, enum plan_mode, struct endpoint *source, struct endpoint *const *sinks, unsigned nsinks,
    uint64_t queue_limit, size_t block);
void pump_fini(struct pump *);
/* Moves what can be moved now. is_ready: the source may have something. Returns true when anything has moved or changed. */
bool pump_run(struct pump *, bool is_ready);
/* No more is read from the source; what is queued still goes out, and the end is passed on. */
void pump_end_source(struct pump *);
/* The sink takes no more (error 0: it ended by itself). */
void pump_end_sink(struct pump *, unsigned sink, int error);
bool pump_is_over(const struct pump *);
/* What the loop shall wait for. */
bool pump_wants_source(const struct pump *);
bool pump_wants_sink(const struct pump *, unsigned sink);
/* Bytes read that sink i has not taken. */
uint64_t pump_pending(const struct pump *, unsigned sink);

/* pump_splice.c: the same for PLAN_SPLICE; falls back to PLAN_COPY where the kernel refuses. */
bool pump_splice_run(struct pump *);
/* Widens a pipe to 1 MiB within the budget of the process; no other descriptor is touched. */
void pump_widen_pipe(int fd);

#endif
