#ifndef IPCWIRE_PLAN_H
#define IPCWIRE_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "endpoint/endpoint.h"

/* How bytes get from one end to another: decided by tables from what the ends are. Pure. */

enum plan_mode {
	PLAN_NONE,    /* no way in this direction */
	PLAN_DIRECT,  /* a program gets the other end's descriptor */
	PLAN_SPLICE,  /* the kernel moves the bytes */
	PLAN_COPY,    /* through a queue of ours */
	PLAN_DISCARD, /* read and counted, for nobody */
	PLAN_MODE_N
};

/* One side of one end, as a source or as a sink. */
struct plan_side {
	enum endpoint_class class;
	bool is_there; /* can be read (source) or written (sink) */
	bool is_program;
	bool wants_relay; /* a program with via=pipe, eof-grace= or pool= */
	bool wants_pair;  /* a program with via=socketpair: relayed, unless the other end is a program, too */
	bool is_inherited;
	bool has_append;        /* O_APPEND */
	bool has_hook;          /* the kind reads or writes by itself */
	bool has_disk_queue;    /* queue=disk or queue=SIZE: the queue is ours */
	const char *sees_bytes; /* why its bytes must pass through us, for the reason; or NULL */
	bool yields;            /* ... unless (a source's) descriptor can be handed over */
	bool must_be_read;      /* a socket whose input must not pile up unread */
};

struct plan_wishes {
	const char *sees_bytes; /* a general option that must see the bytes, for the reason; or NULL */
	bool has_many_ends;
	const char *counts_bytes; /* one that they must pass through us for, be it by splice */
};

struct plan_path {
	enum plan_mode mode;
	const char *reason; /* static text */
};

/* The way from one source to one sink. */
struct plan_path plan_path(const struct plan_side *source, const struct plan_side *sink, const struct plan_wishes *);
const char *plan_mode_name(enum plan_mode);

#endif
