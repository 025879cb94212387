/*
 * Messages as clients. The listener takes a message whenever there is one and its server has room for another session, and hands
 * it to the session's endpoint, whose descriptor is the message's file behind its first line. When the session is over, how it
 * went (endpoint.outcome) decides what becomes of the message.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/client_env.h"
#include "endpoint/jobs_lock.h"
#include "endpoint/queue_state.h"

static void
serve_release_hand(struct queue_hand *h)
{
	if (--h->refs == 0)
		free(h);
}

static void
serve_finish(struct endpoint *ep, int status)
{
	struct queue_state *st = ep->state;

	if (st->is_finished)
		return;
	st->is_finished = true;
	ep->status = status;
	listener_finish(ep);
}

/* Who asked has gone, and nobody would get the answer. */
static bool
serve_is_wanted(struct endpoint *ep)
{
	struct queue_state *st = ep->state;
	char id[JOB_NAME_SIZE];

	if (!st->claim.head.has_asker || jobs_lock_is_held(st->claim.fd))
		return true;
	job_name_id(&st->claim.name, id);
	log_msg(LOG_INFO, &ep->who, "message %s: who asked is gone, it is removed", id);
	queue_done(ep, &st->claim);
	return false;
}

static void
serve_look(struct endpoint *ep)
{
	const struct queue_opts *o = ep->spec->opts;
	struct queue_state *st = ep->state;
	int error = 0;

	while (!st->is_paused && !st->is_finished && (error = jobs_watch_take(&st->watch, &st->claim)) == 0)
		if (serve_is_wanted(ep))
			st->listener.accepted(ep, st->listener.server);
	if (error != 0 && error != -EAGAIN)
		serve_finish(ep, 1);
	else if (o->until == QUEUE_UNTIL_EMPTY && st->hand->claimed == 0 && jobs_watch_len(&st->watch) == 0)
		serve_finish(ep, st->hand->has_failed || st->watch.buried > 0 ? 1 : 0);
}

static void
serve_changed(void *arg)
{
	struct endpoint *ep = arg;
	struct queue_state *st = ep->state;

	if (st->listener.accepted != NULL)
		loop_defer(endpoint_loop(ep), &st->look);
}

static void
serve_look_now(struct loop_task *t)
{
	struct endpoint *ep = t->arg;

	if (!ep->is_closed)
		serve_look(ep);
}

static int
serve_start(struct endpoint *ep)
{
	struct queue_state *st = ep->state;

	st->is_paused = false;
	serve_changed(ep);
	return 0;
}

static void
serve_stop(struct endpoint *ep)
{
	struct queue_state *st = ep->state;

	st->is_paused = true;
}

int
queue_serve_open(struct endpoint *ep)
{
	struct queue_state *st = ep->state;
	int error;

	st->listener.start = serve_start;
	st->listener.stop = serve_stop;
	st->watch.changed = serve_changed;
	loop_task_init(&st->look, serve_look_now, ep);
	st->hand = xcalloc(1, sizeof(*st->hand));
	*st->hand = (struct queue_hand){ .refs = 1, .listener = ep };
	error = queue_open_dir(ep, true, true);
	if (error == 0)
		log_msg(LOG_INFO, &ep->who, "waiting for messages, %zu are there", jobs_watch_len(&st->watch));
	return error;
}

/* ---- a session ---- */

/* A description of its own: not the lock's, which must not outlive us, and with a place of its own in the file. */
static int
serve_open_message(struct endpoint *out)
{
	struct queue_state *st = out->state;
	int fd = io_reopen(st->claim.fd, O_RDONLY);

	if (fd < 0)
		return endpoint_fail(out, -fd, "cannot open a message");
	if (lseek(fd, (off_t)st->claim.head.size, SEEK_SET) == -1) {
		io_close(&fd);
		return endpoint_fail(out, errno, "cannot go to the beginning of a message");
	}
	endpoint_set_fds(out, fd, out->wfd);
	out->wclass = CLASS_NONE;
	return 0;
}

int
queue_accept(struct endpoint *ep, struct endpoint *out)
{
	struct queue_state *from = ep->state, *st = out->state = xcalloc(1, sizeof(*st));
	char id[JOB_NAME_SIZE];
	int error;

	*st =
	    (struct queue_state){ .gate = -1, .claim = from->claim, .dir = jobs_dir_ref(from->dir), .hand = from->hand };
	from->claim.fd = from->claim.beacon = -1;
	st->hand->refs++;
	st->hand->claimed++;
	out->is_accepted = true;
	error = out->roles & ROLE_WRITE ? queue_sink_open(out) : 0;
	if (error == 0)
		error = serve_open_message(out);
	if (error != 0)
		return error; /* close gives it back */
	job_name_id(&st->claim.name, id);
	out->peer = xstrdup(id);
	if (out->env->runs_programs)
		out->peer_env = client_env_make(&(struct client_facts){ .session = out->who.session,
		    .message = id,
		    .attempt = st->claim.name.attempts,
		    .length = st->claim.head.length });
	return 0;
}

/* `reply`: whatever came of the run is what was asked for. */
static bool
serve_is_answer(const struct endpoint *ep)
{
	const struct queue_state *st = ep->state;

	return ep->outcome >= 0 && st->claim.head.reply[0] != '\0' && listener_opts(ep->spec)->reply != LISTEN_REPLY_NO;
}

static void
serve_settle(struct endpoint *ep)
{
	struct queue_state *st = ep->state;
	struct queue_hand *h = st->hand;
	const int outcome = ep->outcome;

	if ((outcome == 0 || serve_is_answer(ep)) && queue_sink_reply(ep, outcome) == 0)
		queue_done(ep, &st->claim);
	else if (outcome == ENDPOINT_STOPPED || outcome == ENDPOINT_UNTRIED)
		queue_give_back(ep, &st->claim, outcome == ENDPOINT_UNTRIED);
	else if (queue_fail(ep, &st->claim))
		h->has_failed = true;
	h->claimed--;
	if (h->listener != NULL)
		serve_changed(h->listener);
}

void
queue_serve_close(struct endpoint *ep)
{
	struct queue_state *st = ep->state;

	if (st->hand == NULL)
		return;
	if (st->hand->listener == ep)
		st->hand->listener = NULL;
	else if (st->claim.fd != -1)
		serve_settle(ep);
	serve_release_hand(st->hand);
	st->hand = NULL;
}
