/*
 * queue:PATH: a work queue, a directory with a file for each message (jobs_dir.c). Any number of processes write and read; each
 * message goes to one reader.
 *
 * Read with ack=exit or ack=reply it behaves like a listener: each message is a client, and what comes of its session decides
 * whether it is done (queue_serve.c). With ack=delivered it is a stream of all messages (queue_source.c). Written, it takes
 * lines, or all of its input as one message (queue_sink.c). Called, it takes a request and gives the answer (queue_call.c).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/queue_state.h"

/* clang-format off */
static const struct opt_desc queue_opts_table[] = {
	OPT(struct queue_opts, ack, OPT_ENUM, .name = "ack", .words = "auto\0exit\0reply\0delivered", .def = "auto",
	    .help = "what a message is done with; auto: exit for a program"),
	OPT(struct queue_opts, attempts, OPT_INT, .name = "attempts", .min = 1, .max = 1000000, .words = "none", .def = "5",
	    .value = "N|none", .help = "a message that failed so often goes to dead/"),
	OPT(struct queue_opts, delay, OPT_TIME, .name = "delay", .def = "1s", .help = "time before a message that failed is tried again"),
	OPT(struct queue_opts, full, OPT_ENUM, .name = "full", .words = "wait\0error", .def = "wait",
	    .help = "what a writer does when limit= is reached"),
	OPT(struct queue_opts, limit, OPT_INT, .name = "limit", .min = 1, .max = 1000000000, .words = "none", .def = "none",
	    .value = "N|none", .help = "messages that may wait before nothing more is written"),
	OPT(struct queue_opts, mode, OPT_MODE, .name = "mode", .aliases = "perm", .max = 0666, .def = "0600",
	    .help = "permissions of its messages, and of directories made"),
	OPT(struct queue_opts, whole, OPT_BOOL, .name = "whole", .help = "messages are not lines: all of the input is one"),
	OPT(struct queue_opts, sync, OPT_ENUM, .name = "sync", .words = "none\0data\0full", .def = "none",
	    .help = "before it is queued, wait for the disk"),
	OPT(struct queue_opts, until, OPT_ENUM, .name = "until", .words = "never\0empty", .def = "never",
	    .help = "when reading ends"),
	OPT_END,
};

static const struct opt_desc queue_jobs_table[] = {
	OPT(struct listen_opts, max, OPT_INT, .name = "jobs", .aliases = "max", .min = 1, .max = 10000, .def = "1",
	    .help = "messages worked on at a time, with ack=exit and reply"),
	OPT(struct listen_opts, reply, OPT_ENUM, .name = "reply", .words = "no\0yes\0status", .def = "no", .bare = "yes",
	    .value = "yes|status", .help = "who asks is answered by one run, whatever its status"),
	OPT_END,
};
/* clang-format on */

const struct opt_group jobs_group = { .name = "jobs",
	.help = "queues of messages",
	.opts = queue_jobs_table,
	.size = sizeof(struct listen_opts) };

static const struct opt_group *const queue_groups[] = { &jobs_group, NULL };

static int
queue_check(struct endpoint_spec *spec, struct diag *d)
{
	const struct queue_opts *o = spec->opts;
	const bool replies = listener_opts(spec)->reply != LISTEN_REPLY_NO;
	static const enum endpoint_ack acks[] = { [QUEUE_ACK_AUTO] = ENDPOINT_ACK_AUTO,
		[QUEUE_ACK_EXIT] = ENDPOINT_ACK_SESSION,
		[QUEUE_ACK_REPLY] = ENDPOINT_ACK_SESSION,
		[QUEUE_ACK_DELIVERED] = ENDPOINT_ACK_STREAM };

	spec->is_two_way = replies || o->ack == QUEUE_ACK_REPLY;
	spec->ack = replies ? ENDPOINT_ACK_SESSION : acks[o->ack];
	if (*endpoint_spec_param(spec, 0) == '\0') {
		diag_set(d, spec->addr->params[0].pos, "a queue is a directory, and needs its path");
		return diag_hint(d, "queue:/var/spool/jobs; it is made if it is missing");
	}
	if (!replies || o->ack == QUEUE_ACK_AUTO || o->ack == QUEUE_ACK_REPLY)
		return 0;
	diag_set(d, 0, "'reply' with an ack= that is not reply");
	return diag_hint(d, "reply: the output of the program is the answer, and the message done with that");
}

