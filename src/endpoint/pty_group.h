#ifndef IPCWIRE_PTY_GROUP_H
#define IPCWIRE_PTY_GROUP_H

#include <sys/ioctl.h>

#include "endpoint/endpoint.h"
#include "process/pty.h"

/* What all pseudo-terminals have for options, beside their modes. */

struct pty_opts {
	char *size;
	int long_lines; /* enum pty_long_lines */
	int at_end;     /* enum pty_at_end */
};

extern const struct opt_group pty_group;

/* "80x24". Returns 0, or -1 with the refusal. */
int pty_group_parse_size(const char *, struct winsize *, struct diag *);
/* The options of an address: 0, or -1 with the refusal. */
int pty_group_check(const struct endpoint_spec *, struct diag *);
/* Opens a pair as the options of the address say; slave NULL: only the master. Returns 0 or -errno. */
int pty_group_open(const struct endpoint_spec *, enum pty_use, int *master, int *slave, struct pty_input *);
/* What pty_write returned: of a line that was refused it explains the reason. Returns n. */
ssize_t pty_group_written(struct endpoint *, ssize_t n);

#endif
