#ifndef IPCWIRE_WIRE_LIMITS_H
#define IPCWIRE_WIRE_LIMITS_H

#include "wire/wire_state.h"

/* Time limits of one client of a listener: idle=, timeout=, first-byte=. */

/* Why the bytes of the clients of an address must be counted, for the plan; or NULL. */
const char *wire_limits_wish(const struct endpoint_spec *);
/* The client at this end is there; nothing happens when it has no limits. */
void wire_limits_start(struct wire_end *);
/* The wire runs: bytes of its clients move from now on. */
void wire_limits_run(struct wire *);
void wire_limits_stop(struct wire_end *);

#endif
