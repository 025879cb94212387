/*
 * A client is ASKING until its request is complete, it ended its sending, or it has said nothing for a moment, as nc(1) and
 * socat(1) do whose user only wants to look; then DUE, until an answer may be made; then ANSWERED, while the answer goes
 * out. The request has STATUS_TIME, and so has each piece of the answer.
 *
 * Nobody can hold up the loop, nor fill the memory: few clients are taken at once, the others wait to be accepted; an answer
 * is made once and written as the client takes it; and all answers together take a tenth of the time at most: after one was
 * made, nine times as long passes before the next.
 */
#include "serve/status_socket.h"

#include <errno.h>
#include <limits.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/charset.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/acceptor.h"
#include "net/unixpath.h"
#include "serve/metrics.h"
#include "serve/status_request.h"

#define STATUS_CLIENTS 8
#define STATUS_REQUEST 8192 /* most bytes of a request */
#define STATUS_BACKLOG 64
#define STATUS_PIECE 4096          /* of an answer: small, because SIOCOUTQ counts a piece until all of it was read */
#define STATUS_SILENCE LOOP_SEC(1) /* who has asked nothing by then only wants to read */
#define STATUS_TIME LOOP_SEC(5)    /* for the request, and for each piece of the answer */
#define STATUS_ANSWER_TIME LOOP_SEC(60) /* for all of the answer */
#define STATUS_REST 9                   /* times as long as an answer took */
#define STATUS_REST_MAX LOOP_SEC(1)

enum status_state { STATUS_FREE, STATUS_ASKING, STATUS_DUE, STATUS_ANSWERED };

struct status_client {
	struct status_socket *socket;
	enum status_state state;
	int fd;
	struct loop_source source;
	struct loop_timer timer; /* of its state */
	uint64_t deadline, last; /* of the request or the next piece, and of the answer */
	char *request;           /* what came, while it asks */
	size_t request_len;
	struct status_request wants;
	char *answer;
	size_t answer_len, answer_at;
	int untaken; /* bytes of it in the socket, when time was last given */
};

struct status_socket {
	struct loop *loop;
	struct log_who who;
	struct stat bound;
	struct acceptor *acceptor;
	bool is_full;
	uint64_t due; /* when the next answer may be made */
	void (*take)(struct snapshot *, bool, void *);
	void *arg;
	struct loop_task reaper;
	struct status_client clients[STATUS_CLIENTS];
};

static void status_accepted(const struct acceptor_peer *, void *);

/* ---- the end of a client ---- */

static void
status_let_in(struct status_socket *s)
{
	int error;

	if (!s->is_full || s->acceptor == NULL)
		return;
	s->is_full = false;
	error = acceptor_start(s->acceptor, status_accepted, s);
	if (error != 0)
		log_errno(LOG_ERROR, &s->who, -error, "cannot wait for clients");
}

static void
status_drop(struct status_client *c)
{
	loop_source_stop(c->socket->loop, &c->source);
	loop_timer_stop(c->socket->loop, &c->timer);
	io_close(&c->fd);
	free(c->request);
	free(c->answer);
	c->request = c->answer = NULL;
	c->state = STATUS_FREE;
}

static void
status_end(struct status_client *c)
{
	status_drop(c);
	status_let_in(c->socket);
}

/* ---- the answer ---- */

/* A connection that is closed with unread input ends with an error at its other side (unix(7)). */
static void
status_drain(const struct status_client *c)
{
	char buf[4096];
	struct iovec iov = { buf, sizeof(buf) };

	for (int i = 0; i < 16 && io_recvv(c->fd, &iov, 1) > 0; i++)
		iov = (struct iovec){ buf, sizeof(buf) };
}

/* SIOCOUTQ: room to write comes only when much was taken, so that a slow reader is seen by this alone. */
static int
status_untaken(const struct status_client *c)
{
	int n;

	return ioctl(c->fd, SIOCOUTQ, &n) == -1 ? INT_MAX : n;
}

