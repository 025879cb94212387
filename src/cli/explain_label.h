#ifndef IPCWIRE_EXPLAIN_LABEL_H
#define IPCWIRE_EXPLAIN_LABEL_H

#include "wire/wire_spec.h"

/* What the ends of a wire are called in pictures, escaped for the character set of the locale. The callers free them. */

/* The half of an end that is read, or that is written. */
char *explain_label_half(const struct wire_end_spec *, enum endpoint_role);
/* The whole address. */
char *explain_label(const struct wire_end_spec *);
/* What each client of a server gets. */
char *explain_session(const struct wire_spec *);

#endif
