#ifndef IPCWIRE_FDPASS_GROUP_H
#define IPCWIRE_FDPASS_GROUP_H

#include "endpoint/endpoint.h"

/* The option fdpass: what goes over this connection is no stream but the descriptor of one. */

enum fdpass_mode { FDPASS_NO, FDPASS_SEND, FDPASS_TAKE, FDPASS_N };

struct fdpass_opts {
	int mode; /* enum fdpass_mode */
};

extern const struct opt_group fdpass_group;

enum fdpass_mode fdpass_mode_of(const struct endpoint_spec *);

#endif
