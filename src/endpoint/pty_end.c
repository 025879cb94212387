/* A reader may be so slow that not even the end finds room: then that waits by itself, with a source of its own in the loop. */
#include "endpoint/pty_end.h"

#include <errno.h>

#include "base/io.h"

void
pty_end_stop(struct pty_end *e)
{
	if (e->fd <= 0)
		return;
	loop_source_stop(endpoint_loop(e->ep), &e->source);
	io_close(&e->fd);
}

static void
pty_end_ready(struct loop_source *s, uint32_t events)
{
	struct pty_end *e = s->arg;

	if ((events & (EPOLLHUP | EPOLLERR)) || pty_write_end(e->fd, e->input) != -EAGAIN)
		pty_end_stop(e);
}

static int
pty_end_later(struct pty_end *e, int master)
{
	e->fd = io_dup(master);
	if (e->fd < 0)
		return e->fd;
	loop_source_init(&e->source, e->fd, pty_end_ready, e);
	return loop_source_want(endpoint_loop(e->ep), &e->source, EPOLLOUT);
}

int
pty_end_tell(struct pty_end *e, struct endpoint *ep, int master, struct pty_input *input)
{
	const int error = pty_write_end(master, input);

	if (error != -EAGAIN)
		return error == -EPIPE ? 0 : error;
	e->ep = ep;
	e->input = input;
	return pty_end_later(e, master);
}
