#ifndef IPCWIRE_SNAPSHOT_H
#define IPCWIRE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/totals.h"
#include "wire/wire_info.h"

/* What there is to tell of a run at one moment; and its forms for people and programs. */

struct snapshot {
	struct wire_info *infos; /* wires, each with its members behind it */
	size_t n;
	char *refused;                /* behind the number of sessions: whom a listener turned away; or NULL */
	char *waits;                  /* what programs wait for, as watch_describe tells it; NULL: not asked for */
	bool has_clients;             /* sessions are those of clients, not the only wire */
	unsigned long running, total; /* sessions now, and since the start */
	const struct totals *totals;
	unsigned long children;
	uint64_t age;                /* ns since the start */
	void (*release)(void *held); /* when it is done with; or NULL */
	void *held;
};

/* Adds a wire and its members. */
void snapshot_add(struct snapshot *, const struct wire *);
void snapshot_add_info(struct snapshot *, const struct wire_info *);
void snapshot_fini(struct snapshot *);

/* The keys of a session in JSON. */
struct snapshot_key {
	const char *name, *type, *help; /* name NULL: end of the table */
	void (*put)(FILE *, const struct wire_info *);
};

extern const struct snapshot_key snapshot_keys[];

/* The caller frees these. */
char *snapshot_text(const struct snapshot *, bool is_utf8);
/* One object in one line. */
char *snapshot_json(const struct snapshot *);

#endif
