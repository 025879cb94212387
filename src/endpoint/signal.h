#ifndef IPCWIRE_SIGNAL_H
#define IPCWIRE_SIGNAL_H

#include <signal.h>

#include "endpoint/endpoint.h"

/* Adds the signals that this address reads, if it is a source of signals. */
void signal_add_read(const struct endpoint_spec *, sigset_t *);

#endif
