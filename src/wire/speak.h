#ifndef IPCWIRE_SPEAK_H
#define IPCWIRE_SPEAK_H

#include "wire/wire_state.h"

/*
 * Who speaks and who hears. In a hub nobody hears himself. Where clients share an end (listen_opts.share):
 *
 *   merge  everybody may write, everybody gets what comes back
 *   turns  one request, a line, at a time; its answer goes to its asker only, and then the next one has his turn
 *   first  only the client that came first may write; what others write goes nowhere
 */
struct speak;

/* The rules for what a way carries, if there are any. */
void speak_set_up(struct wire *, const struct wire_way *, struct pump_setup *);
/* A member has joined; one is about to leave. */
void speak_joined(struct wire_end *);
void speak_leaves(struct wire_end *);
/* share=turns: a member that asks no more has had its last answer, and nothing else is for it. */
bool speak_is_answered(const struct wire_end *);
/* The shared end is not there any more: what was asked of it gets no answer. */
void speak_reset(struct wire *);
void speak_stop(struct wire *);
void speak_free(struct wire *);

#endif
