#ifndef IPCWIRE_INET_LISTEN_H
#define IPCWIRE_INET_LISTEN_H

#include <netdb.h>

#include "endpoint/socket_groups.h"
#include "net/resolve.h"

/* Listening on addresses of IPv4 and IPv6: on loopback, both families, unless a host or * is written. */

struct inet_listen_state {
	struct listener listener; /* first: listener_of */
	struct resolve *resolve;
	struct loop_timer begin;
	int (*add)(struct endpoint *, const struct addrinfo *);
	bool is_told; /* why that failed */
};

int inet_listen_check(struct endpoint_spec *, struct diag *);
/* For add: the message about a failed step. Returns -error. */
int inet_listen_told(struct endpoint *, int error, const char *tried, const char *what);
/*
 * Hooks of the kinds. add: makes the acceptor listen on one address; returns 0 or -errno, not told but by inet_listen_told, for
 * one family of two may be missing on this machine.
 */
int inet_listen_open(struct endpoint *, int (*add)(struct endpoint *, const struct addrinfo *));
void inet_listen_close(struct endpoint *);

#endif
