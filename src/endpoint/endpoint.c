/*
 * An open endpoint: descriptors, their sources in the loop, and what every kind does unless its hooks say otherwise.
 *
 * It owns its descriptors and its private state; the wire owns it. One descriptor for both directions has one source
 * (epoll takes a descriptor once). endpoint_free closes at once and frees after the current batch of events.
 */
#include "endpoint/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/message.h"
#include "endpoint/retry.h"
#include "net/peercount.h"

const char *
endpoint_class_name(enum endpoint_class c)
{
	static const char names[][12] = { "memory", "file", "pipe", "socket", "terminal", "device", "program",
		"packets" };
	_Static_assert(sizeof(names) / sizeof(*names) == CLASS_N, "a name for every class");

	return names[c];
}

static enum endpoint_class
endpoint_class_of_socket(int fd)
{
	int type = SOCK_STREAM;
	socklen_t len = sizeof(type);

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len);
	return type == SOCK_STREAM ? CLASS_SOCKET : CLASS_PACKET;
}

enum endpoint_class
endpoint_class_of(int fd)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) == -1)
		return CLASS_NONE;
	if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))
		return CLASS_FILE;
	if (S_ISFIFO(st.st_mode))
		return CLASS_PIPE;
	if (S_ISSOCK(st.st_mode))
		return endpoint_class_of_socket(fd);
	return isatty(fd) ? CLASS_TTY : CLASS_DEVICE;
}

struct loop *
endpoint_loop(const struct endpoint *ep)
{
	return ep->env->loop;
}

static void
endpoint_read_ready(struct loop_source *s, uint32_t events)
{
	struct endpoint *ep = s->arg;

	ep->ready(ep, events, true);
}

static void
endpoint_write_ready(struct loop_source *s, uint32_t events)
{
	struct endpoint *ep = s->arg;

	ep->ready(ep, events, false);
}

struct endpoint *
endpoint_new(const struct endpoint_spec *spec, struct endpoint_env *env, unsigned roles)
{
	struct endpoint *ep = xcalloc(1, sizeof(*ep));

	ep->spec = spec;
	ep->kind = spec->kind;
	ep->env = env;
	ep->roles = roles;
	ep->who.name = spec->addr->text;
	ep->rfd = ep->wfd = ep->given_in = ep->given_out = ep->given_err = ep->inherited_wfd = ep->unread_fd = -1;
	ep->status = 1;
	ep->outcome = ENDPOINT_UNTRIED;
	loop_source_init(&ep->rsource, -1, endpoint_read_ready, ep);
	loop_source_init(&ep->wsource, -1, endpoint_write_ready, ep);
	return ep;
}

void
endpoint_set_fds(struct endpoint *ep, int rfd, int wfd)
{
	ep->rfd = rfd;
	ep->wfd = wfd;
	ep->rclass = endpoint_class_of(rfd);
	ep->wclass = wfd == rfd ? ep->rclass : endpoint_class_of(wfd);
	loop_source_init(&ep->rsource, rfd, endpoint_read_ready, ep);
	loop_source_init(&ep->wsource, wfd != rfd ? wfd : -1, endpoint_write_ready, ep);
}

void
endpoint_set_stream(struct endpoint *ep, int fd)
{
	ep->rfd = ep->wfd = fd;
	ep->rclass = ep->wclass = CLASS_SOCKET;
	ep->is_nonblocking = true;
	loop_source_init(&ep->rsource, fd, endpoint_read_ready, ep);
	loop_source_init(&ep->wsource, -1, endpoint_write_ready, ep);
}

void
endpoint_set_fd(struct endpoint *ep, unsigned roles, int fd)
{
	endpoint_set_fds(ep, roles & ROLE_READ ? fd : -1, roles & ROLE_WRITE ? fd : -1);
}

/* /proc may be missing, the pipe may belong to another user: then it is written a page at a time, when poll allows. */
static int
endpoint_reopen(struct endpoint *ep, enum endpoint_role role)
{
	int *fd = role == ROLE_READ ? &ep->rfd : &ep->wfd;
	int copy = io_reopen(*fd, (role == ROLE_READ ? O_RDONLY : O_WRONLY) | O_NONBLOCK);

	if (copy < 0) {
		log_errno(LOG_DEBUG, &ep->who, -copy, "cannot reopen descriptor %d, using it as it is", *fd);
		return 0;
	}
	if (role == ROLE_READ)
		ep->polls_read = false;
	else
		ep->polls_write = false;
	if (role == ROLE_WRITE)
		ep->inherited_wfd = *fd;
	*fd = copy;
	if (role == ROLE_READ)
		loop_source_init(&ep->rsource, copy, endpoint_read_ready, ep);
	else
		loop_source_init(&ep->wsource, copy, endpoint_write_ready, ep);
	return 0;
}

