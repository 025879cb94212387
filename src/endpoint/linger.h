#ifndef IPCWIRE_LINGER_H
#define IPCWIRE_LINGER_H

#include "endpoint/endpoint.h"

/*
 * Ends a connection that nobody needs any more and frees its endpoint. has_input: its peer may still send, which is read
 * and thrown away, for 2 s at most, before the connection is closed.
 */
void linger(struct endpoint *, bool has_input);
/* For who ends connections himself, with the struct endpoint_env: he does so, he is done. */
void linger_count(void *arg, bool is_busy);

#endif
