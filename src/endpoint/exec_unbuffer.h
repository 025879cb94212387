#ifndef IPCWIRE_EXEC_UNBUFFER_H
#define IPCWIRE_EXEC_UNBUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "endpoint/endpoint.h"
#include "process/unbuffer.h"

/* buffer= and how= of programs: what is done to a program so that its output comes in time. */

/* The option how= together with via=. Returns 0 or -1 with the refusal. */
int exec_unbuffer_check(const struct endpoint_spec *, struct diag *);
/* False: nothing is asked for. Else what would be done, by looking at the program's file now. */
bool exec_unbuffer_decide(const struct endpoint_spec *, struct unbuffer *);
/*
 * For a command line of a shell: tells of each program in it, as far as words at the beginning of commands show them, whether what the
 * shell passes on would reach it.
 */
void exec_unbuffer_shell(const struct endpoint_spec *,
    void (*tell)(const char *word, const struct unbuffer *, void *arg), void *arg);
/* The same for an endpoint, decided once; NULL: nothing is asked for. */
const struct unbuffer *exec_unbuffer_of(struct endpoint *);
/* Is its stdout (stdin) to be a pseudo-terminal? ep NULL: not made yet. */
bool exec_unbuffer_has_pty(const struct endpoint_spec *, struct endpoint *ep, bool is_input);

/* For exec.c: adds to the environment (room for UNBUFFER_VARIABLES_MAX more). */
void exec_unbuffer_environment(struct endpoint *, char **env, size_t *n);
/* It has started: tells what must be told, and finds out whether the preload object ran. */
void exec_unbuffer_started(struct endpoint *);
void exec_unbuffer_ended(struct endpoint *);
void exec_unbuffer_close(struct endpoint *);

#endif
