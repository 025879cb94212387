#ifndef IPCWIRE_STATS_H
#define IPCWIRE_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/wire_info.h"

/* --stats: what a run has moved, at what cost. Adding up and printing are pure. */

struct stats_flow {
	uint64_t in, out, messages, calls;
	struct plan_path path; /* of the first wire that had one */
	bool is_mixed;         /* others went another way */
};

struct stats_cpu { /* ns */
	uint64_t user, system, programs_user, programs_system;
};

struct stats {
	bool is_server;
	unsigned long wires; /* that have ended */
	struct stats_flow flows[WIRE_FLOWS];
	char reason[128];  /* of the last one's end */
	uint64_t duration; /* ns */
	struct stats_cpu cpu;
};

void stats_add(struct stats *, const struct wire_info *);
/* Adds what another process of ours has moved. */
void stats_merge(struct stats *, const struct stats *);
/* Asks the kernel for what this process and its programs have used. */
void stats_get_cpu(struct stats_cpu *);
/* Some lines for people, or one of JSON. The caller frees it. */
char *stats_text(const struct stats *);
char *stats_json(const struct stats *);

#endif
