/*
 * A program at a pseudo-terminal.
 *
 * EIO on the master is the end of its output: what was queued comes before it. It must not come before that: when the program has
 * the terminal for its input, too, it may close all of it and open it again, so we hold the slave until the program has ended. Who
 * else has it by then (what the program started) is waited for, unless after-exit= bounds that. A terminal for output only is
 * given away, as a pipe is.
 *
 * With both ways on the terminal we write to a duplicate of the master, so that both directions have their own source in the loop,
 * and end it by the character for that instead of by a close.
 */
#include "endpoint/exec_pty.h"

#include <errno.h>
#include <signal.h>

#include "base/io.h"
#include "endpoint/exec.h"
#include "endpoint/exec_state.h"
#include "endpoint/pty_group.h"
#include "endpoint/termios_group.h"
#include "process/terminal.h"
#include "process/unbuffer.h"

static ssize_t
exec_pty_read(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct exec_state *st = ep->state;
	const ssize_t n = pty_read(ep->rfd, iov, niov);

	if (n > 0)
		pty_end_said(&st->pty_end);
	return n == -EAGAIN && st->pty_is_over ? 0 : n;
}

static ssize_t
exec_pty_write(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct exec_state *st = ep->state;

	(void)niov;
	return pty_group_written(ep, pty_write(ep->wfd, &st->pty_input, iov));
}

static int
exec_pty_shutdown(struct endpoint *ep)
{
	struct exec_state *st = ep->state;
	int fd = ep->wfd, error;

	if (fd == -1)
		return 0;
	/* Who was never to be typed to may pass on what he reads: what is behind a terminal multiplexer is not to be ended by that. */
	st->pty_input.only_lines = ep->gets_nothing_in;
	error = pty_end_tell(&st->pty_end, ep, fd, &st->pty_input, &st->pty_slave);
	loop_source_stop(endpoint_loop(ep), &ep->wsource);
	ep->wfd = -1;
	io_close(&fd);
	if (error == -EOPNOTSUPP)
		log_msg(ep->gets_nothing_in ? LOG_INFO : LOG_WARN, &ep->who,
		    "the end of the input cannot be told at a raw terminal, or without eof: without raw there is one (and via=pty "
		    "changes no byte either), at-end=eof sends the character, eof-grace= ends the program");
	return error == -EOPNOTSUPP ? 0 : error;
}

/* Its reader is gone. A write to a terminal that hung up is an error, no signal: so we send the one that a hang-up is. */
static void
exec_pty_unread(struct endpoint *ep)
{
	struct exec_state *st = ep->state;

	pty_end_stop(&st->pty_end);
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

/* Others still hold it: what they have written by now is the last. */
static void
exec_pty_waited(struct loop_timer *t)
{
	struct endpoint *ep = t->arg;
	struct exec_state *st = ep->state;

	if (ep->rfd == -1)
		return;
	log_msg(LOG_INFO, &ep->who, "its terminal is held by what it started, which is not waited for (after-exit=)");
	st->pty_is_over = true;
	loop_source_stop(endpoint_loop(ep), &ep->rsource);
	ep->rsource.is_always = true;
	ep->ready(ep, EPOLLIN, true);
}

/* That of our terminal, unless it was given one. The clients of a server are not at our terminal. */
static void
exec_pty_follow(struct endpoint *ep)
{
	const struct pty_opts *o = endpoint_spec_group(ep->spec, &pty_group);
	struct exec_state *st = ep->state;
	int error = 0;

	if (o->size == NULL && !ep->env->is_server)
		error = terminal_follow(endpoint_loop(ep), &st->pty_follower, &ep->rfd);
	if (error != 0)
		log_errno(LOG_WARN, &ep->who, -error, "its size does not follow that of our terminal");
}

int
exec_pty_open(struct endpoint *ep, bool is_both)
{
	struct exec_state *st = ep->state;
	const struct exec_opts *o = ep->spec->opts;
	const enum pty_use use = !is_both ? PTY_OUTPUT : o->pty == EXEC_PTY_YES ? PTY_TYPED : PTY_DATA;
	int slave, error = pty_group_open(ep->spec, use, &ep->rfd, &slave, &st->pty_input);

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
		st->pty_slave = slave;
	}
	loop_timer_init(&st->pty_timer, exec_pty_waited, ep);
	exec_pty_follow(ep);
	ep->io = is_both ? &exec_pty_both : &exec_pty_out;
	return slave;
}

void
exec_pty_child_ended(struct endpoint *ep)
{
	struct exec_state *st = ep->state;
	const struct exec_opts *o = ep->spec->opts;

	if (st->pty_slave > 0)
		io_close(&st->pty_slave);
	if (st->pty_timer.expired != NULL && o->after_exit != EXEC_AFTER_WAIT)
		loop_timer_set(endpoint_loop(ep), &st->pty_timer,
		    loop_now(endpoint_loop(ep)) + (uint64_t)o->after_exit);
}

/* What asks for a terminal without there being one. */
static int
exec_pty_check_none(const struct endpoint_spec *spec, struct diag *d)
{
	static const char needy[][12] = { "term", "after-exit", "size", "long-lines", "at-end" };

	for (size_t i = 0; i < sizeof(needy) / sizeof(*needy); i++)
		if (endpoint_spec_has(spec, needy[i])) {
			diag_set(d, 0, "%s without a terminal of its own", needy[i]);
			return diag_hint(d, "pty gives the program one");
		}
	return termios_group_refuse(spec, "pty gives the program one", d);
}

int
exec_pty_check(const struct endpoint_spec *spec, struct diag *d)
{
	const struct exec_opts *o = spec->opts;

	if (o->pty != EXEC_PTY_NO && o->via != EXEC_VIA_AUTO && o->via != EXEC_VIA_PTY) {
		diag_set(d, 0, "pty and this via= exclude each other");
		return diag_hint(d, "leave out via=: a pseudo-terminal is a way to attach a program, too");
	}
	if (o->pty == EXEC_PTY_OUT && o->via == EXEC_VIA_PTY)
		return diag_set(d, 0, "pty=out and via=pty exclude each other");
	if (o->pty == EXEC_PTY_NO && o->via != EXEC_VIA_PTY && o->how != UNBUFFER_PTY && o->how != UNBUFFER_PTY_FULL &&
	    exec_pty_check_none(spec, d) == -1)
		return -1;
	return pty_group_check(spec, d);
}

void
exec_pty_close(struct endpoint *ep)
{
	struct exec_state *st = ep->state;

	pty_end_stop(&st->pty_end);
	terminal_unfollow(&st->pty_follower);
	if (st->pty_slave > 0)
		io_close(&st->pty_slave);
	if (st->pty_timer.expired != NULL)
		loop_timer_stop(endpoint_loop(ep), &st->pty_timer);
}
