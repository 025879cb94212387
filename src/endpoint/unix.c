/*
 * Connecting to UNIX sockets. unix: and abstract: find out what the socket is: a connect of another type is refused with EPROTOTYPE
 * and does not disturb it; abstract names are looked up by type, so there it is ECONNREFUSED (unix(7), net/unix/af_unix.c).
 */
#include "endpoint/unix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "endpoint/fdpass_group.h"
#include "endpoint/openjob.h"
#include "endpoint/proxy_out.h"
#include "endpoint/retry.h"
#include "endpoint/socket_groups.h"
#include "endpoint/unix_bound.h"
#include "endpoint/unix_name.h"
#include "net/unixpath.h"

/* A connect to a full backlog, which a non-blocking socket is refused with EAGAIN: done blocking, in a helper thread. */
struct unix_connection {
	struct blocking_job job;
	struct blocking *blocking;
	struct loop *loop;
	struct loop_timer timer;
	struct endpoint *ep; /* NULL: nobody waits any more */
	void (*over)(struct endpoint *);
	struct sockaddr_un sun;
	socklen_t len;
	int fd, result;
	bool is_late;
};

struct unix_state {
	struct unix_connection *connection;
	struct unix_bound own;
};

static const struct opt_group *const unix_groups[] = { &socket_group, &opening_group, &retry_group, &restart_group,
	&fdpass_group, &proxy_out_group, NULL };
static const struct opt_group *const packet_groups[] = { &socket_group, &opening_group, &retry_group, &restart_group,
	NULL };
static const struct opt_group *const dgram_groups[] = { &socket_group, &unix_own_group, &opening_group, &retry_group,
	&restart_group, NULL };

/* type: that was asked for last */
static int
unix_refused(struct endpoint *ep, int type, int error)
{
	if (error == ECONNREFUSED) {
		log_msg(LOG_ERROR, &ep->who,
		    "cannot connect: nobody listens on this socket (its server has ended, or was not started)");
		return -error;
	}
	if (error == EPROTOTYPE) {
		log_msg(LOG_ERROR, &ep->who, "cannot connect: it is no %s socket ('ss -xl' shows its type)",
		    unix_type_name(type));
		return -error;
	}
	return endpoint_fail(ep, error, "cannot connect");
}

static void
unix_connection_work(struct blocking_job *job)
{
	struct unix_connection *c = job->arg;

	do {
		c->result = blocking_is_cancelled(job)                       ? -EINTR :
		    connect(c->fd, (struct sockaddr *)&c->sun, c->len) == -1 ? -errno :
									       0;
	} while (c->result == -EINTR && !blocking_is_cancelled(job));
}

static int
unix_connection_deliver(struct unix_connection *c)
{
	int fd = c->fd;

	if (c->is_late) {
		log_msg(LOG_ERROR, &c->ep->who,
		    "the listener accepted no connection within the time limit (connect-timeout)");
		c->ep->status = 124;
		return -ETIMEDOUT;
	}
	if (c->result != 0)
		return unix_refused(c->ep, SOCK_STREAM, -c->result);
	c->fd = -1;
	return connection_adopt(c->ep, fd);
}

static void
unix_connection_done(struct blocking_job *job)
{
	struct unix_connection *c = job->arg;

	loop_timer_stop(c->loop, &c->timer);
	if (c->ep != NULL) {
		c->over(c->ep);
		endpoint_opened(c->ep, unix_connection_deliver(c));
	}
	io_close(&c->fd);
	free(c);
}

static void
unix_connection_expired(struct loop_timer *t)
{
	struct unix_connection *c = t->arg;

	c->is_late = true;
	blocking_cancel(c->blocking, &c->job);
}

void
unix_connection_cancel(struct unix_connection *c)
{
	if (c == NULL)
		return;
	c->ep = NULL;
	loop_timer_stop(c->loop, &c->timer);
	blocking_cancel(c->blocking, &c->job);
}

