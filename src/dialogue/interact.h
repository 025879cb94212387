#ifndef IPCWIRE_INTERACT_H
#define IPCWIRE_INTERACT_H

#include <stdbool.h>

#include "dialogue/step.h"

/* A person in front of an end: interact. The other steps go on to be done meanwhile where standing reactions have some. */

struct dialogue;
struct peer;

/* A key by which one leaves, where none is written. */
#define INTERACT_ESCAPE 29 /* ^] */

/* Whether a step of the program, or of one within it, hands over to a person. */
bool interact_is_in(const struct program *);
/* Whether a person sees what that end says. */
bool interact_is_at(const struct dialogue *, const struct peer *);
/* There is room again for what is typed. */
void interact_has_room(struct dialogue *);
/* The step does not go on any more: the terminal is given back. */
void interact_stop(struct dialogue *);

#endif
