#ifndef IPCWIRE_HELP_SEARCH_H
#define IPCWIRE_HELP_SEARCH_H

#include <stdbool.h>

#include "cli/page.h"

/* What --help=WORD finds when it is not the name of one page. */

/* Prints the address options of that name, with the kinds that have them. False: there is none. */
bool help_address_options(const struct page *, const char *name);
/* Lists all that has the word in its name or its help. False: nothing has. */
bool help_search(const struct page *, const char *word);
/* The known name (kind, option, section) that is spelt most like the word, or NULL. */
const char *help_nearest(const char *word);

#endif
