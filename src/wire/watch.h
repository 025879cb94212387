#ifndef IPCWIRE_WATCH_H
#define IPCWIRE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "wire/watch_rule.h"

/*
 * The watch over one wire: when nothing has moved for the time of --watch it is found out whether anything still can, and
 * if not, who holds what. Embedded in the wire.
 */
struct wire;

enum watch_phase {
	WATCH_OFF,     /* nothing to watch, or nothing will change any more */
	WATCH_WAITING, /* the timer runs until the next look */
	WATCH_AGAIN,   /* ... until the second of two looks */
	WATCH_PARKED,  /* until bytes move */
};

struct watch {
	struct loop_timer timer;
	struct wire *wire;
	enum watch_phase phase;
	bool has_peers; /* the first look was at the processes behind sockets too */
	bool has_told_unseen;
	uint64_t pause;               /* until the next look */
	uint64_t activity;            /* of the wire at the first of two looks */
	struct watch_snapshot *first; /* NULL but between two looks */
};

void watch_init(struct watch *, struct wire *);
/* The wire begins to open its ends, or has them open and runs: the watch sees which. */
void watch_start(struct watch *);
void watch_stop(struct watch *);
/* Out of line part of watch_moved. */
void watch_rearm(struct watch *);
/* What the programs of the wire do at this moment, as one line, escaped; "" when it has none. The caller frees it. */
char *watch_describe(const struct wire *);

/* To be told whenever bytes have moved. */
static inline void
watch_moved(struct watch *w)
{
	if (w->phase == WATCH_PARKED)
		watch_rearm(w);
}

#endif
