#ifndef IPCWIRE_WIRE_MEMBERS_H
#define IPCWIRE_WIRE_MEMBERS_H

#include "wire/wire_state.h"

/* Members: clients of the listeners of a running wire, which come and go as ends of it. */

/* The listeners take clients from now on. */
void wire_open_doors(struct wire *);
/* No more clients. */
void wire_shut_doors(struct wire *);
/* That member is to leave now, for a reason (static text) that the log tells. */
void wire_end_member(struct wire_end *, const char *reason);
/* A member may have more to say, or only listens. */
bool wire_has_speakers(const struct wire *);
/* Members that are through leave. */
void wire_review_members(struct wire *);

#endif
