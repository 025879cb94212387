#ifndef IPCWIRE_ESCAPES_H
#define IPCWIRE_ESCAPES_H

#include <stddef.h>

#include "base/diag.h"

/*
 * Carries out the C escapes in a text (owned, null-terminated) and replaces it; quotes, which words_unescape knows, are characters like any
 * others here. Returns 0, or -1 with the refusal.
 */
int escapes_carry_out(char **text, size_t *len, struct diag *);

#endif
