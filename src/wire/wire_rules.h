#ifndef IPCWIRE_WIRE_RULES_H
#define IPCWIRE_WIRE_RULES_H

#include "wire/wire_state.h"

/* What is true of a wire: questions about its state, which change nothing. */

/* The program at an end, or NULL. */
struct endpoint *wire_program(const struct wire_end *);
/* The options of a program. */
const struct exec_opts *wire_program_opts(const struct endpoint *);
/* It runs now. */
bool wire_program_runs(const struct endpoint *);
/* It was started and has ended. */
bool wire_program_has_ended(const struct endpoint *);

bool wire_way_is_over(const struct wire *, const struct wire_way *);
/* Every way that counts is over, and every program has ended. */
bool wire_has_ended(const struct wire *);
/* How long the other way may still bring something once this one is over, ns; 0: as long as it wants. */
#define WIRE_END_WAIT_MUTE INT64_C(1000000000) /* a peer that cannot be told the end */
int64_t wire_end_wait_of(const struct wire *, const struct wire_way *);
/* --end: the way it names is over; or a person at a terminal, whose peer has ended. */
bool wire_end_rule_holds(const struct wire *);
/* Our own reader went away, as in `ipcwire ... | head -1`. */
bool wire_has_lost_stdout(const struct wire *);
/* The pump that reads from an end, or writes to it; NULL when there is none. */
struct pump *wire_pump_from(const struct wire_end *);
struct pump *wire_pump_to(const struct wire_end *);

#endif
