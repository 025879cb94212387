#ifndef IPCWIRE_EXEC_PTY_H
#define IPCWIRE_EXEC_PTY_H

#include "endpoint/endpoint.h"

/*
 * For exec.c: makes a pseudo-terminal for the program's output, with is_both for its input too. Returns the program's end, or
 * -errno.
 */
int exec_pty_open(struct endpoint *, bool is_both);
void exec_pty_close(struct endpoint *);

#endif
