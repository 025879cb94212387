#ifndef IPCWIRE_SETTLE_H
#define IPCWIRE_SETTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "dialogue/peer.h"

/*
 * Whether what an end has said is all for now, so that what could still grow is decided: its end has come, it has been quiet for the
 * settle time (ns), or it is seen to wait for input.
 */
bool settle_is_over(struct peer *, uint64_t now, uint64_t settle);
/* When it is to be looked at again, after that was false. */
uint64_t settle_due(const struct peer *, uint64_t settle);

#endif
