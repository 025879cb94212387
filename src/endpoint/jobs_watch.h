#ifndef IPCWIRE_JOBS_WATCH_H
#define IPCWIRE_JOBS_WATCH_H

#include <stdbool.h>

#include "base/job_list.h"
#include "base/log.h"
#include "base/loop.h"
#include "endpoint/jobs_dir.h"

/* What waits in a work queue, as the kernel tells it (inotify(7)): nobody polls. */
struct jobs_watch {
	struct jobs_dir *dir;
	struct loop *loop;
	const struct log_who *who;
	void (*changed)(void *); /* look again; not from within a call of ours */
	void *arg;
	uint32_t attempts; /* a message that had so many goes to dead/; 0: none does */
	/* private */
	struct job_list list;
	struct loop_source source;
	int new_wd, work_wd;
	int served;            /* with takes: says that the queue is read (jobs_lock.h) */
	bool is_broken;        /* the directory is gone */
	unsigned buried;       /* messages that we moved to dead/ */
	struct loop_timer due; /* until a message may be handed out again, or something failed for want of resources */
	struct loop_timer orphans; /* until the lock of a process that has died is gone, too */
	unsigned looks;
	bool has_told_foreign;
};

/* takes: messages will be taken, so that those of the dead are put back, too. Returns 0 or -errno (told). */
int jobs_watch_start(struct jobs_watch *, const char *path, bool takes);
void jobs_watch_stop(struct jobs_watch *);
/* Messages that wait, those included that were put off. */
size_t jobs_watch_len(const struct jobs_watch *);
/* The same, with all that has happened up to now. */
size_t jobs_watch_count(struct jobs_watch *);
/*
 * Takes the next message that is sound. Returns 0; -EAGAIN: there is none now, `changed` will be called; or another -errno (told),
 * which is final.
 */
int jobs_watch_take(struct jobs_watch *, struct jobs_claim *);

#endif
