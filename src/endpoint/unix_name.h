#ifndef IPCWIRE_UNIX_NAME_H
#define IPCWIRE_UNIX_NAME_H

#include <stdbool.h>

#include "endpoint/endpoint.h"

/* What unix, abstract and their listeners share. */

/* Checks that the name fits into a socket address (unix(7)). */
int unix_name_check(struct endpoint_spec *, struct diag *);
/* True for the kinds whose names are in the abstract namespace. */
bool unix_is_abstract(const struct endpoint_kind *);
/* SOCK_STREAM, SOCK_SEQPACKET or SOCK_DGRAM, as the kind's name says. */
int unix_type_of(const struct endpoint_kind *);
/* For messages: "stream", "seqpacket", "datagram". */
const char *unix_type_name(int type);

#endif
