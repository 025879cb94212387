#ifndef IPCWIRE_STAGE_H
#define IPCWIRE_STAGE_H

#include <stdbool.h>

#include "base/console.h"
#include "base/loop.h"
#include "base/totals.h"
#include "endpoint/endpoint.h"

/*
 * What wires run on, whoever runs them: loop, helper threads, child table, console, and the uses of signals. One for each run; it is
 * embedded, and env is what wires are given.
 */
struct stage {
	struct endpoint_env env;
	struct console console;
	struct totals totals;
	struct loop_task first;
	void (*begin)(void *);
	void *arg;
	bool has_failed; /* the loop */
};

/* What becomes of the signals that everybody has a use for; each but stop may be NULL. */
struct stage_signals {
	void (*stop)(int signo, void *);     /* SIGINT, SIGTERM, SIGHUP */
	void (*reopened)(int signo, void *); /* SIGHUP with a log file: it is open again */
	void (*print)(int signo, void *);    /* SIGUSR1 */
	bool (*is_taken)(int signo, void *); /* that signal has another use */
	void *arg;
};

/* Returns 0, or -errno (told). Either way stage_close follows. */
int stage_open(struct stage *);
/* Returns 0 or -errno. The struct is copied. */
int stage_signals(struct stage *, const struct stage_signals *);
/* Calls begin(arg) in the loop, and runs that until loop_stop. Returns 0, or -errno (told). */
int stage_run(struct stage *, void (*begin)(void *), void *arg);
/*
 * In two steps: first what is still put off is done, so that everything is freed, and the traffic's account is given; then all the
 * rest goes. The first returns 0, or -errno when a copy of the traffic is not complete (told).
 */
int stage_end(struct stage *);
void stage_close(struct stage *);
/* The keyboard's signals reach the children by themselves, if they stay in our group. */
bool stage_is_in_foreground(void);

#endif
