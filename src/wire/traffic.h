#ifndef IPCWIRE_TRAFFIC_H
#define IPCWIRE_TRAFFIC_H

#include "base/loop.h"
#include "wire/plan.h"
#include "wire/tap.h"
#include "wire/wire_spec.h"

/* What the general options want to see of the traffic of all wires of a run: dumps, copies, counts. */
struct traffic;

/* Fills in what the options for the traffic want of the plan for what comes from that end. */
void traffic_wish(const struct wire_opts *, unsigned from, struct plan_wishes *);
struct console;
struct wire;
struct wire_info;

/* Opens what the options name. Returns 0, with *t NULL when nothing is wanted, or -errno (told). */
int traffic_open(struct traffic **t, const struct wire_spec *, struct loop *, struct console *);
/* A wire among all that live; embedded in it. */
struct traffic_member {
	const struct wire *wire;
	struct traffic_member *next, **prev;
};

/* Takes a new wire in and gives it its taps. */
void traffic_join(struct traffic *, struct traffic_member *, const struct wire *, struct tap_list *);
/* Something has moved on one of them. */
void traffic_moved(struct traffic *);
/* That wire has ended. */
void traffic_leave(struct traffic *, struct traffic_member *, const struct wire_info *);
/*
 * For sessions in processes of their own. Those descriptors are to stay open in the child (how many is returned; NULL is
 * fine), which then goes on with the copy of the parent's as its own.
 */
#define TRAFFIC_KEEP_MAX 2
size_t traffic_keep(const struct traffic *, int fds[TRAFFIC_KEEP_MAX]);
void traffic_forked(struct traffic *, struct loop *);
/* Whether what a child has moved is to be told; then it writes it there at its end, and the parent reads it. NULL is fine. */
bool traffic_wants_report(const struct traffic *);
void traffic_report(const struct traffic *, int fd);
void traffic_take_report(struct traffic *, int fd);
/* Of sessions in another thread, which has ended: adds its counts, and ends it as traffic_close does. NULL both are fine. */
int traffic_absorb(struct traffic *, struct traffic *part);
/* At the end of the run: statistics, and an account of the copies. Returns 0, or -errno when a copy is not complete (told). NULL is fine. */
int traffic_close(struct traffic *);

#endif
