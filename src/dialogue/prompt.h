#ifndef IPCWIRE_PROMPT_H
#define IPCWIRE_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether what was received last, of which these are the last bytes, asks for a secret: "bob's password: ". Pure. */
bool prompt_is_secret(const char *bytes, size_t len);

#endif