/* A session of its own has the message's file, which can be handed to a program. */
static enum endpoint_class
queue_predict(const struct endpoint_spec *spec, enum endpoint_role role)
{
	if (spec->serves_messages)
		return role == ROLE_READ ? CLASS_FILE : CLASS_NONE;
	return spec->keeps_messages ? CLASS_PACKET : CLASS_NONE;
}

int
queue_open_dir(struct endpoint *ep, bool watches, bool takes)
{
	const struct queue_opts *o = ep->spec->opts;
	const char *path = endpoint_spec_param(ep->spec, 0);
	struct queue_state *st = ep->state;
	enum jobs_step step;
	int error = jobs_dir_open(path, (mode_t)o->mode, &st->dir, &step);

	if (error == -ENOTEMPTY) {
		log_msg(LOG_ERROR, &ep->who,
		    "the directory is no queue: there are other files in it, and no directory 'new'");
		return error;
	}
	if (error != 0 && step == JOBS_STEP_MAKE)
		return endpoint_fail(ep, -error, "cannot make the directory of the queue");
	if (error != 0 && step == JOBS_STEP_OPEN)
		return endpoint_fail(ep, -error, "cannot open the directory of the queue");
	if (error != 0)
		return endpoint_fail(ep, -error, "cannot make the directories of the queue");
	if (!watches)
		return 0;
	st->watch.dir = st->dir;
	st->watch.loop = endpoint_loop(ep);
	st->watch.who = &ep->who;
	st->watch.arg = ep;
	st->watch.attempts = o->attempts == QUEUE_NO_LIMIT ? 0 : (uint32_t)o->attempts;
	st->is_watching = true;
	return jobs_watch_start(&st->watch, path, takes);
}

/* Full, an eventfd is not writable, and readable; empty, the other way round. */
int
queue_make_gate(struct endpoint *ep, unsigned roles)
{
	struct queue_state *st = ep->state;

	st->gate = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (st->gate == -1)
		return endpoint_fail(ep, errno, "cannot make a descriptor to wait with");
	st->gate_reads = (roles & ROLE_READ) != 0;
	endpoint_set_fds(ep, roles & ROLE_READ ? st->gate : ep->rfd, roles & ROLE_WRITE ? st->gate : ep->wfd);
	if (roles & ROLE_READ)
		ep->rclass = queue_predict(ep->spec, ROLE_READ);
	if (roles & ROLE_WRITE)
		ep->wclass = queue_predict(ep->spec, ROLE_WRITE);
	queue_open_gate(st, true);
	return 0;
}

void
queue_open_gate(struct queue_state *st, bool is_open)
{
	const uint64_t full = UINT64_MAX - 1;
	uint64_t value;
	ssize_t n;

	/* Either may find it as it should be: EAGAIN. */
	n = read(st->gate, &value, sizeof(value));
	if (is_open == st->gate_reads)
		n = write(st->gate, &full, sizeof(full));
	(void)n;
}

/* ---- what becomes of a message ---- */

static void
queue_lost_track(const struct endpoint *ep, int error, const char *id)
{
	if (error != 0)
		log_errno(LOG_ERROR, &ep->who, -error, "message %s stays in work/ until another reader starts", id);
}

static uint64_t
queue_due(const struct queue_opts *o)
{
	struct timespec now;

	if (o->delay == 0)
		return 0;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec + (uint64_t)o->delay;
}

