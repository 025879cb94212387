#ifndef IPCWIRE_WATCH_OPTION_H
#define IPCWIRE_WATCH_OPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"

#define WATCH_DEFAULT_NS (INT64_C(2000000000))

/*
 * The value of --watch: TIME, "fail", or both with a comma; NULL is the default. Returns 0; or -1 with the refusal in the
 * diag, nothing changed.
 */
int watch_option_parse(const char *, int64_t *time_ns, bool *fails, struct diag *);

#endif
