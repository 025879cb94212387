#ifndef IPCWIRE_REPLY_H
#define IPCWIRE_REPLY_H

#include "endpoint/endpoint.h"
#include "wire/wire_spec.h"

/* What the sessions of a listener with `reply` share: the wire of a run. */
struct reply;

struct reply *reply_new(const struct wire_spec *, struct loop *);
/* NULL is fine. */
void reply_free(struct reply *);

#endif
