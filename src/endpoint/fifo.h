#ifndef IPCWIRE_FIFO_H
#define IPCWIRE_FIFO_H

#include <stdbool.h>
#include <stddef.h>

#include "endpoint/endpoint.h"
#include "endpoint/openjob.h"

/* Named pipes: also what pipe:PATH is, and how file kinds open one that they find. */

struct fifo_opts {
	bool keep;
	bool unlink_close;
	int mode;
	struct opt_id user, group;
};

struct fifo_state {
	struct openjob *job;
	int keep_fd; /* the other side held open by ourselves, or -1 */
};

#define FIFO_STATE_SIZE sizeof(struct fifo_state)

extern const struct opt_desc fifo_opts_table[];
extern const struct opt_group *const fifo_groups[];

int fifo_open(struct endpoint *);
void fifo_close(struct endpoint *);

#endif
