#ifndef IPCWIRE_WATCH_LOOK_H
#define IPCWIRE_WATCH_LOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "wire/watch_rule.h"

/* Taking a snapshot of a wire: reads /proc and asks the kernel about descriptors, changes nothing. */

/* A wire as the watch sees it; filled by watch.c from what the wire is at the moment. */
struct watch_end {
	const char *name;     /* the address as it was written */
	const char *after;    /* its words after "--", when its program came so; or NULL */
	pid_t pid;            /* of its program; 0: it has none that runs */
	int fdin, fdout;      /* of the program, on the wire; -1: that side is not */
	int rfd, wfd;         /* ours; -1 */
	unsigned from, to;    /* the flows that read it and write it; WATCH_NO_FLOW */
	bool reads, writes;   /* what these wait for */
	uint64_t bytes;       /* that came from it, as far as they came by here */
	bool is_inherited;    /* ours came from whoever started us */
	bool is_anonymous;    /* a pipe that only we have */
	const char *unbuffer; /* the option that would make its output come, as far as is not given yet; or NULL */
	bool is_local_socket; /* its peer may be on this machine */
};

#define WATCH_NO_FLOW (~0u)

struct watch_view {
	struct watch_end *ends;
	unsigned nends, nflows; /* a flow is what one pump of ours moves */
	bool counts_bytes;      /* all bytes come by here */
	bool has_moved;         /* bytes are known to have moved */
	bool with_peers;        /* look also at the processes behind local sockets */
};

/*
 * Looks and judges. A verdict of a stall has been checked against every process of the system that can be seen. The
 * snapshot is the caller's to free (watch_snapshot_fini), whatever comes out.
 */
void watch_look(const struct watch_view *, struct watch_snapshot *, struct watch_verdict *);

#endif
