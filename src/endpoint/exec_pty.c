/*
 * A program at a pseudo-terminal.
 *
 * EIO on the master is the end of its output: what was queued comes before it. Our copy of the slave is closed once the program
 * has it, so there is no false end in between. With both ways on the terminal we write to a duplicate of the master, so that
 * both directions have their own source in the loop, and end it by the character for that instead of by a close.
 */
#include "endpoint/exec_pty.h"

#include <errno.h>
#include <signal.h>

#include "base/io.h"
#include "endpoint/exec_state.h"
#include "process/pty.h"

static ssize_t
exec_pty_read(struct endpoint *ep, struct iovec *iov, int niov)
{
	ssize_t n = io_readv(ep->rfd, iov, niov);

	return n == -EIO ? 0 : n;
}

static ssize_t
exec_pty_write(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct exec_state *st = ep->state;

	(void)niov;
	return pty_write(ep->wfd, &st->pty_input, iov);
}

static void
exec_pty_end_over(struct endpoint *ep)
{
	struct exec_state *st = ep->state;

	if (st->pty_end_fd <= 0)
		return;
	loop_source_stop(endpoint_loop(ep), &st->pty_end_source);
	io_close(&st->pty_end_fd);
}

static void
exec_pty_end_ready(struct loop_source *s, uint32_t events)
{
	struct endpoint *ep = s->arg;
	struct exec_state *st = ep->state;

	if ((events & (EPOLLHUP | EPOLLERR)) || pty_write_end(st->pty_end_fd, &st->pty_input) != -EAGAIN)
		exec_pty_end_over(ep);
}

/* It reads so slowly that not even the end finds room: that waits by itself. */
static int
exec_pty_end_later(struct endpoint *ep)
{
	struct exec_state *st = ep->state;

	st->pty_end_fd = io_dup(ep->wfd);
	if (st->pty_end_fd < 0)
		return st->pty_end_fd;
	loop_source_init(&st->pty_end_source, st->pty_end_fd, exec_pty_end_ready, ep);
	return loop_source_want(endpoint_loop(ep), &st->pty_end_source, EPOLLOUT);
}

static int
exec_pty_shutdown(struct endpoint *ep)
{
	struct exec_state *st = ep->state;
	int fd = ep->wfd, error;

	if (fd == -1)
		return 0;
	error = pty_write_end(fd, &st->pty_input);
	if (error == -EAGAIN)
		error = exec_pty_end_later(ep);
	loop_source_stop(endpoint_loop(ep), &ep->wsource);
	ep->wfd = -1;
	io_close(&fd);
	return error == -EPIPE ? 0 : error;
}

/* Its reader is gone. A write to a terminal that hung up is an error, no signal: so we send the one that a hang-up is. */
static void
exec_pty_unread(struct endpoint *ep)
{
	if (ep->child != NULL)
		child_signal(ep->child, SIGHUP);
}

static const struct endpoint_io exec_pty_out = { .read = exec_pty_read, .unread = exec_pty_unread };
static const struct endpoint_io exec_pty_both = {
	.read = exec_pty_read,
	.unread = exec_pty_unread,
	.write = exec_pty_write,
	.shutdown = exec_pty_shutdown,
};

int
exec_pty_open(struct endpoint *ep, bool is_both)
{
	int slave, error = pty_open(&ep->rfd, &slave, is_both);

	if (error != 0) {
		ep->rfd = -1;
		return error;
	}
	if (is_both) {
		ep->wfd = io_dup(ep->rfd);
		if (ep->wfd < 0) {
			error = ep->wfd;
			ep->wfd = -1;
			io_close(&slave);
			return error;
		}
	}
	ep->io = is_both ? &exec_pty_both : &exec_pty_out;
	return slave;
}

void
exec_pty_close(struct endpoint *ep)
{
	exec_pty_end_over(ep);
}
