#ifndef IPCWIRE_PROGRESS_H
#define IPCWIRE_PROGRESS_H

#include "base/console.h"
#include "base/loop.h"
#include "wire/progress_format.h"

/* --progress: a line that is redrawn while bytes move, or JSON lines. Nothing runs while nothing moves. */

#define PROGRESS_SAMPLES 32

struct progress {
	struct loop *loop;
	struct console *console;
	/* Fills in bytes, sizes and the number of wires. */
	void (*look)(void *arg, struct progress_view *);
	void *arg;
	bool is_json, is_shown, is_utf8, has_moved;
	uint64_t started, drawn, moved; /* loop time; drawn 0: never */
	struct progress_sample {
		uint64_t when, bytes[2];
	} samples[PROGRESS_SAMPLES]; /* a ring of the last ones */
	unsigned nsamples, at;
	struct loop_timer timer;
};

/* Returns 0 or -errno. look may be called until progress_stop. */
int progress_start(struct progress *, struct loop *, struct console *, bool is_json,
    void (*look)(void *, struct progress_view *), void *arg);
/* Something has moved. */
void progress_moved(struct progress *);
/* The last line. */
void progress_stop(struct progress *);

#endif
