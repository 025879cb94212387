#ifndef IPCWIRE_WIRE_ERRORS_H
#define IPCWIRE_WIRE_ERRORS_H

#include "wire/wire_state.h"

/* Standard errors of programs that go to an address (stderr=ADDRESS): a wire beside the program's, from a pipe to the address. */

/* 0, or -1 with the refusal of an address that cannot take it. */
int wire_errors_check(const struct wire_spec *, struct diag *);
/* Opens the addresses with the ends of the wire, which counts them in `opening`. */
void wire_errors_open(struct wire *);
/* What the program at that end gets as its standard error; -1: it has no such address. */
int wire_errors_fd(const struct wire *, unsigned end);
/* The programs have been started. */
void wire_errors_started(struct wire *);
/* The wire ends: no program is started any more. */
void wire_errors_close(struct wire *);
/* All has been delivered, or will not be. */
bool wire_errors_are_over(const struct wire *);
/* Nothing else is waited for: of a wire that was stopped they have two seconds left. */
void wire_errors_hurry(struct wire *);
void wire_errors_give_up(struct wire *);
void wire_errors_free(struct wire *);

#endif
