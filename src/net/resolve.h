#ifndef IPCWIRE_RESOLVE_H
#define IPCWIRE_RESOLVE_H

#include <netdb.h>
#include <stdbool.h>

#include "base/blocking.h"

/* Names to addresses: numeric ones at once, all others in a helper thread. */
struct resolve;

struct resolve_request {
	const char *host;    /* NULL: the wildcard addresses (passive) or loopback */
	const char *service; /* number or name */
	int family;          /* AF_UNSPEC, AF_INET, AF_INET6 */
	bool is_passive;     /* for bind(2) */
	bool is_numeric;     /* refuse names */
	bool is_datagram;    /* ports of datagram services; else of streams */
};

/*
 * Starts a look-up of addresses. `done` is called once, in the loop or before this returns, with the
 * list (the callee frees it with freeaddrinfo) or NULL and a reason for a person. Returns a handle for
 * resolve_cancel while the answer is outstanding, else NULL.
 */
struct resolve *resolve_start(struct blocking *, const struct resolve_request *,
    void (*done)(struct addrinfo *, const char *reason, void *arg), void *arg);
/* The answer is not wanted any more: done will not be called. */
void resolve_cancel(struct resolve *);

/* Splits "HOST:PORT", "[V6]:PORT", "HOST", "[V6]": brackets are taken off; either may be NULL afterwards. Caller frees. */
void resolve_split(const char *text, char **host, char **port);
/* A host without the brackets of IPv6. The caller frees it. */
char *resolve_bare_host(const char *host);

#endif
