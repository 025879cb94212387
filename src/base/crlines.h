#ifndef IPCWIRE_CRLINES_H
#define IPCWIRE_CRLINES_H

#include <stdbool.h>
#include <stddef.h>

/* Text of ours on a terminal that does not make CR LF of LF by itself, because it is raw. */

/* Standard error is such a terminal from now on, or not any more. */
void crlines_set(bool is_needed);
bool crlines_are_needed(void);
/* A copy with CR before every LF. The caller frees it. */
char *crlines_make(const char *text, size_t *len);

#endif
