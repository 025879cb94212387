#ifndef IPCWIRE_WATCH_TEXT_H
#define IPCWIRE_WATCH_TEXT_H

#include "wire/watch_look.h"

/* What the watch found, in words. Pure. The caller frees the texts. */

/* A stall: who does what, what that means, what helps. still_ns: since the last byte, or since the beginning. */
char *watch_text_stall(const struct watch_view *, const struct watch_snapshot *, const struct watch_verdict *,
    uint64_t still_ns);
/* For each end with a program what it waits for; "" when there is none. */
char *watch_text_waits(const struct watch_view *, const struct watch_snapshot *);
/* Why there is no verdict, after WATCH_IS_UNSEEN. */
char *watch_text_unseen(const struct watch_view *, const struct watch_snapshot *);

#endif
