/* Listening on UNIX sockets, streams and packets: for the owner alone unless mode= says otherwise. */
#include <errno.h>
#include <sys/socket.h>

#include "base/io.h"
#include "endpoint/endpoint.h"
#include "endpoint/fdpass_group.h"
#include "endpoint/limits_group.h"
#include "endpoint/proxy_in.h"
#include "endpoint/retry.h"
#include "endpoint/socket_groups.h"
#include "endpoint/unix_bound.h"
#include "endpoint/unix_name.h"

struct unix_listen_state {
	struct listener listener; /* first: listener_of */
	struct unix_bound bound;
};

static const struct opt_group *const unix_listen_groups[] = { &listen_group, &bound_group, &socket_group, &retry_group,
	&restart_group, &limits_group, &proxy_in_group, &fdpass_group, NULL };
static const struct opt_group *const abstract_listen_groups[] = { &listen_group, &socket_group, &retry_group,
	&restart_group, &limits_group, &proxy_in_group, &fdpass_group, NULL };
static const struct opt_group *const packet_listen_groups[] = { &listen_group, &bound_group, &socket_group,
	&retry_group, &restart_group, &limits_group, NULL };
static const struct opt_group *const abstract_packet_listen_groups[] = { &listen_group, &socket_group, &retry_group,
	&restart_group, &limits_group, NULL };

static int
unix_listen_check(struct endpoint_spec *spec, struct diag *d)
{
	return unix_name_check(spec, d) == 0 ? admission_check(spec, ACCESS_LOCAL, d) : -1;
}

static enum endpoint_class
unix_listen_predict(const struct endpoint_spec *spec, enum endpoint_role role)
{
	(void)role;
	return unix_type_of(spec->kind) == SOCK_STREAM ? CLASS_SOCKET : CLASS_PACKET;
}

static int
unix_listen_start(struct endpoint *ep, int fd)
{
	const struct listen_opts *o = endpoint_spec_group(ep->spec, &listen_group);
	struct listener *l = listener_of(ep);
	int backlog = o->backlog == OPT_INT_WORD(0) ? 65535 : o->backlog;

	l->acceptor = acceptor_new(endpoint_loop(ep), &ep->who);
	acceptor_add(l->acceptor, fd);
	if (listen(fd, backlog) == -1)
		return endpoint_fail(ep, errno, "cannot listen");
	log_msg(LOG_INFO, &ep->who, "listening");
	return listener_begin(ep);
}

static int
unix_listen_open(struct endpoint *ep)
{
	struct unix_listen_state *st = ep->state;
	int fd = socket(AF_UNIX, unix_type_of(ep->kind) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd == -1)
		return endpoint_fail(ep, errno, "cannot make a socket");
	error = unix_bound_make(ep, fd, &st->bound);
	if (error != 0) {
		io_close(&fd);
		return error;
	}
	return unix_listen_start(ep, fd);
}

static void
unix_listen_close(struct endpoint *ep)
{
	const struct unix_listen_state *st = ep->state;

	listener_close(ep);
	unix_bound_remove(ep, &st->bound);
}

#define UNIX_LISTEN_KIND                                                                                          \
	.args_min = 1, .args_max = 1, .state_size = sizeof(struct unix_listen_state), .check = unix_listen_check, \
	.predict = unix_listen_predict, .open = unix_listen_open, .accept = listener_accept,                      \
	.close = unix_listen_close

const struct endpoint_kind endpoint_unix_listen = {
	.name = "unix-listen",
	.aliases = "unix-l",
	.syntax = "unix-listen:PATH",
	.example = "unix-listen:/tmp/app.sock,each",
	.help = "clients of a UNIX stream socket that is made",
	.flags = KIND_READ | KIND_WRITE | KIND_LISTEN | KIND_PATH,
	.groups = unix_listen_groups,
	UNIX_LISTEN_KIND,
};

const struct endpoint_kind endpoint_abstract_listen = {
	.name = "abstract-listen",
	.aliases = "abstract-l",
	.syntax = "abstract-listen:NAME",
	.example = "abstract-listen:app,each",
	.help = "clients of an abstract UNIX stream socket",
	.flags = KIND_READ | KIND_WRITE | KIND_LISTEN | KIND_COLONS,
	.groups = abstract_listen_groups,
	UNIX_LISTEN_KIND,
};

const struct endpoint_kind endpoint_unix_seqpacket_listen = {
	.name = "unix-seqpacket-listen",
	.aliases = "unix-seqpacket-l\0seqpacket-listen",
	.syntax = "unix-seqpacket-listen:PATH",
	.example = "unix-seqpacket-listen:/tmp/app.sock,each",
	.help = "clients of a UNIX socket with packets that is made",
	.flags = KIND_READ | KIND_WRITE | KIND_LISTEN | KIND_PATH | KIND_PACKET,
	.groups = packet_listen_groups,
	UNIX_LISTEN_KIND,
};

const struct endpoint_kind endpoint_abstract_seqpacket_listen = {
	.name = "abstract-seqpacket-listen",
	.aliases = "abstract-seqpacket-l",
	.syntax = "abstract-seqpacket-listen:NAME",
	.example = "abstract-seqpacket-listen:app,each",
	.help = "clients of an abstract UNIX socket with packets",
	.flags = KIND_READ | KIND_WRITE | KIND_LISTEN | KIND_COLONS | KIND_PACKET,
	.groups = abstract_packet_listen_groups,
	UNIX_LISTEN_KIND,
};
