#ifndef IPCWIRE_UNIX_BOUND_H
#define IPCWIRE_UNIX_BOUND_H

#include <stdbool.h>
#include <sys/stat.h>

#include "endpoint/endpoint.h"

/* UNIX sockets that have a name of their own: listeners, receivers, and clients that are to be answered. */

struct unix_bound {
	bool has_file;
	struct stat file;
};

struct unix_own_opts {
	char *bind;
};

extern const struct opt_group unix_own_group; /* bind= */

/* Binds to the kind's parameter; a socket file is made as the options of bound_group say. Returns 0 or -errno (told). */
int unix_bound_make(struct endpoint *, int fd, struct unix_bound *);
/* Removes that file, if the options let it go. */
void unix_bound_remove(struct endpoint *, const struct unix_bound *);
/* For check hooks: bind= must fit. Returns 0 or -1. */
int unix_bound_check_own(const struct endpoint_spec *, struct diag *);
/*
 * Binds a client to what bind= says, or to an abstract name that the system chooses. bound: NULL where a kind has no bind=.
 * Returns 0 or -errno (told).
 */
int unix_bound_make_own(struct endpoint *, int fd, struct unix_bound *);
void unix_bound_remove_own(struct endpoint *, const struct unix_bound *);

#endif
