#ifndef IPCWIRE_WIRE_FDPASS_H
#define IPCWIRE_WIRE_FDPASS_H

#include <stdbool.h>

#include "base/diag.h"

struct wire;
struct wire_spec;

/* Descriptors as messages (fdpass=): taken before anything flows, or handed over instead of anything that flows. */

/* 0, or -1 with the refusal: what stands against it on this wire. */
int wire_fdpass_check(const struct wire_spec *, struct diag *);
/* The end that gets the other one's descriptor; -1: none. */
int wire_fdpass_receiver(const struct wire_spec *);
/*
 * All ends are open and none has been read. True: the wire waits for a descriptor (wire_open_all_open comes then), hands one
 * over and ends, or has failed. False: there is nothing (more) to do.
 */
bool wire_fdpass_begin(struct wire *);
/* The wire is being closed. */
void wire_fdpass_stop(struct wire *);

#endif
