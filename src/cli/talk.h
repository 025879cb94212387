#ifndef IPCWIRE_TALK_H
#define IPCWIRE_TALK_H

#include <stdbool.h>

#include "base/diag.h"
#include "cli/run.h"
#include "dialogue/step.h"

/*
 * Dialogues on the command line: `ipcwire ADDRESS [ADDRESS] --expect PATTERN --send TEXT ...`. The verbs are options, whose order counts;
 * they drive the first address, and what it says goes on to the second one (or to standard output).
 */

struct config;

/* The name of an option, up to its end, is a verb's. */
bool talk_is_option(const char *name);
/*
 * Adds the step that it means, with the words behind it; *used is how many those are. Returns 0; or -1 with the refusal and the argument
 * that it points into (NULL: none).
 */
int talk_add(struct program *, const char *name, const char *arg, int nwords, char *const *words, int *used,
    struct diag *, const char **input);
/*
 * All is read: checks it, and makes the dialogue, which takes the ends over. Opens nothing. Returns 0; or -1 with the refusal and
 * the argument.
 */
int talk_prepare(struct config *, struct diag *, const char **input);
/* The plan, on standard output. */
void talk_explain(const struct config *);
/* Runs it, and frees it. */
struct run_result talk_run(struct config *);

#endif
