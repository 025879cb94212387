#ifndef IPCWIRE_CUTGUARD_H
#define IPCWIRE_CUTGUARD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Mapped memory that another process may cut short. Who touches what is no more there gets SIGBUS, which ends a process; of
 * guarded memory it gets zeros instead, and is_cut is set.
 */
struct cutguard {
	void *memory;
	size_t len;
	volatile bool is_cut;
	struct cutguard *next;
};

/* From now on until cutguard_fini, which comes before the memory is unmapped. */
void cutguard_init(struct cutguard *, void *memory, size_t len);
void cutguard_fini(struct cutguard *);

#endif
