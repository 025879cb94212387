#ifndef IPCWIRE_JOBS_DIR_H
#define IPCWIRE_JOBS_DIR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/job_head.h"
#include "base/job_name.h"

/*
 * The directory of a work queue. Results are 0 or -errno; nothing is told here.
 *
 *	new/    messages that wait, in the order of their names (base/job_name.h)
 *	work/   those that were handed to a worker, whose process holds a lock on the file
 *	dead/   those that failed too often, or were damaged
 *	tmp/    those that are being written
 *	reply/  answers, by the name that the asker gave (base/job_head.h)
 */
struct jobs_dir {
	unsigned refs;
	int fd;
	mode_t mode;     /* of its files */
	uint64_t newest; /* time of the newest message written through here */
	uint32_t serial;
};

enum jobs_place { JOBS_NEW, JOBS_WORK, JOBS_DEAD, JOBS_TMP, JOBS_REPLY, JOBS_PLACE_N };

/* A message that is ours: in work/, locked. */
struct jobs_claim {
	struct job_name name;
	struct job_head head;
	int fd;     /* for reading; it holds the lock; -1: no claim */
	int beacon; /* for writing: the others see in it when we die (jobs_watch.c) */
};

enum jobs_step { JOBS_STEP_MAKE, JOBS_STEP_OPEN, JOBS_STEP_COMPLETE };

/* Opens it; what is missing of it is made. -ENOTEMPTY: something else is in that directory. *step: what was tried. */
int jobs_dir_open(const char *path, mode_t mode, struct jobs_dir **, enum jobs_step *step);
struct jobs_dir *jobs_dir_ref(struct jobs_dir *);
void jobs_dir_unref(struct jobs_dir *); /* NULL is fine */
const char *jobs_place_name(enum jobs_place);
/* "new/NAME" */
void jobs_path(enum jobs_place, const char *name, char *path, size_t size);
/* Calls found for every file there but those whose names begin with a dot. */
int jobs_dir_list(const struct jobs_dir *, enum jobs_place, void (*found)(const char *name, void *), void *arg);
/* Only one process at a time has it; -EWOULDBLOCK: another one. Closing the directory gives it up, too. */
int jobs_dir_lock(struct jobs_dir *);
void jobs_dir_unlock(struct jobs_dir *);
/* A name that orders behind all that were given out through here. */
struct job_name jobs_dir_new_name(struct jobs_dir *);

/* Takes a message from new/. -ENOENT, -EWOULDBLOCK: another one was quicker. */
int jobs_claim(struct jobs_dir *, const struct job_name *, struct jobs_claim *);
/* Reads its first line and compares length and sum. Returns NULL, or what is wrong with it. *error: it could not be read. */
const char *jobs_claim_check(struct jobs_claim *, int *error);
/* It is done: the file is removed. These end the claim in any case. */
int jobs_claim_done(struct jobs_dir *, struct jobs_claim *);
/* Back to new/, with so many attempts; due: when it may be handed out again, 0 for now. */
int jobs_claim_return(struct jobs_dir *, struct jobs_claim *, uint32_t attempts, uint64_t due);
int jobs_claim_bury(struct jobs_dir *, struct jobs_claim *);

/* What jobs_recover did with a message that a dead process had. */
enum jobs_recovered { JOBS_RETURNED, JOBS_BURIED };

struct jobs_recovery {
	uint32_t attempts; /* those that had so many go to dead/; 0: none does */
	void (*found)(const struct job_name *, enum jobs_recovered, void *);
	void *arg;
	unsigned held; /* result: messages that somebody works on */
};

/* Puts back what processes had that are no more. */
int jobs_recover(struct jobs_dir *, struct jobs_recovery *);

#endif
