#ifndef IPCWIRE_PRELOAD_REPORT_H
#define IPCWIRE_PRELOAD_REPORT_H

#include <stdbool.h>
#include <sys/types.h>

#include "process/preload_record.h"

/*
 * What the preload object told of the processes it ran in: our children and what they started. It costs nothing until
 * someone looks: the records are in a memory file that the processes write to, one table for this whole process.
 */
struct preload_reports;

/* A new, empty table; NULL with errno set: the kernel refused. */
struct preload_reports *preload_reports_new(void);
void preload_reports_free(struct preload_reports *); /* NULL is fine */

/*
 * "IPCWIRE_PRELOAD=..." for the environment of a child, which asks for unbuffered or line-buffered stdout. Without a table
 * (NULL) there will be no reports. The caller frees it.
 */
char *preload_variable(const struct preload_reports *, bool is_unbuffered);

/*
 * What process `pid` reported. False: nothing. The record is what the process wrote, so nothing in it may be trusted;
 * an earlier program of that process, or an earlier process of that number, may have written it: preload_is_mapped tells.
 */
bool preload_report_get(const struct preload_reports *, pid_t pid, struct preload_record *);
/* That process is over: its number may be another one's soon. */
void preload_report_forget(const struct preload_reports *, pid_t pid);
/* Is the object mapped at `base` (0: anywhere) in that process? 1 yes, 0 no, -errno: the kernel does not let us see. */
int preload_is_mapped(pid_t pid, uint64_t base);

#endif