int
endpoint_make_relayed(struct endpoint *ep, enum endpoint_role role)
{
	const enum endpoint_class class = role == ROLE_READ ? ep->rclass : ep->wclass;
	const int fd = role == ROLE_READ ? ep->rfd : ep->wfd;
	int error;

	if (fd == -1 || class == CLASS_FILE)
		return 0;
	if (ep->is_inherited) {
		bool is_shared = ep->rfd == ep->wfd;

		if (class != CLASS_SOCKET)
			*(role == ROLE_READ ? &ep->polls_read : &ep->polls_write) = true;
		return !is_shared && (class == CLASS_PIPE || class == CLASS_TTY) ? endpoint_reopen(ep, role) : 0;
	}
	if (ep->is_nonblocking)
		return 0;
	error = io_set_nonblock(fd, true);
	ep->is_nonblocking = error == 0 && ep->rfd == ep->wfd;
	return error != 0 ? endpoint_fail(ep, -error, "cannot make it non-blocking") : 0;
}

int
endpoint_make_blocking(struct endpoint *ep, enum endpoint_role role)
{
	const int fd = role == ROLE_READ ? ep->rfd : ep->wfd;
	int error = ep->is_inherited || fd == -1 ? 0 : io_set_nonblock(fd, false);

	ep->is_nonblocking = false;
	return error != 0 ? endpoint_fail(ep, -error, "cannot make it blocking") : 0;
}

void *
endpoint_state(struct endpoint *ep)
{
	if (ep->state == NULL)
		ep->state = xcalloc(1, ep->kind->state_size);
	return ep->state;
}

int
endpoint_open(struct endpoint *ep)
{
	int result;

	endpoint_state(ep);
	if (ep->retry == NULL)
		ep->retry = retry_new(ep);
	if (ep->retry != NULL)
		retry_begin(ep->retry);
	result = ep->kind->open(ep);
	if (result < 0 && ep->retry != NULL && retry_again(ep->retry))
		return 1;
	if (result <= 0)
		ep->who.quietest = LOG_ERROR;
	if (result == 0)
		ep->is_open = true;
	return result;
}

void
endpoint_opened(struct endpoint *ep, int result)
{
	if (result < 0 && ep->retry != NULL && retry_again(ep->retry))
		return;
	ep->who.quietest = LOG_ERROR;
	if (result == 0)
		ep->is_open = true;
	ep->opened(ep, result);
}

int
endpoint_fail(struct endpoint *ep, int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_verrno(LOG_ERROR, &ep->who, error, fmt, ap);
	va_end(ap);
	return -error;
}

int
endpoint_explain(struct endpoint *ep, int error, const char *fmt, ...)
{
	va_list ap;

	free(ep->why);
	va_start(ap, fmt);
	ep->why = xvasprintf(fmt, ap);
	va_end(ap);
	return -error;
}

#define ENDPOINT_ATOM 4096 /* what a pipe takes without blocking when poll says POLLOUT: PIPE_BUF, pipe(7) */

static bool
endpoint_is_ready(int fd, short events)
{
	struct pollfd pfd = { .fd = fd, .events = events };

	return poll(&pfd, 1, 0) == 1;
}

static ssize_t
endpoint_write_atom(struct endpoint *ep, const struct iovec *iov)
{
	struct iovec part = iov[0];

	if (!endpoint_is_ready(ep->wfd, POLLOUT))
		return -EAGAIN;
	if (part.iov_len > ENDPOINT_ATOM)
		part.iov_len = ENDPOINT_ATOM;
	return io_writev(ep->wfd, &part, 1);
}

void
endpoint_attend(struct endpoint *ep, bool is_running)
{
	if (ep->is_open && ep->io != NULL && ep->io->attend != NULL)
		ep->io->attend(ep, is_running);
}

ssize_t
endpoint_read(struct endpoint *ep, struct iovec *iov, int niov)
{
	if (ep->io != NULL && ep->io->read != NULL)
		return ep->io->read(ep, iov, niov);
	if (ep->kind->read != NULL)
		return ep->kind->read(ep, iov, niov);
	return endpoint_read_fd(ep, iov, niov);
}

