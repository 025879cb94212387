/*
 * A reader may be so slow that not even the end finds room: then that waits, with a source of its own in the loop. And it may miss the
 * end, or read on behind it. That it has read wakes up who waits to write, which is seen edge-triggered (epoll(7)) as an event of its own;
 * that it has thrown away its input with tcsetattr(3) is told by nothing, so it is looked at, each time after twice the time, from when the
 * end was told, or the program has said something: some twenty times in an hour.
 */
#include "endpoint/pty_end.h"

#include <errno.h>

#include "base/io.h"

#define LOOK_FIRST LOOP_MS(2)

static void
pty_end_close(struct pty_end *e)
{
	if (e->fd <= 0)
		return;
	loop_source_stop(endpoint_loop(e->ep), &e->source);
	io_close(&e->fd);
}

void
pty_end_stop(struct pty_end *e)
{
	if (e->ep == NULL)
		return;
	loop_timer_stop(endpoint_loop(e->ep), &e->timer);
	pty_end_close(e);
}

static void
pty_end_look_in(struct pty_end *e, uint64_t patience)
{
	e->patience = patience;
	loop_timer_set(endpoint_loop(e->ep), &e->timer, loop_now(endpoint_loop(e->ep)) + patience);
}

/* Returns true when there is more to look for. */
static bool
pty_end_look(struct pty_end *e)
{
	int told;

	if (e->slave == NULL || *e->slave <= 0 || e->ep->rfd == -1)
		return false;
	told = pty_repeat_end(e->ep->rfd, *e->slave, e->input);
	if (told > 0)
		pty_end_look_in(e, LOOK_FIRST);
	return (told >= 0 || told == -EAGAIN) && pty_may_repeat_end(e->input);
}

static void
pty_end_expired(struct loop_timer *t)
{
	struct pty_end *e = t->arg;

	if (pty_end_look(e) && !loop_timer_is_set(t))
		pty_end_look_in(e, 2 * e->patience);
}

void
pty_end_said(struct pty_end *e)
{
	if (e->slave == NULL || !pty_may_repeat_end(e->input))
		return;
	if (e->patience > LOOK_FIRST || !loop_timer_is_set(&e->timer))
		pty_end_look_in(e, LOOK_FIRST);
}

/* From now on its reads are seen. */
static int
pty_end_watch(struct pty_end *e)
{
	pty_end_look_in(e, LOOK_FIRST);
	return loop_source_want(endpoint_loop(e->ep), &e->source, EPOLLOUT | EPOLLET);
}

static void
pty_end_ready(struct loop_source *s, uint32_t events)
{
	struct pty_end *e = s->arg;
	int error = 0;

	if (events & (EPOLLHUP | EPOLLERR))
		error = -EPIPE;
	else if (e->input->ntold > 0)
		error = pty_end_look(e) ? 0 : -EPIPE;
	else if ((error = pty_write_end(e->fd, e->input)) == 0)
		error = e->slave != NULL ? pty_end_watch(e) : -EPIPE;
	if (error != 0 && error != -EAGAIN)
		pty_end_close(e);
}

static int
pty_end_open(struct pty_end *e, int master)
{
	e->fd = io_dup(master);
	if (e->fd < 0)
		return e->fd;
	loop_source_init(&e->source, e->fd, pty_end_ready, e);
	return 0;
}

int
pty_end_tell(struct pty_end *e, struct endpoint *ep, int master, struct pty_input *input, const int *slave)
{
	const int error = pty_write_end(master, input);
	int opened;

	*e = (struct pty_end){ .ep = ep, .input = input, .slave = slave };
	loop_timer_init(&e->timer, pty_end_expired, e);
	if (error == -EPIPE || (error == 0 && (slave == NULL || input->ntold == 0)))
		return 0;
	if (error != 0 && error != -EAGAIN)
		return error;
	opened = pty_end_open(e, master);
	if (opened != 0)
		return error == 0 ? 0 : opened; /* it was told once, which mostly is enough */
	return error == 0 ? pty_end_watch(e) : loop_source_want(endpoint_loop(ep), &e->source, EPOLLOUT);
}
