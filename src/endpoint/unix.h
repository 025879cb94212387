#ifndef IPCWIRE_UNIX_H
#define IPCWIRE_UNIX_H

#include <stdbool.h>

#include "endpoint/endpoint.h"

/* Connecting to UNIX sockets, for unix:, abstract: and a bare path that is a socket. */
struct unix_connection;

/*
 * Connects and sets the endpoint's descriptor; a listener whose backlog is full is waited for in a helper thread. Returns as the
 * open hook does; while in progress *pending is what unix_connection_cancel takes, `over` is called when it is used up.
 */
int unix_connect(struct endpoint *, const char *name, bool is_abstract, struct unix_connection **pending,
    void (*over)(struct endpoint *));
/* NULL is fine. */
void unix_connection_cancel(struct unix_connection *);

#endif