bool
queue_fail(struct endpoint *ep, struct jobs_claim *c)
{
	const struct queue_opts *o = ep->spec->opts;
	struct queue_state *st = ep->state;
	char id[JOB_NAME_SIZE];

	job_name_id(&c->name, id);
	if (o->attempts != QUEUE_NO_LIMIT && c->name.attempts >= (uint32_t)o->attempts) {
		log_msg(LOG_ERROR, &ep->who, "message %s failed in attempt %u, the last one: moved to dead/", id,
		    c->name.attempts);
		queue_lost_track(ep, jobs_claim_bury(st->dir, c), id);
		return true;
	}
	log_msg(LOG_INFO, &ep->who, "message %s failed in attempt %u, it is back in the queue", id, c->name.attempts);
	queue_lost_track(ep, jobs_claim_return(st->dir, c, c->name.attempts, queue_due(o)), id);
	return false;
}

void
queue_give_back(struct endpoint *ep, struct jobs_claim *c, bool waits)
{
	struct queue_state *st = ep->state;
	char id[JOB_NAME_SIZE];

	job_name_id(&c->name, id);
	log_msg(LOG_INFO, &ep->who, "message %s is back in the queue", id);
	queue_lost_track(ep, jobs_claim_return(st->dir, c, c->name.attempts - 1, waits ? queue_due(ep->spec->opts) : 0),
	    id);
}

void
queue_done(struct endpoint *ep, struct jobs_claim *c)
{
	struct queue_state *st = ep->state;
	char id[JOB_NAME_SIZE];
	int error;

	job_name_id(&c->name, id);
	error = jobs_claim_done(st->dir, c);
	if (error != 0)
		log_errno(LOG_ERROR, &ep->who, -error, "message %s is done, but cannot be removed", id);
}

/* ---- the kind ---- */

static int
queue_receive(struct endpoint *ep, struct iovec *iov, int niov, struct chunk *c)
{
	return ep->spec->is_called ? queue_call_receive(ep, iov, c) : queue_source_receive(ep, iov, niov, c);
}

static int
queue_send(struct endpoint *ep, struct iovec *iov, int niov)
{
	return ep->spec->is_called ? queue_call_send(ep, iov, niov) : queue_sink_put(ep, NULL, iov, niov);
}

static int
queue_open(struct endpoint *ep)
{
	struct queue_state *st = ep->state;

	*st = (struct queue_state){ .gate = -1, .claim = { .fd = -1, .beacon = -1 } };
	if (ep->spec->is_called)
		return queue_call_open(ep);
	if (ep->serves)
		return queue_serve_open(ep);
	return ep->roles & ROLE_READ ? queue_source_open(ep) : queue_sink_open(ep);
}

static void
queue_close(struct endpoint *ep)
{
	struct queue_state *st = ep->state;

	queue_serve_close(ep); /* a session's answer is written then */
	queue_source_close(ep);
	queue_sink_close(ep);
	queue_call_close(ep);
	if (st->is_watching)
		jobs_watch_stop(&st->watch);
	jobs_dir_unref(st->dir);
	st->dir = NULL;
}

const struct endpoint_kind endpoint_queue = {
	.name = "queue",
	.syntax = "queue:PATH",
	.example = "queue:/var/spool/jobs,jobs=4",
	.help = "a work queue: a directory of messages, each for one reader",
	.args_min = 1,
	.args_max = 1,
	.flags = KIND_READ | KIND_WRITE | KIND_PATH | KIND_ONE_WAY | KIND_MESSAGES,
	.opts = queue_opts_table,
	.groups = queue_groups,
	.opts_size = sizeof(struct queue_opts),
	.state_size = sizeof(struct queue_state),
	.check = queue_check,
	.predict = queue_predict,
	.open = queue_open,
	.accept = queue_accept,
	.receive = queue_receive,
	.send = queue_send,
	.taken = queue_taken,
	.close = queue_close,
};