ssize_t
endpoint_read_fd(struct endpoint *ep, struct iovec *iov, int niov)
{
	if (ep->rclass == CLASS_SOCKET || ep->rclass == CLASS_PACKET)
		return io_recvv(ep->rfd, iov, niov);
	if (ep->polls_read && !endpoint_is_ready(ep->rfd, POLLIN))
		return -EAGAIN;
	return io_readv(ep->rfd, iov, niov);
}

ssize_t
endpoint_write(struct endpoint *ep, struct iovec *iov, int niov)
{
	if (ep->io != NULL && ep->io->write != NULL)
		return ep->io->write(ep, iov, niov);
	if (ep->kind->write != NULL)
		return ep->kind->write(ep, iov, niov);
	return endpoint_write_fd(ep, iov, niov);
}

ssize_t
endpoint_write_fd(struct endpoint *ep, struct iovec *iov, int niov)
{
	if (ep->wclass == CLASS_SOCKET || ep->wclass == CLASS_PACKET)
		return io_sendv(ep->wfd, iov, niov);
	return ep->polls_write ? endpoint_write_atom(ep, iov) : io_writev(ep->wfd, iov, niov);
}

/* ENOTCONN: the connection is gone already, so there is nothing to end. */
static int
endpoint_shutdown_socket(int fd)
{
	return shutdown(fd, SHUT_WR) == -1 && errno != ENOTCONN ? -errno : 0;
}

/* Whoever reads behind our stdout shall see the end, but its number must not become another file's. */
static int
endpoint_shutdown_inherited(struct endpoint *ep)
{
	int fd = ep->wfd, original = ep->inherited_wfd != -1 ? ep->inherited_wfd : ep->wfd;
	int null, error = 0;

	if (ep->wclass != CLASS_PIPE && ep->wclass != CLASS_FILE)
		return 0;
	if (ep->wfd == ep->rfd)
		return 0;
	null = io_open("/dev/null", O_RDWR, 0);
	if (null < 0)
		return null;
	loop_source_stop(endpoint_loop(ep), &ep->wsource);
	ep->wfd = -1;
	if (fd != original)
		error = io_close(&fd);
	if (dup2(null, original) == -1)
		error = -errno;
	io_close(&null);
	return error;
}

int
endpoint_shutdown(struct endpoint *ep)
{
	int fd;

	if (ep->io != NULL && ep->io->shutdown != NULL)
		return ep->io->shutdown(ep);
	if (ep->kind->shutdown != NULL)
		return ep->kind->shutdown(ep);
	if (ep->has_shut)
		return 0;
	if (ep->wclass == CLASS_SOCKET || (ep->wclass == CLASS_PACKET && endpoint_is_packet_connection(ep->wfd))) {
		ep->has_shut = true;
		return endpoint_shutdown_socket(ep->wfd);
	}
	if (ep->is_inherited)
		return endpoint_shutdown_inherited(ep);
	if (ep->wfd == -1 || ep->wfd == ep->rfd)
		return 0;
	fd = ep->wfd;
	if (ep->counts_unread && ep->wclass == CLASS_PIPE)
		ep->unread_fd = io_reopen(fd, O_RDONLY | O_NONBLOCK);
	loop_source_stop(endpoint_loop(ep), &ep->wsource);
	ep->wfd = -1;
	return io_close(&fd);
}

void
endpoint_unread(struct endpoint *ep)
{
	int fd = ep->rfd;

	if (fd == -1 || ep->is_unread)
		return;
	ep->is_unread = true;
	if (fd == ep->wfd) {
		if (ep->rclass == CLASS_SOCKET && shutdown(fd, SHUT_RD) == -1)
			log_errno(LOG_INFO, &ep->who, errno, "cannot end the reading of its output");
		return;
	}
	loop_source_stop(endpoint_loop(ep), &ep->rsource);
	ep->rfd = -1;
	if (ep->io != NULL && ep->io->unread != NULL)
		ep->io->unread(ep);
	io_close(&fd);
}

static bool
endpoint_may(struct endpoint *ep, enum endpoint_role role)
{
	return ep->io == NULL || ep->io->is_ready == NULL || ep->io->is_ready(ep, role);
}

