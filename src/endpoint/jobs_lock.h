#ifndef IPCWIRE_JOBS_LOCK_H
#define IPCWIRE_JOBS_LOCK_H

#include <stdbool.h>

#include "endpoint/jobs_dir.h"

/*
 * Who is there at a work queue: locks that end with the process that holds them. They have nothing to do with those by which
 * workers claim messages (jobs_dir.c), and live as long as the description of the file.
 */

/* We write this file, or wait for what becomes of it. Returns 0 or -errno. */
int jobs_lock_hold(int fd);
/* Somebody else does. */
bool jobs_lock_is_held(int fd);
/* We take messages from that queue as long as the descriptor is open. Returns it or -errno. */
int jobs_lock_serve(const struct jobs_dir *);
/* Somebody else does. */
bool jobs_lock_is_served(const struct jobs_dir *);

#endif