/* Who takes it slowly gets it whole; who takes nothing, or for ever, is closed. */
static void
status_allow_time(struct status_client *c)
{
	const uint64_t next = loop_clock() + STATUS_TIME;

	c->untaken = status_untaken(c);
	c->deadline = next < c->last ? next : c->last;
	loop_timer_set(c->socket->loop, &c->timer, c->deadline);
}

static void
status_write(struct status_client *c)
{
	const size_t before = c->answer_at;

	while (c->answer_at < c->answer_len) {
		struct iovec iov = { c->answer + c->answer_at, MIN(c->answer_len - c->answer_at, STATUS_PIECE) };
		const ssize_t n = io_sendv(c->fd, &iov, 1);

		if (n == -EAGAIN && loop_source_want(c->socket->loop, &c->source, EPOLLOUT) == 0) {
			if (c->answer_at > before)
				status_allow_time(c);
			return;
		}
		if (n <= 0)
			break;
		c->answer_at += (size_t)n;
	}
	status_drain(c);
	status_end(c);
}

static char *
status_body(const struct status_client *c)
{
	const struct status_socket *s = c->socket;
	struct snapshot snapshot = { 0 };
	char *text = NULL;

	if (c->wants.code != 200)
		return xstrdup(status_request_error(&c->wants));
	s->take(&snapshot, c->wants.form == STATUS_TEXT, s->arg);
	switch (c->wants.form) {
	case STATUS_TEXT:
		text = snapshot_text(&snapshot, charset_is_utf8());
		break;
	case STATUS_JSON:
		text = snapshot_json(&snapshot);
		break;
	case STATUS_METRICS:
	case STATUS_FORM_N:
		text = metrics_text(&snapshot);
		break;
	}
	snapshot_fini(&snapshot);
	return text;
}

static void
status_answer(struct status_client *c)
{
	const uint64_t began = loop_clock();
	char *body = status_body(c), *head;
	uint64_t rest;

	head = c->wants.is_http ? status_request_head(&c->wants, strlen(body)) : xstrdup("");
	c->answer = xasprintf("%s%s", head, c->wants.is_http && c->wants.is_head ? "" : body);
	c->answer_len = strlen(c->answer);
	c->answer_at = 0;
	c->state = STATUS_ANSWERED;
	free(head);
	free(body);
	free(c->request);
	c->request = NULL;
	rest = STATUS_REST * (loop_clock() - began);
	c->socket->due = loop_now(c->socket->loop) + (rest < STATUS_REST_MAX ? rest : STATUS_REST_MAX);
	c->last = loop_clock() + STATUS_ANSWER_TIME;
	status_allow_time(c);
	loop_source_want(c->socket->loop, &c->source, 0);
	status_write(c);
}

/* ---- the request ---- */

static void
status_due(struct status_client *c)
{
	struct status_socket *s = c->socket;

	if (loop_now(s->loop) >= s->due) {
		status_answer(c);
		return;
	}
	c->state = STATUS_DUE;
	loop_source_want(s->loop, &c->source, 0);
	loop_timer_set(s->loop, &c->timer, s->due);
}

static void
status_read(struct status_client *c)
{
	struct iovec iov = { c->request + c->request_len, STATUS_REQUEST - c->request_len };
	const ssize_t n = io_recvv(c->fd, &iov, 1);

	if (n == -EAGAIN)
		return;
	if (n < 0) {
		status_end(c);
		return;
	}
	c->request_len += (size_t)n;
	if (status_request_parse(c->request, c->request_len, n == 0, &c->wants))
		status_due(c);
	else if (c->request_len == STATUS_REQUEST)
		status_end(c);
}

static void
status_ready(struct loop_source *source, uint32_t events)
{
	struct status_client *c = source->arg;

	(void)events;
	if (c->state == STATUS_ASKING)
		status_read(c);
	else if (c->state == STATUS_ANSWERED)
		status_write(c);
	else /* it hung up */
		status_end(c);
}

