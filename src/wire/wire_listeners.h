#ifndef IPCWIRE_WIRE_LISTENERS_H
#define IPCWIRE_WIRE_LISTENERS_H

#include "base/diag.h"
#include "wire/wire_spec.h"

/*
 * What the listeners among the ends are: with `each` a server, which makes a wire for every client (spec.server); with
 * `share`, or among more than two ends, a door, by which clients come to be ends of the one wire; else an end that is its
 * one client. Returns 0; or -1 with a refusal in the diag.
 */
int wire_spec_find_listeners(struct wire_spec *, struct diag *);
/* The same for an end whose messages are clients; once the roles are known. */
int wire_spec_find_messages(struct wire_spec *, struct diag *);
/* True when clients come to one of the ends. */
bool wire_spec_has_listeners(const struct wire_spec *);

#endif
