#ifndef IPCWIRE_SCRIPT_BIND_H
#define IPCWIRE_SCRIPT_BIND_H

#include <stdio.h>

#include "dialogue/script.h"

/*
 * Before a script runs: its arguments and the environment are known, and with them every text that needs no match. What can be checked without
 * opening anything is checked: values, regular expressions, addresses.
 */

/* Gives the arguments their values. Returns 0, or -1 with the refusal. */
int script_give(struct script *, char *const *words, size_t nwords, struct diag *);
/*
 * Puts the values into the texts, compiles the patterns, and checks the addresses. Returns 0, or -1: the script has errors. has_files: the files,
 * descriptors, programs and directories that it names are looked at, too.
 */
int script_bind(struct script *, bool has_files);
/* The value of an argument, or of a variable of the environment; a text_lookup. */
const char *script_value(const char *name, size_t *len, void *script);
/* The plan, for people: a step a line, with what is known of it. timeout: of verbs that do not say it, as dialogue_setup has it. */
void script_explain(const struct script *, int64_t timeout, FILE *);

#endif
