/*
 * A call over a queue: the request is a message whose first line names the answer, which comes as a file in reply/.
 *
 * The asker keeps his message's file open, with a lock on it that follows it wherever it is renamed to: while it is there, somebody
 * waits for the answer. He watches that one file by inotify(7). Whatever becomes of it wakes him: a reader takes it, dies of
 * it (the close of its beacon, jobs_dir.c), gives it back, buries it in dead/, or removes it when it is done, which it does after it
 * has put the answer in its place. So he looks for the answer then, and for the file: without a name and without an answer there
 * will be none. What he does not wait for any more he takes back; a reader that has it already throws the answer away.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/jobs_lock.h"
#include "endpoint/parcel.h"
#include "endpoint/queue_state.h"

#define CALL_NOTES (IN_MOVE_SELF | IN_ATTRIB | IN_CLOSE_WRITE | IN_DELETE_SELF)
#define CALL_PATH_SIZE (JOB_NAME_SIZE + JOB_REPLY_SIZE)

struct queue_call {
	int request; /* our message, locked; -1: not sent yet */
	int gate;    /* an eventfd that can be read when the answer, or what stands against it, is known */
	struct job_name name;
	char reply[JOB_REPLY_SIZE];
	struct loop_source notes;
	struct jobs_claim answer; /* fd -1: not there yet */
	int error;                /* there will be none: explained */
};

static void
call_decided(struct endpoint *ep, int error)
{
	const struct queue_state *st = ep->state;
	const uint64_t one = 1;

	st->call->error = error;
	if (write(st->call->gate, &one, sizeof(one)) == -1)
		endpoint_fail(ep, errno, "cannot wake up");
}

/* Where our message is now: the directory of its name. */
static bool
call_is_in(const struct queue_call *c, enum jobs_place place)
{
	char link[32], path[4096], *name;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", c->request);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		return false;
	path[n] = '\0';
	name = strrchr(path, '/');
	if (name == NULL)
		return false;
	*name = '\0';
	name = strrchr(path, '/');
	return name != NULL && strcmp(name + 1, jobs_place_name(place)) == 0;
}

