/*
 * One end, looked at twice: a thread that is blocked in the same call both times, without having run in between, was blocked all the
 * time. What it waits for, and what it has said, was not on its way if nothing was in between: poll(2) of a terminal passes on what is
 * still in the kernel's buffers of the line before it answers.
 */
#include "wire/watch_reads.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/io.h"
#include "process/pty.h"
#include "wire/watch_build.h"
#include "wire/watch_end.h"

/* The thread that reads; nthreads: there is none. */
static unsigned
reads_find(const struct watch_snapshot *s, unsigned channel)
{
	for (unsigned i = 0; i < s->nthreads; i++) {
		const struct watch_thread *t = &s->threads[i];

		if (t->state != WATCH_BLOCKED && t->state != WATCH_TIMED)
			continue;
		for (unsigned k = t->first_wait; k < t->first_wait + t->nwaits; k++)
			if (s->waits[k].op == WATCH_READ && s->waits[k].channel == channel)
				return i;
	}
	return s->nthreads;
}

/* A call that is not known is none that reads, and will be over: a file is being opened, a page comes from the disk. */
static const char *
reads_unseen(const struct watch_snapshot *s)
{
	for (unsigned i = 0; i < s->nthreads; i++)
		if (s->threads[i].state == WATCH_UNSEEN && !s->threads[i].in_unknown_call && s->threads[i].call != NULL)
			return s->threads[i].call;
	return NULL;
}

static bool
reads_has_input(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

/* Something is between us, to be read by one of the two. */
static bool
reads_is_on_its_way(const struct watch_end *e, const struct watch_snapshot *s, unsigned channel)
{
	unsigned number;
	int slave;
	bool is_there;

	if (s->channels[channel].filled > 0)
		return true;
	if (ioctl(e->wfd, TIOCGPTN, &number) == 0) {
		slave = pty_open_slave(e->wfd);
		if (slave < 0)
			return true;
		is_there = reads_has_input(slave);
		io_close(&slave);
		if (is_there)
			return true;
	}
	return e->rfd != -1 && reads_has_input(e->rfd);
}

static bool
reads_is_same(const struct watch_snapshot *a, unsigned i, const struct watch_snapshot *b, unsigned k)
{
	const struct watch_thread *s = &a->threads[i], *t = &b->threads[k];

	return s->tid == t->tid && s->switches == t->switches && s->print == t->print;
}

static enum watch_reading
reads_look_again(const struct watch_view *v, const struct watch_snapshot *first, unsigned reader)
{
	struct watch_snapshot s;
	unsigned channel, again;
	enum watch_reading result = WATCH_NOT_READING;

	watch_look_at_waits(v, &s, &channel);
	if (channel != WATCH_NOTHING && (again = reads_find(&s, channel)) < s.nthreads &&
	    s.channels[channel].filled == 0 && reads_is_same(first, reader, &s, again))
		result = WATCH_READING;
	watch_snapshot_fini(&s);
	return result;
}

static enum watch_reading
reads_look(const struct watch_view *v, const char **why)
{
	struct watch_snapshot s;
	unsigned channel, reader;
	enum watch_reading result = WATCH_READING_UNSEEN;

	watch_look_at_waits(v, &s, &channel);
	*why = channel == WATCH_NOTHING ? "its input is no pipe, socket or terminal of a program" : reads_unseen(&s);
	if (channel != WATCH_NOTHING && (reader = reads_find(&s, channel)) < s.nthreads)
		result =
		    reads_is_on_its_way(&v->ends[0], &s, channel) ? WATCH_NOT_READING : reads_look_again(v, &s, reader);
	else if (channel != WATCH_NOTHING && *why == NULL)
		result = WATCH_NOT_READING;
	watch_snapshot_fini(&s);
	return result;
}

enum watch_reading
watch_reads(const struct endpoint *in, const struct endpoint *out, const char **why)
{
	struct watch_end end;
	struct watch_view v = { .ends = &end, .nends = 1 };

	*why = NULL;
	watch_end_fill(&end, in, out);
	v.with_peers = end.is_local_socket;
	if (end.wfd != -1 && (end.pid != 0 || end.is_local_socket))
		return reads_look(&v, why);
	if (end.wfd == -1 || (in != NULL && in->child != NULL) || (out != NULL && out->child != NULL))
		return WATCH_NOT_READING; /* it is over */
	*why = (in != NULL && in->rclass == CLASS_SOCKET) ? "its peer is on another machine" :
							    "it is no program that was started here";
	return WATCH_READING_UNSEEN;
}
