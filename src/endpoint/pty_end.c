/*
 * A reader may be so slow that not even the end finds room: then that waits by itself, with a source of its own in the loop. And it may
 * miss the end, or read on behind it: no event tells that, so it is looked at a few times, less and less often, after the end was told
 * and after the program has said something.
 */
#include "endpoint/pty_end.h"

#include <errno.h>

#include "base/io.h"

#define LOOK_FIRST LOOP_MS(2)
#define LOOK_LAST LOOP_MS(512)

void
pty_end_stop(struct pty_end *e)
{
	if (e->ep == NULL)
		return;
	loop_timer_stop(endpoint_loop(e->ep), &e->timer);
	if (e->fd <= 0)
		return;
	loop_source_stop(endpoint_loop(e->ep), &e->source);
	io_close(&e->fd);
}

static void
pty_end_look_in(struct pty_end *e, uint64_t patience)
{
	e->patience = patience;
	loop_timer_set(endpoint_loop(e->ep), &e->timer, loop_now(endpoint_loop(e->ep)) + patience);
}

static void
pty_end_look(struct loop_timer *t)
{
	struct pty_end *e = t->arg;
	int told;

	if (*e->slave <= 0 || e->ep->rfd == -1)
		return;
	told = pty_repeat_end(e->ep->rfd, *e->slave, e->input);
	if (told > 0)
		pty_end_look_in(e, LOOK_FIRST);
	else if (told == 0 && e->patience < LOOK_LAST)
		pty_end_look_in(e, 2 * e->patience);
}

void
pty_end_said(struct pty_end *e)
{
	if (e->input == NULL || e->slave == NULL || e->input->ntold == 0)
		return;
	if (e->patience > LOOK_FIRST || !loop_timer_is_set(&e->timer))
		pty_end_look_in(e, LOOK_FIRST);
}

static int
pty_end_write(struct pty_end *e, int master)
{
	const int error = pty_write_end(master, e->input);

	if (error == 0 && e->slave != NULL && e->input->ntold > 0)
		pty_end_look_in(e, LOOK_FIRST);
	return error;
}

static void
pty_end_ready(struct loop_source *s, uint32_t events)
{
	struct pty_end *e = s->arg;

	if ((events & (EPOLLHUP | EPOLLERR)) || pty_end_write(e, e->fd) != -EAGAIN) {
		loop_source_stop(endpoint_loop(e->ep), &e->source);
		io_close(&e->fd);
	}
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
pty_end_tell(struct pty_end *e, struct endpoint *ep, int master, struct pty_input *input, const int *slave)
{
	int error;

	*e = (struct pty_end){ .ep = ep, .input = input, .slave = slave };
	loop_timer_init(&e->timer, pty_end_look, e);
	error = pty_end_write(e, master);
	if (error != -EAGAIN)
		return error == -EPIPE ? 0 : error;
	return pty_end_later(e, master);
}
