/*
 * Messages that are put in: each line is one, or (whole) all of the input. With limit= the writers take turns by a lock on the
 * directory, so that they never put in more together than one alone would; who finds it full waits until inotify(7) tells that
 * a message was taken.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "endpoint/jobs_lock.h"
#include "endpoint/queue_state.h"

#define SINK_AGAIN LOOP_MS(1) /* another writer has the lock at this moment */

static bool
sink_is_bounded(const struct endpoint *ep)
{
	const struct queue_opts *o = ep->spec->opts;

	return o->limit != QUEUE_NO_LIMIT;
}

static void
sink_changed(void *arg)
{
	struct endpoint *ep = arg;

	queue_open_gate(ep->state, true);
}

static void
sink_again(struct loop_timer *t)
{
	sink_changed(t->arg);
}

/* -EAGAIN: there is no room now. -ENOBUFS: there is none, and that is an error. */
static int
sink_enter(struct endpoint *ep)
{
	const struct queue_opts *o = ep->spec->opts;
	struct queue_state *st = ep->state;
	size_t n;

	if (!sink_is_bounded(ep))
		return 0;
	if (jobs_dir_lock(st->dir) != 0) {
		loop_timer_set(endpoint_loop(ep), &st->again, loop_now(endpoint_loop(ep)) + SINK_AGAIN);
		return -EAGAIN;
	}
	n = jobs_watch_count(&st->watch);
	if (n < (size_t)o->limit)
		return 0;
	jobs_dir_unlock(st->dir);
	return o->full == QUEUE_FULL_WAIT ? -EAGAIN : -ENOBUFS;
}

static void
sink_leave(struct endpoint *ep)
{
	struct queue_state *st = ep->state;

	if (sink_is_bounded(ep))
		jobs_dir_unlock(st->dir);
}

/* A line, or a part of one, without leaving anything of it behind when there is no room for its message. */
static int
sink_write_line(struct endpoint *ep, const char *data, size_t len, bool is_end)
{
	struct queue_state *st = ep->state;
	const bool enters = is_end || !st->writer.is_open;
	int error = enters ? sink_enter(ep) : 0;

	if (error != 0)
		return error;
	error = jobs_write_add(&st->writer, data, len);
	if (error == 0 && is_end)
		error = jobs_write_commit(&st->writer, JOBS_NEW, NULL);
	st->has_failed = error != 0;
	if (enters)
		sink_leave(ep);
	return error;
}

/* Each line is a message, with its newline. */
static ssize_t
sink_write_lines(struct endpoint *ep, const char *data, size_t len)
{
	size_t done = 0;
	int error = 0;

	while (done < len && error == 0) {
		const char *end = memchr(data + done, '\n', len - done);
		const size_t n = end != NULL ? (size_t)(end + 1 - data) - done : len - done;

		error = sink_write_line(ep, data + done, n, end != NULL);
		if (error == 0)
			done += n;
	}
	if (error == -EAGAIN)
		queue_open_gate(ep->state, false);
	return done > 0 ? (ssize_t)done : error;
}

/* There must be room when the message begins: at its end there is nothing to wait with. */
static ssize_t
sink_write_whole(struct endpoint *ep, const char *data, size_t len)
{
	struct queue_state *st = ep->state;
	int error = st->writer.is_open ? 0 : sink_enter(ep);

	if (error == -EAGAIN)
		queue_open_gate(st, false);
	if (error != 0)
		return error;
	if (!st->writer.is_open)
		sink_leave(ep);
	error = jobs_write_add(&st->writer, data, len);
	return error != 0 ? error : (ssize_t)len;
}

static ssize_t
sink_write(struct endpoint *ep, struct iovec *iov, int niov)
{
	const struct queue_opts *o = ep->spec->opts;
	ssize_t done = 0;

	for (int i = 0; i < niov; i++) {
		const ssize_t n = o->whole ? sink_write_whole(ep, iov[i].iov_base, iov[i].iov_len) :
					     sink_write_lines(ep, iov[i].iov_base, iov[i].iov_len);

		if (n < 0)
			return done > 0 ? done : n;
		done += n;
		if ((size_t)n < iov[i].iov_len)
			break;
	}
	return done;
}

/* A message that comes as one is one, with or without a newline. */
int
queue_sink_put(struct endpoint *ep, const struct job_head *like, struct iovec *iov, int niov)
{
	struct queue_state *st = ep->state;
	int error = sink_enter(ep);

	if (error == -EAGAIN)
		queue_open_gate(st, false);
	if (error != 0)
		return error;
	jobs_write_begin(&st->writer, like);
	for (int i = 0; i < niov && error == 0; i++)
		error = jobs_write_add(&st->writer, iov[i].iov_base, iov[i].iov_len);
	if (error == 0)
		error = jobs_write_commit(&st->writer, JOBS_NEW, NULL);
	st->has_failed = error != 0;
	sink_leave(ep);
	return error;
}

