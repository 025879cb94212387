#ifndef IPCWIRE_FAULT_H
#define IPCWIRE_FAULT_H

/*
 * Named points at which a test can make a call fail: FAULT("io.read") is 0, or the errno to fail with.
 * Only in binaries built with -DFAULTS; IPCWIRE_FAULT=NAME:ERRNO[:FIRST[:COUNT]] chooses the point, the
 * error number, the first hit that fails (1) and how many fail (1; 0: all that follow).
 */
#ifdef FAULTS
int fault_check(const char *name);
/* Says on stderr how often the chosen point was hit, so that a test can fail when it never was. */
void fault_report(void);
#define FAULT(name) fault_check(name)
#else
#define FAULT(name) 0
static inline void
fault_report(void)
{
}
#endif

#endif
