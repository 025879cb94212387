/* The limits of processes as a group of options. */
#include "endpoint/limits_group.h"

#include "process/limits.h"

const struct opt_group limits_group = { .name = "limits",
	.help = "programs, and processes of clients",
	.opts = limits_table,
	.size = sizeof(struct limits) };
