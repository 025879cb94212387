#ifndef IPCWIRE_LINGER_H
#define IPCWIRE_LINGER_H

#include "endpoint/endpoint.h"

/*
 * Ends a connection that nobody needs any more and frees its endpoint. has_input: its peer may still send, which is read
 * and thrown away, for 2 s at most, before the connection is closed.
 */
void linger(struct endpoint *, bool has_input);

#endif
