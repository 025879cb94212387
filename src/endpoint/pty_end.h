#ifndef IPCWIRE_PTY_END_H
#define IPCWIRE_PTY_END_H

#include "endpoint/endpoint.h"
#include "process/pty.h"

/* The end of input of a pseudo-terminal, which is a character, and waits where there is no room for it. Zero: nothing to do. */
struct pty_end {
	struct endpoint *ep;
	struct pty_input *input;
	int fd; /* a duplicate of the master while it waits; 0: none */
	struct loop_source source;
};

/* Tells it, at once or later. Returns 0 or -errno; -EOPNOTSUPP: there is no end. */
int pty_end_tell(struct pty_end *, struct endpoint *, int master, struct pty_input *);
/* Gives up what is left to do. */
void pty_end_stop(struct pty_end *);

#endif
