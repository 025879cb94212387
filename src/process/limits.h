#ifndef IPCWIRE_LIMITS_H
#define IPCWIRE_LIMITS_H

#include <stdbool.h>

#include "base/opt.h"

/* Limits of a process (setrlimit(2)) as options: one line of this table is one limit. */
#define LIMITS(X)                                                   \
	X(as, RLIMIT_AS, "bytes of address space of the process")   \
	X(core, RLIMIT_CORE, "bytes of a core dump")                \
	X(cpu, RLIMIT_CPU, "seconds of CPU time, then SIGXCPU")     \
	X(data, RLIMIT_DATA, "bytes of data and heap")              \
	X(fsize, RLIMIT_FSIZE, "bytes of a file that it writes")    \
	X(memlock, RLIMIT_MEMLOCK, "bytes of memory that it locks") \
	X(nofile, RLIMIT_NOFILE, "open descriptors of the process") \
	X(nproc, RLIMIT_NPROC, "processes and threads of its user") \
	X(stack, RLIMIT_STACK, "bytes of its stack")

struct limits {
#define LIMITS_FIELD(field, resource, help) struct opt_limit field;
	LIMITS(LIMITS_FIELD)
#undef LIMITS_FIELD
};

extern const struct opt_desc limits_table[];

/* Limits this process, by system calls only. Returns 0; or -errno, *what naming the option that was refused. */
int limits_apply(const struct limits *, const char **what);
/* The first option that is set, or NULL. */
const char *limits_first(const struct limits *);

#endif
