#ifndef IPCWIRE_WIRE_STATE_H
#define IPCWIRE_WIRE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "endpoint/endpoint.h"
#include "wire/plan.h"
#include "wire/pump.h"
#include "wire/wire.h"

/* The body of struct wire, for wire.c (running) and wire_close.c (ending) only. */

enum wire_state { WIRE_OPENING, WIRE_STARTING, WIRE_RUNNING, WIRE_CLOSING, WIRE_DONE };

struct wire_end {
	struct endpoint *in, *out; /* the same for a plain address; NULL: not used */
	bool has_hung_up;          /* hang-up or error was told; it is not asked for again */
	bool is_gone;              /* a client that will neither read nor write any more */
	bool is_drained;           /* CLOSING: its input needs no more reading */
	bool is_delivered;         /* CLOSING: its peer has acknowledged everything */
};

struct wire_direction {
	struct plan_path path;
	struct pump pump; /* is_there false for direct and none */
};

struct wire {
	const struct wire_spec *spec;
	struct endpoint_env *env;
	unsigned long session;
	enum wire_state state;
	bool was_running, is_stopped, is_pipe_ended;
	struct tap_list taps;
	unsigned opening; /* endpoints that are not open yet */
	struct wire_end ends[WIRE_ENDS];
	struct wire_direction directions[WIRE_ENDS]; /* by their source */
	int joints[WIRE_ENDS][2];                    /* pipes between two programs, until both are started */
	int failure;                                 /* exit status of the first failure; 0 */
	uint64_t started, last_activity, closing_since;
	struct loop_timer idle, end_wait, gone, grace, retry, closing;
	struct loop_task first, check, reaper;
	uint64_t patience; /* CLOSING: until the next look at unacknowledged bytes */
	void (*done)(struct wire *, const struct wire_result *, void *);
	void *arg;
};

#endif
