/* The budget is of the process, as threads share it. */
#include "wire/wide_pipe.h"

#include <fcntl.h>
#include <stdatomic.h>

#define WIDE_PIPE (1024 * 1024)
#define WIDE_PIPES_MAX 16

static atomic_uint wide_pipes;

bool
wide_pipe_make(int fd)
{
	if (atomic_fetch_add(&wide_pipes, 1) < WIDE_PIPES_MAX && fcntl(fd, F_GETPIPE_SZ) < WIDE_PIPE &&
	    fcntl(fd, F_SETPIPE_SZ, WIDE_PIPE) != -1)
		return true;
	atomic_fetch_sub(&wide_pipes, 1);
	return false;
}

void
wide_pipe_leave(bool *is_wide)
{
	if (*is_wide)
		atomic_fetch_sub(&wide_pipes, 1);
	*is_wide = false;
}
