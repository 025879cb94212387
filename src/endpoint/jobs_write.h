#ifndef IPCWIRE_JOBS_WRITE_H
#define IPCWIRE_JOBS_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "endpoint/jobs_dir.h"

enum jobs_sync { JOBS_SYNC_NONE, JOBS_SYNC_DATA, JOBS_SYNC_FULL, JOBS_SYNC_N };

/*
 * A message that is being written into a work queue: in memory while it is small, else in tmp/. It is in the queue with
 * jobs_write_commit, whole, or not at all. Results are 0 or -errno.
 */
struct jobs_writer {
	struct jobs_dir *dir; /* borrowed */
	enum jobs_sync sync;
	struct job_name name;
	struct job_head head;
	char *buf; /* what is not in the file yet; NULL: none was needed yet */
	size_t len;
	int fd;       /* of the file in tmp/; -1: none yet */
	bool is_open; /* a message has been begun */
	int *keeps;   /* where the descriptor of what was committed goes, in place of being closed; or NULL */
};

void jobs_write_init(struct jobs_writer *, struct jobs_dir *, enum jobs_sync);
/*
 * Without it jobs_write_add and jobs_write_commit begin one. like: NULL, or what its first line says beside length and sum; with an
 * asker the answer is to have the message's own name.
 */
void jobs_write_begin(struct jobs_writer *, const struct job_head *like);
int jobs_write_add(struct jobs_writer *, const void *, size_t len);
/* After an error the message is still there to be tried again, or given up. */
int jobs_write_commit(struct jobs_writer *, enum jobs_place place, const char *name);
/* Bytes of a message that is not in the queue yet. */
uint64_t jobs_write_len(const struct jobs_writer *);
/* Gives up what was not committed. */
void jobs_write_fini(struct jobs_writer *);

#endif
