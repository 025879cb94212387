#ifndef IPCWIRE_THREADS_DEAL_H
#define IPCWIRE_THREADS_DEAL_H

#include "serve/threads.h"

/* Clients of scheme=threads that the main thread accepts, and gives to one thread after the other. */

/* Several threads could not accept them side by side. */
bool threads_deal_is_needed(const struct endpoint_spec *);
/* For the main thread; the others have been started. Returns 0 or -errno (told). */
int threads_deal_start(struct threads *);
/* No more clients. */
void threads_deal_stop(struct threads *);
/* From any thread, with the door held: there is room again. */
void threads_deal_wake(struct threads *);

#endif
