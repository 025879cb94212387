#ifndef IPCWIRE_FAILURE_H
#define IPCWIRE_FAILURE_H

#include <stdint.h>

/* What is told when a dialogue fails: where, what was waited for, what came instead, and what the other side does. */

struct dialogue;
struct peer;
struct step;

enum failure {
	FAILURE_LATE,  /* the time limit */
	FAILURE_ENDED, /* the end of input came first */
};

/* Of the step that waits. */
void failure_tell(struct dialogue *, enum failure);
/* What came from an end and what it does, in lines. */
void failure_say_peer(const struct peer *, void (*say)(const char *line, void *arg), void *arg);
/* A search was given up. */
void failure_tell_matcher(struct dialogue *, const struct peer *, const char *why);
/* Nothing can be sent there any more. */
void failure_tell_sending(struct dialogue *, const struct step *, const struct peer *);

#endif
