/*
 * unix-sendto and abstract-sendto: datagrams to a name, whoever has it just now. The socket is connected, for only then the kernel
 * says when a full receiver has room again; when that one has gone, it is connected anew, to whoever has the name then. What
 * cannot be delivered to anybody is lost by name, and the others go on. Answers count that come from that name.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"
#include "endpoint/retry.h"
#include "endpoint/socket_groups.h"
#include "endpoint/unix_bound.h"
#include "endpoint/unix_name.h"
#include "net/unixpath.h"

struct unix_sendto_state {
	struct unix_bound own;
	struct sockaddr_un to; /* as it is written */
	socklen_t to_len;
	struct sockaddr_storage peer; /* as its owner has bound it */
	socklen_t peer_len;
};

static const struct opt_group *const unix_sendto_groups[] = { &socket_group, &unix_own_group, &retry_group, NULL };

static int
sendto_check(struct endpoint_spec *spec, struct diag *d)
{
	return unix_name_check(spec, d) == 0 ? unix_bound_check_own(spec, d) : -1;
}

/* Returns 0 or -errno; nobody may be there. */
static int
sendto_connect(struct unix_sendto_state *st, int fd)
{
	int error = FAULT("connect");

	if (error == 0 && connect(fd, (struct sockaddr *)&st->to, st->to_len) == -1)
		error = errno;
	st->peer_len = sizeof(st->peer);
	if (error == 0 && getpeername(fd, (struct sockaddr *)&st->peer, &st->peer_len) == -1)
		error = errno;
	return -error;
}

static int
sendto_prepare(struct endpoint *ep, int fd)
{
	struct unix_sendto_state *st = ep->state;
	const char *what = "";
	int error = sockopt_apply(fd, endpoint_spec_group(ep->spec, &socket_group), &what);

	if (error != 0)
		return endpoint_fail(ep, -error, "cannot set option %s", what);
	error = sendto_connect(st, fd);
	if (error == -EPROTOTYPE) {
		log_msg(LOG_ERROR, &ep->who, "cannot send: it is no datagram socket ('ss -xl' shows its type)");
		return error;
	}
	return unix_bound_make_own(ep, fd, &st->own);
}

static int
sendto_open(struct endpoint *ep)
{
	struct unix_sendto_state *st = ep->state;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd == -1)
		return endpoint_fail(ep, errno, "cannot make a socket");
	st->to_len = unixpath_address(&st->to, endpoint_spec_param(ep->spec, 0), unix_is_abstract(ep->kind));
	error = sendto_prepare(ep, fd);
	if (error != 0) {
		io_close(&fd);
		return error;
	}
	ep->peer = xstrdup(endpoint_spec_param(ep->spec, 0));
	endpoint_set_fd(ep, ROLE_READ | ROLE_WRITE, fd);
	log_msg(LOG_INFO, &ep->who, "sending to %s", ep->peer);
	return 0;
}

static bool
sendto_is_gone(int error)
{
	return error == -ECONNREFUSED || error == -ENOTCONN || error == -ENOENT || error == -EDESTADDRREQ ||
	    error == -ECONNRESET;
}

static int
sendto_send_one(struct endpoint *ep, struct iovec *iov, int niov)
{
	ssize_t n = io_sendv(ep->wfd, iov, niov);

	return n < 0 ? (int)n : 0;
}

static int
sendto_send(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct unix_sendto_state *st = ep->state;
	int error = sendto_send_one(ep, iov, niov);

	if (sendto_is_gone(error)) {
		error = sendto_connect(st, ep->wfd);
		if (error == 0)
			error = sendto_send_one(ep, iov, niov);
	}
	if (!sendto_is_gone(error))
		return error;
	endpoint_explain(ep, -error, "nobody receives at %s now", ep->peer);
	return -EHOSTUNREACH;
}

/* Between two receivers anybody could send to us. */
static bool
sendto_is_answer(const struct unix_sendto_state *st, const struct sockaddr_storage *from, socklen_t len)
{
	return len == st->peer_len && memcmp(from, &st->peer, len) == 0;
}

static int
sendto_receive(struct endpoint *ep, struct iovec *iov, int niov, struct chunk *c)
{
	struct unix_sendto_state *st = ep->state;
	struct sockaddr_storage from = { 0 };
	struct msghdr msg = { .msg_name = &from, .msg_iov = iov, .msg_iovlen = (size_t)niov };
	ssize_t n;

	do {
		msg.msg_namelen = sizeof(from);
		n = io_recvmsg(ep->rfd, &msg);
	} while (n >= 0 && !sendto_is_answer(st, &from, msg.msg_namelen));
	if (n < 0)
		return n == -ECONNRESET ? -EAGAIN : (int)n;
	c->len = (size_t)n;
	c->ends_message = true;
	c->is_truncated = (msg.msg_flags & MSG_TRUNC) != 0;
	return 0;
}

static void
sendto_close(struct endpoint *ep)
{
	const struct unix_sendto_state *st = ep->state;

	unix_bound_remove_own(ep, &st->own);
}

#define SENDTO_KIND                                                                                                 \
	.args_min = 1, .args_max = 1, .groups = unix_sendto_groups, .state_size = sizeof(struct unix_sendto_state), \
	.check = sendto_check, .class = CLASS_PACKET, .open = sendto_open, .receive = sendto_receive,               \
	.send = sendto_send, .close = sendto_close

const struct endpoint_kind endpoint_unix_sendto = {
	.name = "unix-sendto",
	.syntax = "unix-sendto:PATH",
	.example = "unix-sendto:/dev/log",
	.help = "datagrams to whoever has a UNIX socket",
	.flags = KIND_READ | KIND_WRITE | KIND_PACKET | KIND_PATH,
	SENDTO_KIND,
};

const struct endpoint_kind endpoint_abstract_sendto = {
	.name = "abstract-sendto",
	.syntax = "abstract-sendto:NAME",
	.example = "abstract-sendto:app",
	.help = "datagrams to whoever has that abstract name just now",
	.flags = KIND_READ | KIND_WRITE | KIND_PACKET | KIND_COLONS,
	SENDTO_KIND,
};
