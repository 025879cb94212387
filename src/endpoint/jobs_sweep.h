#ifndef IPCWIRE_JOBS_SWEEP_H
#define IPCWIRE_JOBS_SWEEP_H

#include "base/log.h"
#include "endpoint/jobs_dir.h"

/* Removes from tmp/ what writers left there that are no more, and tells it. */
void jobs_sweep(const struct jobs_dir *, const struct log_who *);

#endif
