#ifndef IPCWIRE_BLOCKING_H
#define IPCWIRE_BLOCKING_H

#include <stdbool.h>

#include "base/loop.h"

/*
 * Calls that can only block (open of a FIFO, name resolution) run in helper threads, started when the
 * first such call comes; the answer arrives in the loop. Helper threads have all signals blocked and never fork.
 */
struct blocking;

struct blocking_job {
	/* In a helper thread: touches only the job; EINTR means: look at is_cancelled. */
	void (*work)(struct blocking_job *);
	void (*done)(struct blocking_job *); /* in the loop, exactly once, also after blocking_cancel */
	void *arg;
	bool is_cancelled; /* read it with blocking_is_cancelled */
	/* private */
	struct blocking_thread *thread;
	struct blocking_job *next;
};

struct blocking *blocking_new(struct loop *);
/* Threads that still hang in a call are left behind: the process is about to end. */
void blocking_free(struct blocking *);
/* Hands the job over; it must live until done is called. Returns 0 or -errno (no thread to be had). */
int blocking_submit(struct blocking *, struct blocking_job *);
/* Asks the job to give up: its system call is interrupted (again and again until it has noticed). */
void blocking_cancel(struct blocking *, struct blocking_job *);
bool blocking_is_cancelled(const struct blocking_job *);

#endif
