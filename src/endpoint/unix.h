#ifndef IPCWIRE_UNIX_H
#define IPCWIRE_UNIX_H

#include <stdbool.h>

#include "endpoint/endpoint.h"

/* Connecting to UNIX sockets, for unix:, abstract: and a bare path that is a socket. */
struct unix_connection;
struct unix_bound;

struct unix_target {
	const char *name;
	bool is_abstract;
	int type;               /* SOCK_...; 0: whatever it is */
	struct unix_bound *own; /* what bind= makes; NULL: the kind has no bind= */
};

/*
 * Connects and sets the endpoint's descriptor; a listener whose backlog is full is waited for in a helper thread. Returns as the
 * open hook does; while in progress *pending is what unix_connection_cancel takes, `over` is called when it is used up.
 */
int unix_connect(struct endpoint *, const struct unix_target *, struct unix_connection **pending,
    void (*over)(struct endpoint *));
/* NULL is fine. */
void unix_connection_cancel(struct unix_connection *);

#endif
