#ifndef IPCWIRE_PROBING_H
#define IPCWIRE_PROBING_H

#include "dialogue/dialogue_state.h"

/* What the probing verbs, and those that send secrets, share. */

enum probing { PROBING_DOES_NOT, PROBING_READS, PROBING_UNSEEN };

/* Whether it waits for input at this moment, with nothing on its way between us; *why: why that cannot be seen. */
enum probing probing_reads(const struct peer *, const char **why);
/* The terminal echoes what is typed. */
bool probing_has_echo(const struct peer *);
/* It is looked at again after a while. */
void probing_again(struct dialogue *, enum run_reason);
/* It is not as it should be: waits on, or fails because of the end of input or the time limit. */
enum run_result probing_failed(struct dialogue *, const struct peer *, enum run_reason);

#endif
