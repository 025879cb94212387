#ifndef IPCWIRE_WIRE_STATE_H
#define IPCWIRE_WIRE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "endpoint/endpoint.h"
#include "wire/plan.h"
#include "wire/pump.h"
#include "wire/route.h"
#include "wire/tap.h"
#include "wire/traffic.h"
#include "wire/watch.h"
#include "wire/wire.h"

/* The body of struct wire, for the files of the wire only: wire.c (running), wire_open.c, wire_rules.c, wire_close.c. */

enum wire_state { WIRE_OPENING, WIRE_STARTING, WIRE_RUNNING, WIRE_CLOSING, WIRE_DONE, WIRE_STATE_N };

struct restart;
struct wire_way;
struct wire_errors;

struct wire_end {
	struct wire *wire;
	unsigned position;          /* of its address on the command line */
	uint32_t id;                /* by which messages know it */
	bool is_door;               /* a listener whose clients become ends at its position */
	bool is_member;             /* such a client */
	bool is_probed;             /* a member that says nothing more: the kernel finds out whether it is there */
	bool is_full;               /* a door: it has as many members as it may */
	uint64_t joined;            /* a member: when */
	struct endpoint *in, *out;  /* the same for a plain address; NULL: not used */
	struct wire_way *from;      /* the way that reads it; NULL: a member that has left */
	struct wire_way *to;        /* the way that writes it; NULL: none */
	unsigned source, sink;      /* its places in their pumps, once these run */
	bool comes_back;            /* when it has ended it is opened again (wire_restart.c) */
	bool has_hung_up;           /* hang-up or error was told; it is not asked for again */
	bool is_gone;               /* a client that will neither read nor write any more */
	bool is_drained;            /* CLOSING: its input needs no more reading */
	bool is_delivered;          /* CLOSING: its peer has acknowledged everything, or has no more time to */
	uint64_t unacknowledged;    /* CLOSING: bytes, at the last look */
	struct wire_limits *limits; /* of a client; NULL: none */
	const char *ended_by;       /* a member: the limit that ended it; NULL */
};

/* One of the wire's routes, as it is carried out. */
struct wire_way {
	struct route route;
	struct plan_path path;
	struct pump pump; /* is_there false for direct and none */
	int joint[2];     /* a pipe between two programs, until both are started; -1 */
	bool is_wide;     /* ... and one of the budget, until the session ends */
};

struct wire {
	const struct wire_spec *spec;
	struct endpoint_env *env;
	unsigned long session;
	enum wire_state state;
	bool was_running, is_stopped, is_pipe_ended;
	struct tap_list taps;
	struct traffic_member member;
	unsigned opening;       /* endpoints that are not open yet */
	struct wire_end **ends; /* one for each position, then members */
	struct wire_way *ways;
	unsigned nends, nways;
	uint32_t last_id;
	unsigned long members;              /* since the start */
	struct restart *restarts;           /* ends that are opened again; or NULL */
	struct wire_errors *errors;         /* programs whose standard error goes to an address; or NULL */
	struct speak *speak;                /* who has the floor (share=turns); or NULL */
	int failure;                        /* exit status of the first failure; 0 */
	char *reason;                       /* of its end, as the log tells it; NULL as long as none is known */
	const struct wire_end *first_ended; /* whose input or program ended first, or NULL */
	uint64_t started, last_activity, closing_since, stopped_since;
	struct loop_timer idle, end_wait, gone, grace, retry, flush, closing;
	struct loop_task first, check, reaper;
	uint64_t patience; /* CLOSING: until the next look at unacknowledged bytes */
	struct watch watch;
	struct wire_fdpass *fdpass;            /* a descriptor that is awaited or on its way; or NULL */
	void (*opened)(struct wire *, void *); /* or NULL */
	void (*done)(struct wire *, const struct wire_result *, void *);
	void *arg;
};

/* wire.c: the first failure decides the exit status. */
void wire_fail(struct wire *, int status);
/* wire.c: CLOSING from now on. */
void wire_close_begin(struct wire *);
/* wire.c: moves what can be moved on all ways, and draws the consequences. */
void wire_run_all(struct wire *);
/* wire.c: draws the consequences of what has happened. */
void wire_settle(struct wire *);
/* wire.c: what the endpoints of this end tell comes to this wire. */
void wire_own(struct wire_end *, struct endpoint *);

#endif
