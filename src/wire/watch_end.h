#ifndef IPCWIRE_WATCH_END_H
#define IPCWIRE_WATCH_END_H

#include "endpoint/endpoint.h"
#include "wire/watch_look.h"

/* Fills in what the endpoints of an end (one of them may be NULL) tell; what moves there is the wire's to say. */
void watch_end_fill(struct watch_end *, const struct endpoint *in, const struct endpoint *out);
/* A socket whose peer is on this machine. */
bool watch_end_is_local(const struct endpoint *);

#endif
