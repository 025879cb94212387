#ifndef IPCWIRE_CHILD_H
#define IPCWIRE_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/log.h"
#include "base/loop.h"

/* The processes we started: their ends are awaited by pidfd, and they are ended by a ladder of signals. */
struct child_table;

struct child {
	pid_t pid;
	int pidfd;     /* -1: the kernel has none, SIGCHLD tells instead */
	bool is_group; /* leads a process group of its own: signals go to all of it */
	bool has_ended;
	int wait_status;       /* of waitpid(2), once ended */
	uint64_t signals_sent; /* by us while it ran: bit n is signal n */
	int rung;              /* of the ladder; -1: not on it */
	uint64_t kill_after;   /* between the rungs, ns */
	const struct log_who *who;
	void (*ended)(struct child *);
	bool (*is_abandoned)(struct child *); /* asked when it has ended: its group has nobody left to serve; or NULL */
	void *arg;
	struct child_table *table;
	struct loop_source source;
	struct loop_timer timer;
	struct child *next, **prev;
};

struct child_table *child_table_new(struct loop *);
void child_table_free(struct child_table *);
/*
 * Another table of this process, for the loop of another thread; the first one, which is freed last, does not take its
 * processes for strangers. Who starts a process for another table says so before it can have ended.
 */
struct child_table *child_table_new_beside(struct child_table *, struct loop *);
void child_table_expect(struct child_table *, pid_t);
/* Passes a signal to every child. */
void child_table_signal(struct child_table *, int signo);
bool child_table_is_empty(const struct child_table *);
unsigned long child_table_len(const struct child_table *);
/* As process 1 or subreaper: collects the ends of processes that are not ours, too. Returns 0 or -errno. */
int child_table_adopt_strangers(struct child_table *);

/*
 * Takes over the process `pid`, just started by us. `ended` is called once, when it has ended and been reaped.
 * Returns 0; or -errno, the process has been killed and reaped then.
 */
int child_start(struct child *, struct child_table *, pid_t pid);
/* HUP now, TERM and KILL after kill_after each, until it has ended. */
void child_stop(struct child *, uint64_t kill_after);
void child_signal(struct child *, int signo);
/* Whether it has ended already, though that has not been told yet. */
bool child_is_zombie(const struct child *);
/* Forgets the child; one that still runs is killed first and reaped. */
void child_fini(struct child *);
/* The exit status a shell would show: 0..255, 128+n for signal n; 0 for a signal that we sent. */
int child_exit_status(const struct child *);

#endif
