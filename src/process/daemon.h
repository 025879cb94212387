#ifndef IPCWIRE_DAEMON_H
#define IPCWIRE_DAEMON_H

#include <stdbool.h>

/* Going on in the background: who started us waits until we say that we are ready, and hears of errors until then. */
struct daemon {
	int tell_fd; /* to the process that waits; -1: there is none */
};

enum daemon_side { DAEMON_BACKGROUND, DAEMON_WAITED };

/* What became of the one in the background, for the process that waited. */
struct daemon_outcome {
	int status; /* exit status */
	int signo;  /* it was ended by this signal; 0: it was not */
};

/*
 * Forks. Before threads and the event loop. In the background: *side is DAEMON_BACKGROUND, in a session of its own. In the process that
 * waits: returns once the other one is ready (status 0) or has ended. Returns 0 or -errno, with nothing changed.
 */
int daemon_start(struct daemon *, enum daemon_side *side, struct daemon_outcome *);
/*
 * In the background: we are ready. Standard descriptors become /dev/null, then the process that waits is let go. Returns 0; -EPIPE when
 * it has ended before; or -errno.
 */
int daemon_tell_ready(struct daemon *);

#endif
