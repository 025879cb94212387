#ifndef IPCWIRE_RERUN_H
#define IPCWIRE_RERUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/loop.h"
#include "wire/wire_spec.h"

/* --restart: a wire that has ended is begun anew. */

enum rerun_when { RERUN_NO, RERUN_ALWAYS, RERUN_FAILURE };
#define RERUN_WHEN_WORDS "no\0always\0failure\0" /* in that order: see wordlist.h */

struct rerun_opts {
	int when;      /* enum rerun_when */
	int64_t delay; /* ns, before the first time */
	int limit;     /* of times; OPT_INT_WORD(0): none */
};

struct rerun {
	const struct rerun_opts *opts;
	struct loop *loop;
	struct loop_timer timer;
	uint64_t began, delay;
	unsigned long times;
	bool is_over; /* it was ended from outside: not again */
	void (*again)(void *);
	void *arg;
};

/* Refuses it for ends that cannot be opened a second time. Returns 0 or -1. */
int rerun_check(const struct rerun_opts *, const struct wire_spec *, struct diag *);
/* again is called when the wire is to be begun anew. */
void rerun_init(struct rerun *, const struct rerun_opts *, struct loop *, void (*again)(void *), void *arg);
/* The wire begins. */
void rerun_began(struct rerun *);
/* It has ended. True: it will be begun again by and by (told). */
bool rerun_ended(struct rerun *, int status);
/* Not any more. True: one was awaited. */
bool rerun_stop(struct rerun *);

#endif
