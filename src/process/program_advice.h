#ifndef IPCWIRE_PROGRAM_ADVICE_H
#define IPCWIRE_PROGRAM_ADVICE_H

#include <stdbool.h>

#include "process/program_info.h"

/* What is known of programs by their names and their languages. Pure. */

/* "Go", "Python", ...; NULL: nothing special. */
const char *program_language(const struct program_info *);
/* It writes at once as long as it has no buffer of its own, for which nothing can be done from outside. */
bool program_writes_at_once(const struct program_info *);
/*
 * What the user can do where nothing reaches the program from outside, or NULL. is_reached: the preload object or the
 * environment does reach it, so that only the rest is told.
 */
const char *program_advice(const struct program_info *, bool is_reached);

#endif
