#ifndef IPCWIRE_EXPLAIN_H
#define IPCWIRE_EXPLAIN_H

#include "wire/wire_spec.h"

/* --explain: the plan as a picture on standard output; nothing is opened. */

/* For people: box characters where the locale has them, as wide as the terminal. */
void explain_text(const struct wire_spec *);
/* For graphviz. */
void explain_dot(const struct wire_spec *);

#endif