/* A last line without its end, and with whole the only message. There is nothing to wait with, so the limit may be exceeded. */
static int
sink_shutdown(struct endpoint *ep)
{
	const struct queue_opts *o = ep->spec->opts;
	struct queue_state *st = ep->state;
	int error;

	if (ep->is_cut || ep->spec->keeps_messages || (!st->writer.is_open && !o->whole))
		return 0;
	error = sink_enter(ep);
	if (error == -ENOBUFS)
		return error;
	if (error == -EAGAIN)
		return jobs_write_commit(&st->writer, JOBS_NEW, NULL);
	error = jobs_write_commit(&st->writer, JOBS_NEW, NULL);
	sink_leave(ep);
	return error;
}

/* ---- the answer to a message ---- */

static void
sink_begin_answer(struct endpoint *ep)
{
	const struct job_head head = { .has_status = listener_opts(ep->spec)->reply == LISTEN_REPLY_STATUS };
	struct queue_state *st = ep->state;

	jobs_write_begin(&st->writer, &head);
}

static ssize_t
sink_collect(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct queue_state *st = ep->state;
	ssize_t done = 0;
	int error;

	if (st->claim.head.reply[0] != '\0' && !st->writer.is_open)
		sink_begin_answer(ep);
	for (int i = 0; i < niov; i++) {
		error = st->writer.is_open ? jobs_write_add(&st->writer, iov[i].iov_base, iov[i].iov_len) : 0;
		if (error != 0)
			return error;
		done += (ssize_t)iov[i].iov_len;
	}
	return done;
}

static int
sink_collected(struct endpoint *ep)
{
	(void)ep;
	return 0; /* whether it is an answer is known at the end of the session */
}

/* Nobody will fetch an answer whose asker is gone. */
static bool
sink_has_asker(const struct endpoint *ep)
{
	const struct queue_state *st = ep->state;
	const bool is_there = !st->claim.head.has_asker || jobs_lock_is_held(st->claim.fd);

	if (!is_there)
		log_msg(LOG_INFO, &ep->who, "who asked is gone: the answer is thrown away");
	return is_there;
}

int
queue_sink_reply(struct endpoint *ep, int status)
{
	struct queue_state *st = ep->state;
	const char *name = st->claim.head.reply;
	char path[JOB_NAME_SIZE + JOB_REPLY_SIZE];
	int error;

	if (st->writer.dir == NULL || name[0] == '\0' || !sink_has_asker(ep))
		return 0;
	if (!st->writer.is_open)
		sink_begin_answer(ep);
	st->writer.head.status = (unsigned)status;
	error = jobs_write_commit(&st->writer, JOBS_REPLY, name);
	if (error == 0 && !sink_has_asker(ep)) {
		jobs_path(JOBS_REPLY, name, path, sizeof(path));
		unlinkat(st->dir->fd, path, 0);
	}
	if (error == -EEXIST) { /* of an earlier attempt, whose end nobody noted */
		log_msg(LOG_INFO, &ep->who, "reply/%s is there already", name);
		return 0;
	}
	return error != 0 ? endpoint_fail(ep, -error, "cannot write reply/%s", name) : 0;
}

/* ---- beginning and end ---- */

int
queue_sink_open(struct endpoint *ep)
{
	static const struct endpoint_io lines = { .write = sink_write, .shutdown = sink_shutdown };
	static const struct endpoint_io answer = { .write = sink_collect, .shutdown = sink_collected };
	const struct queue_opts *o = ep->spec->opts;
	struct queue_state *st = ep->state;
	int error = 0;

	st->watch.changed = sink_changed;
	loop_timer_init(&st->again, sink_again, ep);
	if (st->hand == NULL)
		error = queue_open_dir(ep, sink_is_bounded(ep), false);
	if (error == 0)
		error = queue_make_gate(ep, ROLE_WRITE);
	if (error != 0)
		return error;
	jobs_write_init(&st->writer, st->dir, (enum jobs_sync)o->sync);
	ep->io = st->hand == NULL ? &lines : &answer;
	return 0;
}

void
queue_sink_close(struct endpoint *ep)
{
	struct queue_state *st = ep->state;

	if (st->again.expired != NULL)
		loop_timer_stop(endpoint_loop(ep), &st->again);
	if (st->hand == NULL && st->writer.is_open && !st->has_failed)
		log_msg(LOG_ERROR, &ep->who,
		    "a message that was not complete (%" PRIu64 " bytes) was not put in the queue",
		    jobs_write_len(&st->writer));
	jobs_write_fini(&st->writer);
}
