/* pipe: an anonymous pipe whose both ends are ours, so what is written comes back; with a path it is fifo:PATH. */
#include <errno.h>
#include <fcntl.h>

#include "base/io.h"
#include "endpoint/endpoint.h"
#include "endpoint/fifo.h"

static int
pipe_open(struct endpoint *ep)
{
	int fds[2], error;

	if (ep->spec->addr->nparams > 0)
		return fifo_open(ep);
	error = io_pipe(fds, O_NONBLOCK);
	if (error != 0)
		return endpoint_fail(ep, -error, "cannot make a pipe");
	endpoint_set_fds(ep, fds[0], fds[1]);
	return 0;
}

const struct endpoint_kind endpoint_pipe = {
	.name = "pipe",
	.aliases = "echo",
	.syntax = "pipe[:PATH]",
	.example = "pipe",
	.help = "a pipe: what is written comes back; with PATH as fifo",
	.args_max = 1,
	.flags = KIND_READ | KIND_WRITE | KIND_PATH | KIND_ONE_WAY,
	.opts = fifo_opts_table,
	.groups = fifo_groups,
	.opts_size = sizeof(struct fifo_opts),
	.state_size = FIFO_STATE_SIZE,
	.class = CLASS_PIPE,
	.open = pipe_open,
	.close = fifo_close,
};
