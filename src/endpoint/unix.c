/* unix:PATH and abstract:NAME: connecting to UNIX stream sockets. */
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
};

static const struct opt_group *const unix_groups[] = { &socket_group, &opening_group, &retry_group, &restart_group,
	&fdpass_group, &proxy_out_group, NULL };

static int
unix_refused(struct endpoint *ep, int error)
{
	if (error == ECONNREFUSED) {
		log_msg(LOG_ERROR, &ep->who,
		    "cannot connect: nobody listens on this socket (its server has ended, or was not started)");
		return -error;
	}
	if (error == EPROTOTYPE) {
		log_msg(LOG_ERROR, &ep->who, "cannot connect: it is no stream socket ('ss -xl' shows its type)");
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
		return unix_refused(c->ep, -c->result);
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

static int
unix_connect_now(struct endpoint *ep, int fd, const struct sockaddr_un *sun, socklen_t len)
{
	const struct sock_opts *so = endpoint_spec_group(ep->spec, &socket_group);
	const char *what = "";
	int error = so != NULL ? sockopt_apply(fd, so, &what) : 0;

	if (error != 0)
		return endpoint_fail(ep, -error, "cannot set option %s", what);
	error = FAULT("connect");
	if (error == 0 && connect(fd, (const struct sockaddr *)sun, len) == -1)
		error = errno;
	if (error == EAGAIN)
		return -EAGAIN;
	return error != 0 ? unix_refused(ep, error) : 0;
}

int
unix_connect(struct endpoint *ep, const char *name, bool is_abstract, struct unix_connection **pending,
    void (*over)(struct endpoint *))
{
	struct sockaddr_un sun;
	socklen_t len = unixpath_address(&sun, name, is_abstract);
	int fd, error;

	if (len == 0)
		return endpoint_fail(ep, ENAMETOOLONG, "cannot connect");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return endpoint_fail(ep, errno, "cannot make a socket");
	error = unix_connect_now(ep, fd, &sun, len);
	if (error == -EAGAIN) {
		error = unix_connect_later(ep, fd, &sun, len, pending);
		if (*pending != NULL)
			(*pending)->over = over;
		return error;
	}
	if (error != 0) {
		io_close(&fd);
		return error;
	}
	return connection_adopt(ep, fd);
}

static void
unix_over(struct endpoint *ep)
{
	struct unix_state *st = ep->state;

	st->connection = NULL;
}

static int
unix_open(struct endpoint *ep)
{
	struct unix_state *st = ep->state;

	return unix_connect(ep, endpoint_spec_param(ep->spec, 0), unix_is_abstract(ep->kind), &st->connection,
	    unix_over);
}

static void
unix_close(struct endpoint *ep)
{
	struct unix_state *st = ep->state;

	unix_connection_cancel(st->connection);
}

static enum endpoint_class
unix_predict(const struct endpoint_spec *spec, enum endpoint_role role)
{
	(void)spec;
	(void)role;
	return CLASS_SOCKET;
}

#define UNIX_KIND                                                                                     \
	.args_min = 1, .args_max = 1, .groups = unix_groups, .state_size = sizeof(struct unix_state), \
	.check = unix_name_check, .predict = unix_predict, .open = unix_open, .close = unix_close

const struct endpoint_kind endpoint_unix_connect = {
	.name = "unix",
	.aliases = (const char *const[]){ "unix-connect", "unix-client", "local", NULL },
	.syntax = "unix:PATH",
	.example = "unix:/run/app.sock",
	.help = "a connection to a UNIX stream socket",
	.flags = KIND_READ | KIND_WRITE | KIND_PATH,
	UNIX_KIND,
};

const struct endpoint_kind endpoint_abstract = {
	.name = "abstract",
	.aliases = (const char *const[]){ "abstract-connect", "abstract-client", NULL },
	.syntax = "abstract:NAME",
	.example = "abstract:app",
	.help = "a connection to an abstract UNIX stream socket",
	.flags = KIND_READ | KIND_WRITE | KIND_COLONS,
	UNIX_KIND,
};
