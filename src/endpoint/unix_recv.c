/* unix-recv and abstract-recv: datagrams from everybody who may send them, to nobody. To an abstract name only our own user may. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/io.h"
#include "endpoint/endpoint.h"
#include "endpoint/retry.h"
#include "endpoint/socket_groups.h"
#include "endpoint/unix_bound.h"
#include "endpoint/unix_name.h"
#include "net/datagram_io.h"

struct unix_recv_state {
	struct unix_bound bound;
};

union recv_control {
	struct cmsghdr align;
	char bytes[DATAGRAM_CREDENTIALS];
};

static const struct opt_group *const unix_recv_groups[] = { &bound_group, &socket_group, &retry_group, NULL };
static const struct opt_group *const abstract_recv_groups[] = { &socket_group, &retry_group, NULL };

static int
recv_prepare(struct endpoint *ep, int fd)
{
	struct unix_recv_state *st = ep->state;
	const int on = 1;
	const char *what = "credentials";
	int error = sockopt_apply(fd, endpoint_spec_group(ep->spec, &socket_group), &what);

	if (error == 0 && setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == -1)
		error = -errno;
	if (error != 0)
		return endpoint_fail(ep, -error, "cannot set option %s", what);
	return unix_bound_make(ep, fd, &st->bound);
}

static int
recv_open(struct endpoint *ep)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd == -1)
		return endpoint_fail(ep, errno, "cannot make a socket");
	error = recv_prepare(ep, fd);
	if (error != 0) {
		io_close(&fd);
		return error;
	}
	endpoint_set_fd(ep, ROLE_READ, fd);
	log_msg(LOG_INFO, &ep->who, "receiving");
	return 0;
}

static bool
recv_is_welcome(struct endpoint *ep, struct msghdr *msg)
{
	struct ucred cred = { .uid = (uid_t)-1 };

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS)
			memcpy(&cred, CMSG_DATA(c), sizeof(cred));
	if (!unix_is_abstract(ep->kind) || cred.uid == geteuid())
		return true;
	log_msg(LOG_WARN, &ep->who,
	    "a datagram of uid %u is refused: another user than ours (allow= of abstract-recvfrom lets others in)",
	    (unsigned)cred.uid);
	return false;
}

static int
recv_receive(struct endpoint *ep, struct iovec *iov, int niov, struct chunk *c)
{
	union recv_control control;
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = (size_t)niov };
	ssize_t n;

	do {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		n = io_recvmsg(ep->rfd, &msg);
	} while (n >= 0 && !recv_is_welcome(ep, &msg));
	if (n < 0)
		return (int)n;
	c->len = (size_t)n;
	c->ends_message = true;
	c->is_truncated = (msg.msg_flags & MSG_TRUNC) != 0;
	return 0;
}

static void
recv_close(struct endpoint *ep)
{
	const struct unix_recv_state *st = ep->state;

	unix_bound_remove(ep, &st->bound);
}

#define RECV_KIND                                                                                             \
	.args_min = 1, .args_max = 1, .state_size = sizeof(struct unix_recv_state), .check = unix_name_check, \
	.class = CLASS_PACKET, .open = recv_open, .receive = recv_receive, .close = recv_close

const struct endpoint_kind endpoint_unix_recv = {
	.name = "unix-recv",
	.syntax = "unix-recv:PATH",
	.example = "unix-recv:/tmp/app.sock",
	.help = "datagrams from everybody to a UNIX socket",
	.flags = KIND_READ | KIND_PACKET | KIND_PATH,
	.groups = unix_recv_groups,
	RECV_KIND,
};

const struct endpoint_kind endpoint_abstract_recv = {
	.name = "abstract-recv",
	.syntax = "abstract-recv:NAME",
	.example = "abstract-recv:app",
	.help = "datagrams that come to an abstract UNIX socket",
	.flags = KIND_READ | KIND_PACKET | KIND_COLONS,
	.groups = abstract_recv_groups,
	RECV_KIND,
};
