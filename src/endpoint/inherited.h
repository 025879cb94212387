#ifndef IPCWIRE_INHERITED_H
#define IPCWIRE_INHERITED_H

#include "endpoint/endpoint.h"

/* Descriptors that the program was started with. */

/* Once, before anything is opened: standard descriptors that are closed become /dev/null, so that their numbers are not
 * taken by other files, and count as closed. Returns 0 or -errno. */
int inherited_guard_stdio(void);
/* Whether the standard descriptor was open at the start. */
bool inherited_is_open(int fd);
/* Uses descriptors as they are, -1 for none. Returns 0 or -errno (told). */
int inherited_claim(struct endpoint *, int rfd, int wfd);

#endif