static int
endpoint_want_apart(struct endpoint *ep, bool readable, bool writable, bool watch)
{
	uint32_t watched = watch ? LOOP_WATCH : 0;
	int error = 0;

	ep->wants_read = readable;
	ep->wants_write = writable;
	readable = readable && endpoint_may(ep, ROLE_READ);
	writable = writable && endpoint_may(ep, ROLE_WRITE);
	if (ep->rfd != -1 || ep->kind->read != NULL || (ep->io != NULL && ep->io->read != NULL))
		error = loop_source_want(endpoint_loop(ep), &ep->rsource,
		    (readable ? EPOLLIN : 0) | (ep->rfd != -1 ? watched : 0));
	if (error == 0 && (ep->wfd != -1 || ep->kind->write != NULL || (ep->io != NULL && ep->io->write != NULL)))
		error = loop_source_want(endpoint_loop(ep), &ep->wsource,
		    (writable ? EPOLLOUT : 0) | (ep->wfd != -1 ? watched : 0));
	return error;
}

int
endpoint_want(struct endpoint *ep, bool readable, bool writable, bool watch)
{
	uint32_t wanted = (readable ? EPOLLIN : 0) | (writable ? EPOLLOUT : 0) | (watch ? LOOP_WATCH : 0);

	if (ep->is_closed)
		return 0;
	if (ep->rfd == -1 || ep->rfd != ep->wfd)
		return endpoint_want_apart(ep, readable, writable, watch);
	return loop_source_want(endpoint_loop(ep), &ep->rsource, wanted);
}

void
endpoint_recheck(struct endpoint *ep)
{
	int error = ep->is_closed ? 0 : endpoint_want_apart(ep, ep->wants_read, ep->wants_write, false);

	if (error != 0)
		endpoint_fail(ep, -error, "cannot wait for it");
}

int
endpoint_has_made(struct endpoint *ep, const char *path)
{
	struct stat st;

	if (lstat(path, &st) == -1)
		return endpoint_fail(ep, errno, "cannot look at it");
	free(ep->made);
	ep->made = xstrdup(path);
	ep->made_dev = st.st_dev;
	ep->made_ino = st.st_ino;
	return 0;
}

void
endpoint_unmake(struct endpoint *ep)
{
	if (ep->made != NULL)
		io_unlink_own(ep->made, ep->made_dev, ep->made_ino);
	free(ep->made);
	ep->made = NULL;
}

static void
endpoint_reap(struct loop_task *t)
{
	struct endpoint *ep = t->arg;

	free_strings(ep->peer_env);
	free(ep->proxied);
	free(ep->peer);
	free(ep->why);
	free(ep->state);
	free(ep);
	free(t);
}

void
endpoint_release(struct endpoint *ep)
{
	int rfd, wfd;

	if (ep->kind->close != NULL && ep->state != NULL)
		ep->kind->close(ep);
	loop_source_stop(endpoint_loop(ep), &ep->rsource);
	loop_source_stop(endpoint_loop(ep), &ep->wsource);
	rfd = ep->rfd;
	wfd = ep->wfd != rfd ? ep->wfd : -1;
	if (rfd > 2)
		io_close(&rfd);
	if (wfd > 2)
		io_close(&wfd);
	ep->rfd = ep->wfd = -1;
	peercount_leave(ep->counted);
	ep->counted = NULL;
	if (ep->unread_fd > 2)
		io_close(&ep->unread_fd);
	ep->unread_fd = -1;
}

void
endpoint_reset(struct endpoint *ep)
{
	free_strings(ep->peer_env);
	free(ep->peer);
	ep->peer_env = NULL;
	ep->peer = NULL;
	ep->status = 1;
	ep->rclass = ep->wclass = CLASS_NONE;
	ep->polls_read = ep->polls_write = ep->is_inherited = ep->is_accepted = ep->has_append = ep->is_tcp = false;
	ep->is_unread = ep->has_shut = ep->has_delivered = ep->hangs_up = ep->is_nonblocking = false;
	ep->inherited_wfd = ep->given_in = ep->given_out = -1;
	ep->io = NULL;
	ep->child = NULL;
	free(ep->why);
	ep->why = NULL;
	free(ep->proxied);
	ep->proxied = NULL;
	if (ep->state != NULL)
		memset(ep->state, 0, ep->kind->state_size);
}

void
endpoint_free(struct endpoint *ep)
{
	struct loop_task *t;

	if (ep == NULL || ep->is_closed)
		return;
	ep->is_coming_back = false;
	if (!retry_is_waiting(ep->retry))
		endpoint_release(ep);
	endpoint_unmake(ep);
	retry_free(ep->retry);
	ep->retry = NULL;
	ep->is_closed = true;
	t = xcalloc(1, sizeof(*t));
	loop_task_init(t, endpoint_reap, ep);
	loop_defer(endpoint_loop(ep), t);
}
