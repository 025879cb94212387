#ifndef IPCWIRE_POOL_H
#define IPCWIRE_POOL_H

#include "wire/wire_spec.h"

/* pool=N: copies of a server's program, started beforehand, that wait for clients. */
struct pool;

/* NULL when the spec asks for none; with NULL all that follows does nothing. */
struct pool *pool_new(const struct wire_spec *, struct endpoint_env *, void (*emptied)(void *), void *arg);
/* Starts the copies, and keeps their number up from now on. */
void pool_start(struct pool *);
/* The copy that has waited longest: an open endpoint, the caller's. NULL: there is none. */
struct endpoint *pool_take(struct pool *);
/* Starts no more; those that wait get the ladder. emptied is called when the last one has ended. */
void pool_end(struct pool *);
bool pool_is_empty(const struct pool *);
void pool_free(struct pool *);

#endif
