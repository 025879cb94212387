#ifndef IPCWIRE_WATCH_BUILD_H
#define IPCWIRE_WATCH_BUILD_H

#include <stdbool.h>

#include "process/procfs.h"
#include "wire/watch_look.h"

/* A snapshot in the making; for watch_look.c, watch_objects.c, watch_waits.c and watch_reads.c only. */

struct watch_object {
	enum procfs_kind kind; /* PIPE, SOCKET, PTS */
	uint64_t id;
	bool is_master;   /* PTS: our side of it */
	unsigned in, out; /* channels that its holder reads and writes; the same of a pipe */
	unsigned end;     /* of the wire, whose socket's other side it is; or WATCH_NOTHING */
	bool is_tcp;
};

struct watch_fd {
	unsigned process;
	int fd, flags;
	struct procfs_link link;
};

struct watch_builder {
	struct watch_snapshot *s;
	const struct watch_view *view;
	struct watch_object *objects;
	struct watch_fd *fds;
	unsigned nobjects, nfds;
	bool with_timed; /* what a thread waits for that will go on by itself some time matters, too */
};

#define WATCH_NOTHING (~0u)

/* Room for one more item in an array of n that grows by doubling. */
void *watch_more(void *items, unsigned n, size_t size);

/* watch_objects.c */

/* The object of that link, WATCH_NOTHING if it has not been met. */
unsigned watch_object_find(const struct watch_builder *, const struct procfs_link *, bool is_master);
/* The same, met now: its channels are made, and its other side looked for. */
unsigned watch_object_meet(struct watch_builder *, const struct procfs_link *, bool is_master);
/* What one of our own descriptors is; WATCH_NOTHING when it is no channel. */
unsigned watch_object_of_ours(struct watch_builder *, int fd);
/* Somebody who is not looked at has it open, too. */
void watch_object_is_outside(struct watch_builder *, unsigned object, bool reads, bool writes);
void watch_add_hold(struct watch_builder *, unsigned process, unsigned channel, bool is_writer);
/* Bytes in the channels, and the room there is. */
void watch_measure(struct watch_builder *);
/* A duplicate of a process's descriptor, for the moment of a look; -errno. */
int watch_borrow_fd(pid_t pid, int fd);

/* watch_look.c */

/*
 * Looks only at what threads wait for, also those that will go on by themselves. *channel: what we write to the first end, WATCH_NOTHING
 * if that is no channel. The caller frees the snapshot.
 */
void watch_look_at_waits(const struct watch_view *, struct watch_snapshot *, unsigned *channel);

/* watch_waits.c */

/* Finds out what a blocked thread waits for; may say that it is not blocked at all. */
void watch_find_waits(struct watch_builder *, struct watch_thread *);

#endif
