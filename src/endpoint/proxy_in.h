#ifndef IPCWIRE_PROXY_IN_H
#define IPCWIRE_PROXY_IN_H

#include "endpoint/endpoint.h"
#include "net/acceptor.h"
#include "net/access.h"

/*
 * Listeners behind a proxy (proxy=require): each connection begins with a header of the PROXY protocol, which says whose it is. It
 * is read, and not a byte behind it, before the client is anybody's.
 */

struct proxy_in_opts {
	int proxy; /* enum proxy_in_mode */
	struct opt_list from;
	int64_t timeout;
};

enum proxy_in_mode { PROXY_IN_NO, PROXY_IN_REQUIRE };

extern const struct opt_group proxy_in_group;

struct proxy_in;

/* True when a listener of that spec wants headers. */
bool proxy_in_is_required(const struct endpoint_spec *);
/* Options that make no sense are refused: 0, or -1 with the diag. */
int proxy_in_check(const struct endpoint_spec *, enum access_place, struct diag *);
/*
 * For a listener whose sockets are there. *out stays NULL when it wants no headers; else connections go to proxy_in_add, and come
 * out by `taken` as clients with the addresses of their header. Returns 0 or -errno (told).
 */
int proxy_in_open(struct endpoint *listener, enum access_place, bool is_abstract, struct proxy_in **out);
void proxy_in_add(struct proxy_in *, const struct acceptor_peer *, void (*taken)(const struct acceptor_peer *, void *),
    void *arg);
/* The listener takes clients again: those that have waited for that with their headers come out. NULL is fine. */
void proxy_in_resume(struct proxy_in *);
/* Closes the connections that are waiting. NULL is fine. */
void proxy_in_close(struct proxy_in *);

#endif