/* Returns true when the answer is there. */
static bool
call_find_answer(struct endpoint *ep)
{
	struct queue_state *st = ep->state;
	struct queue_call *c = st->call;
	char path[CALL_PATH_SIZE];
	const char *wrong;
	int error;

	jobs_path(JOBS_REPLY, c->reply, path, sizeof(path));
	c->answer.fd = openat(st->dir->fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (c->answer.fd == -1)
		return false;
	wrong = jobs_claim_check(&c->answer, &error);
	if (wrong == NULL && c->answer.head.length > ep->spec->common.frame_max)
		error = endpoint_explain(ep, EMSGSIZE, "%s", parcel_problem(-EMSGSIZE));
	else if (wrong != NULL)
		error = endpoint_explain(ep, EBADMSG, "reply/%s is damaged, %s", c->reply, wrong);
	ep->message_max = (size_t)c->answer.head.length + sizeof("255 ");
	call_decided(ep, error);
	return true;
}

/* What there is to say when the time is over. */
static void
call_note_wait(struct endpoint *ep)
{
	const struct queue_state *st = ep->state;

	if (call_is_in(st->call, JOBS_WORK))
		endpoint_explain(ep, ETIMEDOUT, "a reader has taken the request and not answered it yet");
	else if (jobs_lock_is_served(st->dir))
		endpoint_explain(ep, ETIMEDOUT, "the request still waits: the readers are busy with others");
	else
		endpoint_explain(ep, ETIMEDOUT, "nobody reads the queue");
}

static void
call_look(struct endpoint *ep)
{
	struct queue_state *st = ep->state;
	struct queue_call *c = st->call;
	struct stat file;
	bool is_gone;

	if (c->answer.fd != -1 || c->error != 0)
		return;
	is_gone = fstat(c->request, &file) == -1 || file.st_nlink == 0; /* before the look for what came before it */
	if (call_find_answer(ep))
		return;
	if (is_gone)
		call_decided(ep,
		    endpoint_explain(ep, ENOMSG,
			"the request was taken and done without an answer; its reader has to say 'reply'"));
	else if (call_is_in(c, JOBS_DEAD))
		call_decided(ep, endpoint_explain(ep, ENOMSG, "the request is in dead/ after too many attempts"));
	else
		call_note_wait(ep);
}

static void
call_noted(struct loop_source *s, uint32_t events)
{
	char buf[4096];

	(void)events;
	while (read(s->fd, buf, sizeof(buf)) > 0)
		;
	call_look(s->arg);
}

static int
call_watch(struct endpoint *ep)
{
	struct queue_state *st = ep->state;
	struct queue_call *c = st->call;
	char path[32];
	int error;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", c->request);
	if (inotify_add_watch(c->notes.fd, path, CALL_NOTES) == -1)
		return endpoint_explain(ep, errno, "cannot watch the request: %s", strerror(errno));
	error = loop_source_want(endpoint_loop(ep), &c->notes, EPOLLIN);
	if (error != 0)
		return error;
	if (!jobs_lock_is_served(st->dir))
		log_msg(LOG_WARN, &ep->who, "nobody reads the queue at this moment: the request waits");
	call_look(ep);
	return 0;
}

int
queue_call_send(struct endpoint *ep, struct iovec *iov, int niov)
{
	static const struct job_head asks = { .has_asker = true };
	struct queue_state *st = ep->state;
	struct queue_call *c = st->call;
	int error;

	st->writer.keeps = &c->request;
	error = queue_sink_put(ep, &asks, iov, niov);
	if (error != 0)
		return error;
	c->name = st->writer.name;
	snprintf(c->reply, sizeof(c->reply), "%s", st->writer.head.reply);
	return call_watch(ep);
}

/* With a status in front, as other listeners send it. */
int
queue_call_receive(struct endpoint *ep, struct iovec *iov, struct chunk *chunk)
{
	const struct queue_state *st = ep->state;
	const struct queue_call *c = st->call;
	const struct job_head *h = &c->answer.head;
	size_t len = 0, end;

	if (c->error != 0)
		return c->error;
	if (c->answer.fd == -1 || iov->iov_len < (size_t)h->length + sizeof("255 "))
		return -EAGAIN;
	if (h->has_status)
		len = (size_t)snprintf(iov->iov_base, sizeof("255 "), "%u ", h->status);
	for (end = len + (size_t)h->length; len < end;) {
		const off_t at = (off_t)(h->size + h->length - (end - len));
		const ssize_t n = pread(c->answer.fd, (char *)iov->iov_base + len, end - len, at);

		if (n <= 0)
			return n == -1 ? -errno : -EIO;
		len += (size_t)n;
	}
	chunk->len = len;
	chunk->ends_message = true;
	return 0;
}

int
queue_call_open(struct endpoint *ep)
{
	struct queue_state *st = ep->state;
	struct queue_call *c = xcalloc(1, sizeof(*c));
	int error;

	*c = (struct queue_call){ .request = -1, .gate = -1, .answer = { .fd = -1, .beacon = -1 } };
	loop_source_init(&c->notes, -1, call_noted, ep);
	st->call = c;
	error = queue_sink_open(ep);
	if (error != 0)
		return error;
	c->gate = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->gate == -1)
		return endpoint_fail(ep, errno, "cannot make a descriptor to wait with");
	endpoint_set_fds(ep, c->gate, st->gate);
	ep->rclass = ep->wclass = CLASS_PACKET;
	ep->message_max = sizeof("255 "); /* until the answer is there */
	loop_source_init(&c->notes, inotify_init1(IN_NONBLOCK | IN_CLOEXEC), call_noted, ep);
	return c->notes.fd == -1 ? endpoint_fail(ep, errno, "cannot watch the queue") : 0;
}

/* The answer is ours alone, and so is a request that nobody has taken. */
static void
call_remove(const struct queue_state *st, enum jobs_place place, const char *name)
{
	char path[CALL_PATH_SIZE];

	jobs_path(place, name, path, sizeof(path));
	unlinkat(st->dir->fd, path, 0);
}

void
queue_call_close(struct endpoint *ep)
{
	struct queue_state *st = ep->state;
	struct queue_call *c = st->call;
	char name[JOB_NAME_SIZE];

	if (c == NULL)
		return;
	loop_source_stop(endpoint_loop(ep), &c->notes);
	job_name_format(&c->name, name);
	if (c->answer.fd != -1)
		call_remove(st, JOBS_REPLY, c->reply);
	else if (c->request != -1)
		call_remove(st, JOBS_NEW, name);
	if (c->notes.fd != -1)
		io_close(&c->notes.fd);
	if (c->answer.fd != -1)
		io_close(&c->answer.fd);
	if (c->request != -1)
		io_close(&c->request);
	free(c);
	st->call = NULL;
}