static void
status_expired(struct loop_timer *t)
{
	struct status_client *c = t->arg;
	const bool is_late = loop_now(c->socket->loop) >= c->deadline;

	if (c->state == STATUS_DUE)
		status_due(c);
	else if (c->state == STATUS_ANSWERED && loop_clock() < c->last && status_untaken(c) < c->untaken)
		status_allow_time(c);
	else if (c->state == STATUS_ASKING && !is_late && c->request_len > 0)
		loop_timer_set(c->socket->loop, t, c->deadline);
	else if (c->state == STATUS_ASKING && !is_late && status_request_parse("", 0, true, &c->wants))
		status_due(c);
	else
		status_end(c);
}

static struct status_client *
status_free_client(struct status_socket *s)
{
	for (int i = 0; i < STATUS_CLIENTS; i++)
		if (s->clients[i].state == STATUS_FREE)
			return &s->clients[i];
	return NULL;
}

static void
status_accepted(const struct acceptor_peer *peer, void *arg)
{
	struct status_socket *s = arg;
	struct status_client *c = status_free_client(s);

	c->state = STATUS_ASKING;
	c->fd = peer->fd;
	c->deadline = loop_now(s->loop) + STATUS_TIME;
	c->request = xmalloc(STATUS_REQUEST);
	c->request_len = 0;
	loop_source_init(&c->source, c->fd, status_ready, c);
	loop_timer_init(&c->timer, status_expired, c);
	loop_timer_set(s->loop, &c->timer, loop_now(s->loop) + STATUS_SILENCE);
	if (status_free_client(s) == NULL) {
		s->is_full = true;
		acceptor_stop(s->acceptor);
	}
	if (loop_source_want(s->loop, &c->source, EPOLLIN) != 0)
		status_end(c);
}

/* ---- the socket ---- */

int
status_socket_check(const char *path, struct diag *d)
{
	struct sockaddr_un sun;

	if (path == NULL)
		return 0;
	if (*path == '\0')
		return diag_set(d, 0, "--status-socket without a path");
	if (unixpath_address(&sun, path, false) == 0) {
		diag_set(d, 0, "--status-socket: the path is longer than %zu bytes", UNIXPATH_MAX);
		return diag_hint(d, "the kernel takes no longer ones; a relative path counts from here");
	}
	return 0;
}

static int
status_listen(struct status_socket *s)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd == -1)
		return unixpath_refused(&s->who, errno, "");
	error = unixpath_bind(fd, s->who.name, false, &s->bound);
	if (error != 0) {
		io_close(&fd);
		return unixpath_refused(&s->who, -error, "");
	}
	s->acceptor = acceptor_new(s->loop, &s->who);
	acceptor_add(s->acceptor, fd);
	error = listen(fd, STATUS_BACKLOG) == -1 ? -errno : acceptor_start(s->acceptor, status_accepted, s);
	return error != 0 ? unixpath_refused(&s->who, -error, "") : 0;
}

int
status_socket_open(struct status_socket **result, struct loop *loop, const char *path,
    void (*take)(struct snapshot *, bool, void *), void *arg)
{
	struct status_socket *s = xcalloc(1, sizeof(*s));
	int error;

	s->loop = loop;
	s->who.name = path;
	s->take = take;
	s->arg = arg;
	for (int i = 0; i < STATUS_CLIENTS; i++)
		s->clients[i] = (struct status_client){ .socket = s, .fd = -1 };
	*result = s;
	error = status_listen(s);
	if (error != 0) {
		status_socket_close(s);
		*result = NULL;
	}
	return error;
}

static void
status_reap(struct loop_task *t)
{
	free(t->arg);
}

void
status_socket_close(struct status_socket *s)
{
	if (s == NULL)
		return;
	for (int i = 0; i < STATUS_CLIENTS; i++)
		if (s->clients[i].state != STATUS_FREE)
			status_drop(&s->clients[i]);
	if (s->acceptor != NULL)
		unixpath_unlink(s->who.name, &s->bound);
	acceptor_free(s->acceptor);
	s->acceptor = NULL;
	loop_task_init(&s->reaper, status_reap, s);
	loop_defer(s->loop, &s->reaper);
}
