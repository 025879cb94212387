/* The table of the one chosen fault; see fault.h. Empty unless built with -DFAULTS. */
#include "base/fault.h"

#ifdef FAULTS

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
	bool is_read;
	char name[64];
	int error;
	unsigned long first, count, hits;
} fault;

static void
fault_read(void)
{
	const char *env = getenv("IPCWIRE_FAULT");

	fault.is_read = true;
	fault.first = 1;
	fault.count = 1;
	if (env == NULL)
		return;
	if (sscanf(env, "%63[^:]:%d:%lu:%lu", fault.name, &fault.error, &fault.first, &fault.count) < 2) {
		fprintf(stderr, "fault: IPCWIRE_FAULT=%s is not NAME:ERRNO[:FIRST[:COUNT]]\n", env);
		abort();
	}
}

int
fault_check(const char *name)
{
	if (!fault.is_read)
		fault_read();
	if (strcmp(name, fault.name) != 0)
		return 0;
	fault.hits++;
	if (fault.hits < fault.first)
		return 0;
	if (fault.count != 0 && fault.hits >= fault.first + fault.count)
		return 0;
	return fault.error;
}

void
fault_report(void)
{
	if (!fault.is_read)
		fault_read();
	if (fault.name[0] != '\0')
		fprintf(stderr, "fault: %s hit %lu times\n", fault.name, fault.hits);
}

#else
typedef int fault_is_empty; /* ISO C wants a declaration in every file */
#endif
