#ifndef IPCWIRE_SHM_H
#define IPCWIRE_SHM_H

#include "endpoint/endpoint.h"

/* What the two ways to use shared memory have in common. */

enum shm_as { SHM_AS_SNAPSHOT, SHM_AS_RING, SHM_AS_N };

struct shm_opts {
	int as;        /* enum shm_as */
	uint64_t size; /* 0: none was given */
	int mode;
	bool in_place;
};

struct ring_end;

/* Where the memory of this address has its name. */
const char *shm_path(const struct endpoint *);

/* shm_ring.c: as=ring. Results as of the kind's open; *end is set for shm_ring_close, which may be called with NULL. */
int shm_ring_open(struct endpoint *, struct ring_end **end);
void shm_ring_close(struct ring_end *);

#endif
