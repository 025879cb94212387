#ifndef IPCWIRE_EXPLAIN_H
#define IPCWIRE_EXPLAIN_H

#include "wire/wire_spec.h"

/* --explain: the plan as a picture on standard output; nothing is opened. */
void explain_text(const struct wire_spec *);
void explain_dot(const struct wire_spec *);

#endif
