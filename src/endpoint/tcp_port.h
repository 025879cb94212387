#ifndef IPCWIRE_TCP_PORT_H
#define IPCWIRE_TCP_PORT_H

#include <netdb.h>

#include "endpoint/endpoint.h"

/* What tcp and udp kinds share. */

/* Checks that parameter i is a port: 1 to 65535, or a name. Returns 0 or -1 with the refusal. */
int tcp_port_check(const struct endpoint_spec *, size_t i, struct diag *);
/* AF_INET for kinds named tcp4... and udp4..., AF_INET6 for those with a 6, else AF_UNSPEC. */
int tcp_family_of(const struct endpoint_kind *);
/* The value of bind=, or NULL. */
const char *tcp_bind_of(const struct endpoint_spec *);
/*
 * The addresses of a family that bind= names, or NULL when there is none; the caller frees them. Returns 0 or -errno (told): it
 * is no numeric address.
 */
int tcp_find_local(struct endpoint *, int family, struct addrinfo **);

#endif
