#ifndef IPCWIRE_OPENJOB_H
#define IPCWIRE_OPENJOB_H

#include <stdint.h>

#include "endpoint/endpoint.h"

/* open(2) in a helper thread, for a FIFO, which blocks until the other side has come; with a time limit. */
struct openjob;

/* Options of everything that takes its time to open. */
struct opening_opts {
	int64_t timeout; /* ns; 0: no limit */
};

extern const struct opt_group opening_group;

/*
 * Starts; `done` is called once in the loop with the descriptor or -errno (-ETIMEDOUT: the limit passed).
 * Returns NULL when no thread could be had; the reason has been told.
 */
struct openjob *openjob_start(struct endpoint *, const char *path, int flags,
    void (*done)(struct endpoint *, int result));
/* Gives up; done is not called. NULL is fine. */
void openjob_cancel(struct openjob *);

#endif
