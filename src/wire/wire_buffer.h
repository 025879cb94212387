#ifndef IPCWIRE_WIRE_BUFFER_H
#define IPCWIRE_WIRE_BUFFER_H

#include "endpoint/endpoint.h"
#include "wire/plan.h"

/* What of buffer= and flush= is ours to carry out, and what the program does itself. Pure. */

/*
 * How what comes from the endpoint shall travel through us, flush made definite. meets: several sources meet there,
 * so that unless something else was asked for, lines stay whole.
 */
struct buffer_opts wire_buffer_of(const struct endpoint_spec *, bool meets);
/* Tells the plan whether the bytes must be seen for that, or for what else the options of an endpoint do to them. */
void wire_buffer_plan(struct plan_side *, const struct endpoint_spec *, enum endpoint_role);

#endif
