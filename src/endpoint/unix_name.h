#ifndef IPCWIRE_UNIX_NAME_H
#define IPCWIRE_UNIX_NAME_H

#include <stdbool.h>

#include "endpoint/endpoint.h"

/* What unix, abstract and their listeners share. */

/* Checks that the name fits into a socket address (unix(7)). */
int unix_name_check(struct endpoint_spec *, struct diag *);
/* True for the kinds whose names are in the abstract namespace. */
bool unix_is_abstract(const struct endpoint_kind *);

#endif
