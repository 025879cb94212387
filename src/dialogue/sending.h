#ifndef IPCWIRE_SENDING_H
#define IPCWIRE_SENDING_H

#include "dialogue/dialogue_state.h"

/* What the sending verbs share. */

#define SEND_MOST (1u << 20) /* bytes that may be on their way */

/* RUN_DONE, or RUN_OVER when nothing can be sent there any more (told). */
enum run_result sending_put(struct dialogue *, const struct step *, const struct peer *, const char *bytes, size_t len,
    bool is_secret);
/* The one byte that Enter is for that end. */
const char *sending_enter(const struct peer *);

#endif
