#ifndef IPCWIRE_WIDE_PIPE_H
#define IPCWIRE_WIDE_PIPE_H

#include <stdbool.h>

/* Pipes of 1 MiB for bulk. A user may have 64 of them in all processes, pipe(7), so a process has a budget of a few. */

/* Widens the pipe if it is narrower, the budget has one left, and the user may. Returns true when it was: the budget lacks one. */
bool wide_pipe_make(int fd);
/* What that returned for a pipe that is no longer used: gives it back to the budget, if it is true, and makes it false. */
void wide_pipe_leave(bool *is_wide);

#endif