static int
unix_connect_later(struct endpoint *ep, int fd, const struct sockaddr_un *sun, socklen_t len,
    struct unix_connection **pending)
{
	const struct opening_opts *o = endpoint_spec_group(ep->spec, &opening_group);
	struct unix_connection *c = *pending = xcalloc(1, sizeof(*c));
	int error = io_set_nonblock(fd, false);

	*c = (struct unix_connection){ .blocking = ep->env->blocking,
		.loop = endpoint_loop(ep),
		.ep = ep,
		.sun = *sun,
		.len = len,
		.fd = fd };
	c->job = (struct blocking_job){ .work = unix_connection_work, .done = unix_connection_done, .arg = c };
	loop_timer_init(&c->timer, unix_connection_expired, c);
	if (error == 0)
		error = blocking_submit(c->blocking, &c->job);
	if (error != 0) {
		free(c);
		*pending = NULL;
		io_close(&fd);
		return endpoint_fail(ep, -error, "cannot wait for the connection");
	}
	if (o != NULL && o->timeout > 0)
		loop_timer_set(c->loop, &c->timer, loop_now(c->loop) + (uint64_t)o->timeout);
	return 1;
}

/* Returns the descriptor or -errno (told). */
static int
unix_socket(struct endpoint *ep, int type)
{
	const struct sock_opts *so = endpoint_spec_group(ep->spec, &socket_group);
	const char *what = "";
	int fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd == -1)
		return endpoint_fail(ep, errno, "cannot make a socket");
	error = so != NULL ? sockopt_apply(fd, so, &what) : 0;
	if (error == 0)
		return fd;
	io_close(&fd);
	return endpoint_fail(ep, -error, "cannot set option %s", what);
}

static int
unix_connect_now(int fd, const struct sockaddr_un *sun, socklen_t len)
{
	const int error = FAULT("connect");

	return error != 0 ? -error : connect(fd, (const struct sockaddr *)sun, len) == -1 ? -errno : 0;
}

/* What there is to try after that type, or 0. */
static int
unix_next_type(const struct unix_target *t, int type, int error)
{
	if (t->type != 0 || (error != -EPROTOTYPE && !(t->is_abstract && error == -ECONNREFUSED)))
		return 0;
	return type == SOCK_STREAM ? SOCK_SEQPACKET : type == SOCK_SEQPACKET ? SOCK_DGRAM : 0;
}

/* Bound after it is connected: so nobody but the peer can ever have sent to it. */
static int
unix_connected(struct endpoint *ep, const struct unix_target *t, int type, int fd)
{
	int error = type == SOCK_DGRAM ? unix_bound_make_own(ep, fd, t->own) : 0;

	if (error == 0)
		return connection_adopt(ep, fd);
	io_close(&fd);
	return error;
}

int
unix_connect(struct endpoint *ep, const struct unix_target *t, struct unix_connection **pending,
    void (*over)(struct endpoint *))
{
	struct sockaddr_un sun;
	socklen_t len = unixpath_address(&sun, t->name, t->is_abstract);
	int type = t->type != 0 ? t->type : SOCK_STREAM, fd, error, next;

	if (len == 0)
		return endpoint_fail(ep, ENAMETOOLONG, "cannot connect");
	for (;; type = next) {
		fd = unix_socket(ep, type);
		if (fd < 0)
			return fd;
		error = unix_connect_now(fd, &sun, len);
		next = unix_next_type(t, type, error);
		if (next == 0)
			break;
		io_close(&fd);
	}
	if (error == 0)
		return unix_connected(ep, t, type, fd);
	if (error != -EAGAIN) {
		io_close(&fd);
		return unix_refused(ep, type, -error);
	}
	error = unix_connect_later(ep, fd, &sun, len, pending);
	if (*pending != NULL)
		(*pending)->over = over;
	return error;
}

static void
unix_over(struct endpoint *ep)
{
	struct unix_state *st = ep->state;

	st->connection = NULL;
}

/* What is for streams only has no use for the others. */
static bool
unix_needs_stream(const struct endpoint_spec *spec)
{
	return endpoint_spec_has(spec, "proxy") || endpoint_spec_has(spec, "fdpass") || spec->common.frame != FRAME_RAW;
}

