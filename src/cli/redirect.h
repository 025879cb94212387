#ifndef IPCWIRE_REDIRECT_H
#define IPCWIRE_REDIRECT_H

#include <stdbool.h>

#include "base/diag.h"
#include "wire/wire_spec.h"

/* stdin=ADDRESS and stdout=ADDRESS of a program: what its standard streams are bound to, instead of a second address. */

/* True when that end is a program which says so. */
bool redirect_is_asked(const struct wire_end_spec *);
/*
 * The other end of its wire: an endpoint for each of the two, standard input or output for the one that is not given.
 * Returns 0; or -1 with a refusal whose place is in the text of the program's address.
 */
int redirect_make(const struct wire_end_spec *program, struct wire_end_spec *other, struct diag *);
/* Refuses programs that say so beside other addresses. Returns as above, with the program's address in *input. */
int redirect_check(const struct wire_spec *, struct diag *, const char **input);

#endif
