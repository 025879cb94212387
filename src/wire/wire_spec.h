#ifndef IPCWIRE_WIRE_SPEC_H
#define IPCWIRE_WIRE_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "endpoint/endpoint.h"
#include "wire/plan.h"
#include "wire/route.h"

/* A wire as it was asked for: ends, roles, general options. Nothing is open. */

enum wire_end_rule { WIRE_END_BOTH, WIRE_END_FIRST, WIRE_END_LEFT, WIRE_END_RIGHT, WIRE_END_N };
enum wire_status_rule { WIRE_STATUS_LAST, WIRE_STATUS_FIRST, WIRE_STATUS_WORST, WIRE_STATUS_N };

enum traffic_progress { TRAFFIC_PROGRESS_NO, TRAFFIC_PROGRESS_LINE, TRAFFIC_PROGRESS_JSON };
enum traffic_stats { TRAFFIC_STATS_NO, TRAFFIC_STATS_TEXT, TRAFFIC_STATS_JSON };

struct wire_opts {
	uint64_t block; /* bytes of one read, 0: adapts */
	bool forward, backward;
	bool show_text, show_hex;         /* the traffic, on standard error */
	int stats;                        /* enum traffic_stats */
	int progress;                     /* enum traffic_progress */
	uint64_t size;                    /* that will flow; 0: unknown */
	char *raw_forward, *raw_backward; /* files for raw copies; or NULL */
	char *record;                     /* pattern of the files of recordings; or NULL */
	int end, status;
	struct opt_sized buffer;                /* for endpoints that do not say it themselves */
	int64_t end_wait, idle, timeout, drain; /* ns; 0: none */
	int64_t watch;                          /* ns of stillness before the watch looks; 0: never */
	bool watch_fails;                       /* what it proves ends the wire */
	bool can_drain;                         /* its inputs may be ended by wire_drain */
};

struct wire_end_spec {
	struct endpoint_spec *in, *out; /* the same for a plain address */
	unsigned roles;
	const char *one_way; /* why it is only read or only written; or NULL */
};

struct wire_spec {
	enum topology topology;
	struct wire_end_spec *ends; /* in order of the addresses */
	unsigned nends;
	struct wire_opts opts;
	int server;    /* the end that serves each client; -1: none */
	bool is_aside; /* it belongs to another wire: nobody counts it or is told of it */
};

/* One more end, zeroed. */
struct wire_end_spec *wire_spec_add_end(struct wire_spec *);
/* Frees the ends and their endpoint_specs. */
void wire_spec_fini(struct wire_spec *);
/*
 * Finds out who is read and who is written. Returns 0; or -1 with a refusal in the diag (its place means nothing).
 */
int wire_spec_prepare(struct wire_spec *, struct diag *);
/* A listener there admits all clients, each an end of the wire. */
bool wire_spec_is_door(const struct wire_spec *, unsigned end);
bool wire_spec_has_doors(const struct wire_spec *);
bool wire_spec_has_programs(const struct wire_spec *);
unsigned wire_spec_nroutes(const struct wire_spec *);
struct route wire_spec_route(const struct wire_spec *, unsigned i);
/* The way of a route. from and to NULL: by what kinds and file system say before anything is open. */
struct plan_path wire_spec_plan(const struct wire_spec *, struct route, struct endpoint *from, struct endpoint *to);
/* Whether something goes to that end (ROLE_WRITE), or comes from it (ROLE_READ), by the plan before anything is open. */
bool wire_spec_is_joined(const struct wire_spec *, unsigned end, enum endpoint_role);
/* What the plan knows of one side of an end; ep NULL: not open yet. */
struct plan_side wire_spec_side(const struct wire_spec *, unsigned end, enum endpoint_role, struct endpoint *ep);
/* What the general options want of the way from that end. */
struct plan_wishes wire_spec_wishes(const struct wire_spec *, unsigned from);

#endif
