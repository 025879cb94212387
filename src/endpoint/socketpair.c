/* socketpair: a pair of connected UNIX sockets that are both ours, so what is written comes back, as of pipe, with messages apart. */
#include <errno.h>
#include <sys/socket.h>

#include "base/io.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"
#include "endpoint/socket_groups.h"

struct socketpair_opts {
	int type;
};

enum { SOCKETPAIR_STREAM, SOCKETPAIR_SEQPACKET, SOCKETPAIR_DATAGRAM };

struct socketpair_state {
	bool is_ended; /* nothing more is written */
};

static const struct opt_group *const socketpair_groups[] = { &socket_group, NULL };

/* clang-format off */
static const struct opt_desc socketpair_opts_table[] = {
	OPT(struct socketpair_opts, type, OPT_ENUM, .name = "type", .aliases = "socktype",
	    .words = "stream\0seqpacket\0datagram", .def = "stream",
	    .value = "stream|seqpacket|datagram", .help = "whether messages stay apart, and their end is told"),
	OPT_END,
};
/* clang-format on */

static int
socketpair_type(const struct endpoint_spec *spec)
{
	static const int types[] = { SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM };

	return types[((const struct socketpair_opts *)spec->opts)->type];
}

static int
socketpair_check(struct endpoint_spec *spec, struct diag *d)
{
	if (socketpair_type(spec) == SOCK_STREAM || spec->common.frame == FRAME_RAW)
		return 0;
	diag_set(d, 0, "frame= on a socketpair which keeps messages apart itself");
	return diag_hint(d, "frame= goes with type=stream");
}

static enum endpoint_class
socketpair_predict(const struct endpoint_spec *spec, enum endpoint_role role)
{
	(void)role;
	return socketpair_type(spec) == SOCK_STREAM ? CLASS_SOCKET : CLASS_PACKET;
}

static int
socketpair_open(struct endpoint *ep)
{
	const struct sock_opts *so = endpoint_spec_group(ep->spec, &socket_group);
	const char *what = "";
	int fds[2], error = 0;

	if (socketpair(AF_UNIX, socketpair_type(ep->spec) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == -1)
		return endpoint_fail(ep, errno, "cannot make a socket pair");
	for (int i = 0; i < 2 && error == 0; i++)
		error = sockopt_apply(fds[i], so, &what);
	if (error != 0) {
		io_close(&fds[0]);
		io_close(&fds[1]);
		return endpoint_fail(ep, -error, "cannot set option %s", what);
	}
	endpoint_tell_empty_apart(fds[0]);
	endpoint_set_fds(ep, fds[0], fds[1]);
	return 0;
}

/* Datagrams have no end: both sides are ours, so it is known. */
static int
socketpair_receive(struct endpoint *ep, struct iovec *iov, int niov, struct chunk *c)
{
	const struct socketpair_state *st = ep->state;
	int error = endpoint_receive_socket(ep, iov, niov, c);

	if (error != -EAGAIN || !st->is_ended)
		return error;
	c->is_end = true;
	return 0;
}

static int
socketpair_shutdown(struct endpoint *ep)
{
	struct socketpair_state *st = ep->state;

	int most = 0;
	socklen_t len = sizeof(most);

	st->is_ended = true;
	if (socketpair_type(ep->spec) != SOCK_DGRAM)
		return shutdown(ep->wfd, SHUT_WR) == -1 ? -errno : 0;
	/* From now on nobody looks for the next message before it is received: there may be none, and yet it is the end. */
	if (getsockopt(ep->wfd, SOL_SOCKET, SO_SNDBUF, &most, &len) == 0)
		ep->message_max = (size_t)most;
	return ep->rfd != -1 && shutdown(ep->rfd, SHUT_RD) == -1 ? -errno : 0; /* wakes the reader, unix(7) */
}

const struct endpoint_kind endpoint_socketpair = {
	.name = "socketpair",
	.syntax = "socketpair",
	.example = "socketpair,type=seqpacket",
	.help = "a pair of sockets: what is written comes back",
	.flags = KIND_READ | KIND_WRITE,
	.opts = socketpair_opts_table,
	.groups = socketpair_groups,
	.opts_size = sizeof(struct socketpair_opts),
	.state_size = sizeof(struct socketpair_state),
	.check = socketpair_check,
	.predict = socketpair_predict,
	.open = socketpair_open,
	.receive = socketpair_receive,
	.shutdown = socketpair_shutdown,
};
