#ifndef IPCWIRE_PTY_END_H
#define IPCWIRE_PTY_END_H

#include "endpoint/endpoint.h"
#include "process/pty.h"

/* The end of input of a pseudo-terminal, which is a character, and waits where there is no room for it. Zero: nothing to do. */
struct pty_end {
	struct endpoint *ep;
	struct pty_input *input;
	int fd; /* a duplicate of the master while there is something to wait for; 0 or -1: none */
	struct loop_source source;
	const int *slave; /* where it is seen whether the end was read; or NULL */
	struct loop_timer timer;
	uint64_t patience; /* ns until the next look */
};

/*
 * Tells it, at once or later, and again to who has missed it, as long as *slave is a descriptor of the other side (0 or -1: no longer;
 * slave NULL: it is told once). Returns 0 or -errno; -EOPNOTSUPP: there is no end.
 */
int pty_end_tell(struct pty_end *, struct endpoint *, int master, struct pty_input *, const int *slave);
/* The program has said something: it may have read the end by now. */
void pty_end_said(struct pty_end *);
/* Gives up what is left to do. */
void pty_end_stop(struct pty_end *);

#endif
