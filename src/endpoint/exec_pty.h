#ifndef IPCWIRE_EXEC_PTY_H
#define IPCWIRE_EXEC_PTY_H

#include "endpoint/endpoint.h"

/* pty=, and the options that need one. Returns 0 or -1 with the refusal. */
int exec_pty_check(const struct endpoint_spec *, struct diag *);
/*
 * For exec.c: makes a pseudo-terminal for the program's output, with is_both for its input too. Returns the program's end,
 * which with is_both belongs to this file, or -errno.
 */
int exec_pty_open(struct endpoint *, bool is_both);
/* The program has ended. */
void exec_pty_child_ended(struct endpoint *);
void exec_pty_close(struct endpoint *);

#endif
