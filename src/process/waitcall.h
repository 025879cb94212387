#ifndef IPCWIRE_WAITCALL_H
#define IPCWIRE_WAITCALL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "process/procfs.h"

/* What a thread that is blocked in a system call waits for, as far as number and arguments tell. Pure. */

enum waitcall_kind {
	WAITCALL_READ,    /* bytes from fd */
	WAITCALL_WRITE,   /* room behind fd */
	WAITCALL_POLL,    /* any of a set of struct pollfd, without a time limit */
	WAITCALL_SELECT,  /* any of up to three fd sets, without a time limit */
	WAITCALL_EPOLL,   /* any of the set behind fd, without a time limit */
	WAITCALL_CHILD,   /* the end of a child: pid, or any (0) */
	WAITCALL_THREAD,  /* another thread of the same process, without a time limit */
	WAITCALL_SIGNAL,  /* a signal, without a time limit */
	WAITCALL_TIMED,   /* goes on by itself some time */
	WAITCALL_OUTSIDE, /* a connection, a lock: somebody who is not looked at */
	WAITCALL_UNKNOWN, /* another call */
	WAITCALL_RUNNING, /* it is not blocked */
	WAITCALL_N
};

struct waitcall {
	enum waitcall_kind kind;
	enum waitcall_kind within; /* TIMED: what it waits for until then */
	const char *name;          /* of the call, "read"; NULL when not known */
	int fd;
	uint64_t count;   /* POLL: entries, SELECT: descriptors looked at */
	uint64_t sets[3]; /* addresses in the process; POLL: the first; SELECT: read, write, exceptional, 0: none */
	pid_t pid;
};

void waitcall_decode(const struct procfs_syscall *, struct waitcall *);

#endif