static int
unix_open(struct endpoint *ep)
{
	struct unix_state *st = ep->state;
	struct unix_target t = { .name = endpoint_spec_param(ep->spec, 0),
		.is_abstract = unix_is_abstract(ep->kind),
		.type = unix_type_of(ep->kind),
		.own = &st->own };

	if (t.type == SOCK_STREAM && !unix_needs_stream(ep->spec))
		t.type = 0;
	return unix_connect(ep, &t, &st->connection, unix_over);
}

static void
unix_close(struct endpoint *ep)
{
	struct unix_state *st = ep->state;

	unix_connection_cancel(st->connection);
	unix_bound_remove_own(ep, &st->own);
}

static int
unix_check(struct endpoint_spec *spec, struct diag *d)
{
	return unix_name_check(spec, d) == 0 ? unix_bound_check_own(spec, d) : -1;
}

static enum endpoint_class
unix_predict(const struct endpoint_spec *spec, enum endpoint_role role)
{
	(void)role;
	return unix_type_of(spec->kind) == SOCK_STREAM ? CLASS_SOCKET : CLASS_PACKET;
}

#define UNIX_KIND                                                                                   \
	.args_min = 1, .args_max = 1, .state_size = sizeof(struct unix_state), .check = unix_check, \
	.predict = unix_predict, .open = unix_open, .close = unix_close

const struct endpoint_kind endpoint_unix_connect = {
	.name = "unix",
	.aliases = "unix-connect\0unix-client\0local",
	.syntax = "unix:PATH",
	.example = "unix:/run/app.sock",
	.help = "a connection to a UNIX socket of any type",
	.flags = KIND_READ | KIND_WRITE | KIND_PATH,
	.groups = unix_groups,
	UNIX_KIND,
};

const struct endpoint_kind endpoint_abstract = {
	.name = "abstract",
	.aliases = "abstract-connect\0abstract-client",
	.syntax = "abstract:NAME",
	.example = "abstract:app",
	.help = "a connection to an abstract UNIX socket of any type",
	.flags = KIND_READ | KIND_WRITE | KIND_COLONS,
	.groups = unix_groups,
	UNIX_KIND,
};

const struct endpoint_kind endpoint_unix_seqpacket = {
	.name = "unix-seqpacket",
	.aliases = "seqpacket\0unix-seqpacket-connect",
	.syntax = "unix-seqpacket:PATH",
	.example = "unix-seqpacket:/run/app.sock",
	.help = "a connection of packets to a UNIX socket",
	.flags = KIND_READ | KIND_WRITE | KIND_PATH | KIND_PACKET,
	.groups = packet_groups,
	UNIX_KIND,
};

const struct endpoint_kind endpoint_abstract_seqpacket = {
	.name = "abstract-seqpacket",
	.aliases = "abstract-seqpacket-connect",
	.syntax = "abstract-seqpacket:NAME",
	.example = "abstract-seqpacket:app",
	.help = "a connection of packets to an abstract UNIX socket",
	.flags = KIND_READ | KIND_WRITE | KIND_COLONS | KIND_PACKET,
	.groups = packet_groups,
	UNIX_KIND,
};

const struct endpoint_kind endpoint_unix_dgram = {
	.name = "unix-dgram",
	.aliases = "unix-datagram",
	.syntax = "unix-dgram:PATH",
	.example = "unix-dgram:/run/app.sock",
	.help = "datagrams to and from one UNIX socket",
	.flags = KIND_READ | KIND_WRITE | KIND_PATH | KIND_PACKET,
	.groups = dgram_groups,
	UNIX_KIND,
};

const struct endpoint_kind endpoint_abstract_dgram = {
	.name = "abstract-dgram",
	.aliases = "abstract-datagram",
	.syntax = "abstract-dgram:NAME",
	.example = "abstract-dgram:app",
	.help = "datagrams to and from one abstract UNIX socket",
	.flags = KIND_READ | KIND_WRITE | KIND_COLONS | KIND_PACKET,
	.groups = dgram_groups,
	UNIX_KIND,
};
