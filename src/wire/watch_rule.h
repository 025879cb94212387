#ifndef IPCWIRE_WATCH_RULE_H
#define IPCWIRE_WATCH_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "process/heldbytes.h"

/*
 * What a wire's ends were seen to do at one moment, and what follows from it. Pure.
 *
 * A channel is one way for bytes: a pipe is one, a socket two. A thread is blocked until one of its waits may come true.
 * Whoever holds the other side of a channel may make that happen, if it can move itself; so what may move spreads along the
 * channels from those that surely may, and a wire where nothing may is stalled. The relay's pumps take part as processes
 * of one thread each.
 */

enum watch_op {
	WATCH_READ,   /* data or end of input */
	WATCH_WRITE,  /* room, or that nobody reads any more */
	WATCH_HANGUP, /* only that the other side goes away */
	WATCH_OWN,    /* something that another thread of the process must do (eventfd) */
};

struct watch_wait {
	enum watch_op op;
	unsigned channel;
	bool is_reader; /* HANGUP: it holds the reading side */
};

enum watch_state {
	WATCH_BLOCKED, /* until one of its waits comes true */
	WATCH_CHILD,   /* until a child of the process ends */
	WATCH_THREAD,  /* until another thread of the process wakes it */
	WATCH_SIGNAL,  /* until a signal comes */
	WATCH_STOPPED, /* until it is continued */
	/* These may move, whatever the others do: */
	WATCH_RUNNING,
	WATCH_TIMED,
	WATCH_OUTSIDE, /* waits for somebody who is not looked at */
	WATCH_UNSEEN,  /* may not be looked at */
	WATCH_STATE_N
};

struct watch_channel {
	uint64_t filled, size;              /* bytes in it, and how many there may be; size 0: not known */
	bool outside_reads, outside_writes; /* somebody who is not looked at */
	bool is_wire;                       /* an end of the wire is on it, not only processes among themselves */
};

struct watch_process {
	unsigned end; /* of the wire, that it belongs to */
	pid_t pid, parent;
	char name[32];
	bool is_pump; /* not a process, but a direction that we relay */
	bool is_root; /* the one we started */
	bool is_peer; /* not ours: it has the other side of the socket at that end */
	bool is_zombie;
	bool has_written; /* anything, anywhere, since its start */
	struct heldbytes held;
};

struct watch_thread {
	unsigned process;
	pid_t tid;
	enum watch_state state;
	bool in_unknown_call; /* UNSEEN, though it may be looked at */
	const char *call;     /* the system call's name, or why it is not seen; static; or NULL */
	int fd;               /* of a call that has one; -1 */
	pid_t child;          /* CHILD: which; 0: any */
	unsigned first_wait, nwaits;
	uint64_t switches, print; /* equal in two looks: it has not run in between */
};

/* That process has a side of that channel open. */
struct watch_hold {
	unsigned process, channel;
	bool is_writer;
};

struct watch_snapshot {
	struct watch_channel *channels;
	struct watch_process *processes;
	struct watch_thread *threads;
	struct watch_wait *waits;
	struct watch_hold *holds;
	unsigned nchannels, nprocesses, nthreads, nwaits, nholds;
	bool has_moved; /* bytes may have moved on the wire */
};

enum watch_class {
	/* No verdict: */
	WATCH_IS_BUSY,     /* something runs or will go on by itself */
	WATCH_IS_EXTERNAL, /* a person, a peer, somebody outside may go on */
	WATCH_IS_UNSEEN,   /* a probe was refused */
	/* Nothing can move: */
	WATCH_IS_STOPPED, /* a process was stopped by a signal */
	WATCH_IS_FULL,    /* ends write into full channels and do not read */
	WATCH_IS_UNREAD,  /* one writes, the other does not read */
	WATCH_IS_HELD,    /* all read, and one holds output */
	WATCH_IS_SUSPECT, /* all read, and one may hold output in a buffer that cannot be seen */
	WATCH_IS_SILENT,  /* all read, nobody holds anything */
	WATCH_CLASS_N
};

struct watch_verdict {
	enum watch_class class;
	unsigned culprit; /* thread; nthreads: none */
	bool is_partial;  /* STOPPED: others may move */
};

void watch_judge(const struct watch_snapshot *, struct watch_verdict *);
/* True when nothing has run between two looks at the same wire. */
bool watch_is_same(const struct watch_snapshot *, const struct watch_snapshot *);
/* Nothing can move, and the kernel proves it and its cause. */
bool watch_is_proven(enum watch_class);
bool watch_is_stall(enum watch_class);
/* "busy", "waits for somebody outside", ... */
const char *watch_class_name(enum watch_class);
/* The thread that says most about that end, or nthreads: of a process, blocked on the wire if there is one. */
unsigned watch_main_thread(const struct watch_snapshot *, unsigned end);
/* The thread is blocked in a read, and its process may hold output where it cannot be seen. */
bool watch_is_suspect(const struct watch_snapshot *, unsigned thread);
/* The channel of the wire that the thread waits on with that operation, or nchannels. */
unsigned watch_waits_on(const struct watch_snapshot *, const struct watch_thread *, enum watch_op);
void watch_snapshot_fini(struct watch_snapshot *);

#endif
