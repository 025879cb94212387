#ifndef IPCWIRE_EXPLAIN_PROGRAMS_H
#define IPCWIRE_EXPLAIN_PROGRAMS_H

#include "cli/page.h"

struct endpoint_spec;

/* --explain: how buffer= would reach a program, why so, and what else the user can do. Prints nothing if nothing is asked for. */
void explain_program(const struct page *, const struct endpoint_spec *, const char *name);

#endif
