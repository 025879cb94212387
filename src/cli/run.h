#ifndef IPCWIRE_RUN_H
#define IPCWIRE_RUN_H

#include "cli/config.h"

struct run_result {
	int status;
	int signo; /* end by this signal; 0: by the status */
};

/* Runs the wire or the server to its end. */
struct run_result run_config(const struct config *);

#endif
