/*
 * Accepting connections.
 *
 * A connection that went away before it was accepted (ECONNABORTED, and the network errors that Linux passes on,
 * accept(2)) costs nothing but itself. When descriptors or memory are out, the connection stays in the backlog
 * and the socket stays readable: polling on would spin, so accepting rests for 100 ms and is then tried again.
 */
#include "net/acceptor.h"

#include <errno.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "net/datagrams.h"

#define ACCEPTOR_REST LOOP_MS(100)
#define ACCEPTOR_COMPLAIN LOOP_SEC(1)
#define ACCEPTOR_BATCH 16

struct acceptor {
	struct loop *loop;
	const struct log_who *who;
	struct loop_source sources[ACCEPTOR_SOCKETS];
	struct datagrams *datagrams[ACCEPTOR_SOCKETS]; /* that such a socket has in place of the source; or NULL */
	unsigned n;
	bool is_started;
	struct loop_timer rest;
	struct loop_task reaper;
	uint64_t complained;
	unsigned long failures;
	void (*accepted)(const struct acceptor_peer *, void *);
	void *arg;
	bool is_shared; /* others accept from the same sockets: one of them is woken, and takes one */
	bool (*enter)(void *);
	void (*leave)(void *, bool);
	void *gate;
};

static int
acceptor_want_one(struct acceptor *a, unsigned i, uint32_t wanted)
{
	if (a->datagrams[i] != NULL)
		return datagrams_welcome(a->datagrams[i], wanted != 0 ? a->accepted : NULL, a->arg);
	return loop_source_want(a->loop, &a->sources[i], wanted);
}

static void
acceptor_want(struct acceptor *a, uint32_t wanted)
{
	for (unsigned i = 0; i < a->n; i++) {
		int error = acceptor_want_one(a, i, wanted);

		if (error != 0)
			log_errno(LOG_ERROR, a->who, -error, "cannot wait for connections");
	}
}

static void
acceptor_listen(struct acceptor *a)
{
	acceptor_want(a, a->is_shared ? EPOLLIN | EPOLLEXCLUSIVE : EPOLLIN);
}

static void
acceptor_rest_over(struct loop_timer *t)
{
	acceptor_listen(t->arg);
}

static void
acceptor_rest(struct acceptor *a, int error)
{
	uint64_t now = loop_now(a->loop);

	a->failures++;
	if (a->complained == 0 || now - a->complained >= ACCEPTOR_COMPLAIN) {
		log_errno(LOG_WARN, a->who, error, "cannot accept connections for now (%lu attempts failed)",
		    a->failures);
		a->complained = now;
	}
	acceptor_want(a, 0);
	loop_timer_set(a->loop, &a->rest, now + ACCEPTOR_REST);
}

static bool
acceptor_is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/* Returns false when there is nothing more to accept for now. */
static bool
acceptor_take(struct acceptor *a, int fd)
{
	struct acceptor_peer peer = { .len = sizeof(peer.ss) };
	int error;

	if (a->enter != NULL && !a->enter(a->gate))
		return false;
	error = FAULT("listen.accept");
	if (error == 0) {
		peer.fd = accept4(fd, (struct sockaddr *)&peer.ss, &peer.len, SOCK_NONBLOCK | SOCK_CLOEXEC);
		error = peer.fd == -1 ? errno : 0;
	}
	if (error == 0) {
		a->failures = 0;
		a->accepted(&peer, a->arg);
		return true;
	}
	acceptor_leave(a, false);
	if (error == EAGAIN)
		return false;
	if (acceptor_is_shortage(error)) {
		acceptor_rest(a, error);
		return false;
	}
	log_errno(LOG_INFO, a->who, error, "a connection went away before it was accepted");
	return true;
}

/* All of them, so that who has connected to a hub is in it before what somebody says after that is read. */
static void
acceptor_ready(struct loop_source *s, uint32_t events)
{
	struct acceptor *a = s->arg;

	(void)events;
	for (int i = 0; i < (a->is_shared ? 1 : ACCEPTOR_BATCH) && a->is_started; i++)
		if (!acceptor_take(a, s->fd))
			break;
}

static void
acceptor_reap(struct loop_task *t)
{
	free(t->arg);
}

struct acceptor *
acceptor_new(struct loop *loop, const struct log_who *who)
{
	struct acceptor *a = xcalloc(1, sizeof(*a));

	a->loop = loop;
	a->who = who;
	loop_timer_init(&a->rest, acceptor_rest_over, a);
	loop_task_init(&a->reaper, acceptor_reap, a);
	return a;
}

void
acceptor_add(struct acceptor *a, int fd)
{
	loop_source_init(&a->sources[a->n++], fd, acceptor_ready, a);
}

void
acceptor_add_datagrams(struct acceptor *a, struct datagrams *d)
{
	a->datagrams[a->n] = d;
	loop_source_init(&a->sources[a->n++], datagrams_fd(d), acceptor_ready, a);
}

unsigned
acceptor_len(const struct acceptor *a)
{
	return a->n;
}

int
acceptor_fd(const struct acceptor *a, unsigned i)
{
	return a->sources[i].fd;
}

int
acceptor_share(const struct acceptor *from, struct loop *loop, const struct log_who *who, struct acceptor **to)
{
	struct acceptor *a = acceptor_new(loop, who);

	a->is_shared = true;
	for (unsigned i = 0; i < from->n; i++) {
		const int fd = io_dup(from->sources[i].fd);

		if (fd < 0) {
			acceptor_free(a);
			return fd;
		}
		acceptor_add(a, fd);
	}
	*to = a;
	return 0;
}

void
acceptor_set_gate(struct acceptor *a, bool (*enter)(void *), void (*leave)(void *, bool), void *arg)
{
	a->enter = enter;
	a->leave = leave;
	a->gate = arg;
}

void
acceptor_leave(const struct acceptor *a, bool is_taken)
{
	if (a->leave != NULL)
		a->leave(a->gate, is_taken);
}

int
acceptor_start(struct acceptor *a, void (*accepted)(const struct acceptor_peer *, void *), void *arg)
{
	a->accepted = accepted;
	a->arg = arg;
	a->is_started = true;
	for (unsigned i = 0; i < a->n; i++) {
		int error = acceptor_want_one(a, i, a->is_shared ? EPOLLIN | EPOLLEXCLUSIVE : EPOLLIN);

		if (error != 0)
			return error;
	}
	return 0;
}

void
acceptor_stop(struct acceptor *a)
{
	a->is_started = false;
	loop_timer_stop(a->loop, &a->rest);
	acceptor_want(a, 0);
}

void
acceptor_free(struct acceptor *a)
{
	if (a == NULL)
		return;
	a->is_started = false;
	loop_timer_stop(a->loop, &a->rest);
	for (unsigned i = 0; i < a->n; i++) {
		int fd = a->sources[i].fd;

		if (a->datagrams[i] != NULL) {
			datagrams_leave(a->datagrams[i]);
			continue;
		}
		loop_source_stop(a->loop, &a->sources[i]);
		io_close(&fd);
	}
	a->n = 0;
	loop_defer(a->loop, &a->reaper);
}
