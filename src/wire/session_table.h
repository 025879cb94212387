#ifndef IPCWIRE_SESSION_TABLE_H
#define IPCWIRE_SESSION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/wire_info.h"

/*
 * Sessions as aligned lines, each ending with a newline; the first one names the columns. Foreign text is escaped. The caller
 * frees it.
 */
char *session_table(const struct wire_info *, size_t n, bool is_utf8);

#endif
