/* The limits of processes as a group of options. */
#include "endpoint/limits_group.h"

#include "process/limits.h"

const struct opt_group limits_group = { "limits", "programs, and processes of clients", limits_table,
	sizeof(struct limits) };
