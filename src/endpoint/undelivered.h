#ifndef IPCWIRE_UNDELIVERED_H
#define IPCWIRE_UNDELIVERED_H

#include <stdint.h>

#include "endpoint/endpoint.h"

/*
 * Bytes that the kernel took of us and that have not arrived, as far as it can tell: of TCP those that the peer's system has
 * not acknowledged, of a pipe or a pseudo-terminal those that nobody has read, of a serial line those that are not out. 0 where
 * nobody can tell.
 */
uint64_t endpoint_undelivered(struct endpoint *);
/* When a wire closes they are waited for. */
bool endpoint_knows_undelivered(const struct endpoint *);
/* A TCP connection that is closed or was reset acknowledges nothing any more. */
bool endpoint_is_connected(const struct endpoint *);

#endif
