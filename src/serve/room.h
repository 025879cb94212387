#ifndef IPCWIRE_ROOM_H
#define IPCWIRE_ROOM_H

#include <stdbool.h>

#include "wire/wire_spec.h"

/*
 * Whether the limit of open descriptors leaves room for another session. A client that is accepted without has to be sent
 * away; one that is left in the backlog is served as soon as there is room again.
 */
struct room {
	unsigned long limit;
	unsigned needed; /* descriptors that a session takes while it opens */
};

void room_init(struct room *, const struct wire_spec *);
/* There is room for one more, though so many of those that run are not open yet and will take what they need. */
bool room_is_left(const struct room *, unsigned long running, unsigned long opening);

#endif
