#ifndef IPCWIRE_CALL_H
#define IPCWIRE_CALL_H

#include <stdbool.h>

#include "base/diag.h"
#include "endpoint/endpoint.h"
#include "wire/wire_spec.h"

/* --call: one message to an endpoint, and its reply. */

enum call_mode { CALL_NO, CALL_YES, CALL_STATUS };
#define CALL_MODE_WORDS "no\0yes\0status\0" /* in that order: see wordlist.h */

struct call;

/* Makes the address that is called one that gives an answer, where that is not clear without --call. Before wire_spec_prepare. */
void call_prepare(struct wire_spec *);
/* Refuses what cannot be called. Returns 0 or -1. */
int call_check(const struct wire_spec *, struct diag *);
/* done is called once: with the exit status, and whether the reader of the reply went away. */
struct call *call_new(const struct wire_spec *, struct endpoint_env *, enum call_mode, void (*done)(int, bool, void *),
    void *arg);
void call_start(struct call *);
/* Ends it now. reason: for the log, or NULL. */
void call_stop(struct call *, int status, const char *reason);
void call_free(struct call *); /* NULL is fine */

#endif
