#ifndef IPCWIRE_HELP_VERB_H
#define IPCWIRE_HELP_VERB_H

#include <stdbool.h>

#include "cli/page.h"
#include "dialogue/verb.h"

/* What the table of verbs says, as text. */

/* One line each. */
void help_verbs(const struct page *);
/* A verb with its flags. */
void help_verb(const struct page *, const struct verb *);
/* Those that have to do with the word. False: none has. */
bool help_search_verbs(const struct page *, const char *word);

#endif
