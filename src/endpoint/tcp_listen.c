/* tcp-listen, tcp4-listen, tcp6-listen: on loopback, both families, unless a host or * is written. */
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "endpoint/endpoint.h"
#include "endpoint/inet_listen.h"
#include "endpoint/limits_group.h"
#include "endpoint/proxy_in.h"
#include "endpoint/retry.h"
#include "endpoint/socket_groups.h"
#include "endpoint/tcp_port.h"
#include "net/inetaddr.h"
#include "net/peername.h"
#include "net/resolve.h"

static const struct opt_group *const tcp_listen_groups[] = { &listen_group, &tcp_group, &socket_group, &retry_group,
	&restart_group, &limits_group, &proxy_in_group, NULL };

static int
tcp_listen_backlog(const struct endpoint *ep)
{
	const struct listen_opts *o = endpoint_spec_group(ep->spec, &listen_group);

	return o->backlog == OPT_INT_WORD(0) ? 65535 : o->backlog; /* the kernel cuts it to net.core.somaxconn */
}

static int
tcp_listen_prepare(struct endpoint *ep, int fd, const struct addrinfo *ai)
{
	const struct tcp_opts *to = endpoint_spec_group(ep->spec, &tcp_group);
	const int on = 1;
	const char *what = "";
	int error = sockopt_apply(fd, endpoint_spec_group(ep->spec, &socket_group), &what);

	if (error == 0)
		error = sockopt_apply_tcp(fd, ai->ai_family, to, &what);
	if (error != 0)
		return inet_listen_told(ep, -error, "cannot set option", what);
	if (inetaddr_is_loopback(ai->ai_addr))
		sockopt_do_not_pace(fd, to); /* and so those that it accepts */
	if (ai->ai_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == -1)
		return -errno;
	if (to->reuseaddr && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1)
		return -errno;
	error = FAULT("listen.bind");
	if (error != 0)
		return -error;
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == -1 || listen(fd, tcp_listen_backlog(ep)) == -1)
		return -errno;
	return 0;
}

/* Returns 0 or -errno; not told yet, for one family of two may be missing on this machine. */
static int
tcp_listen_add(struct endpoint *ep, const struct addrinfo *ai)
{
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd == -1)
		return -errno;
	error = tcp_listen_prepare(ep, fd, ai);
	if (error != 0) {
		io_close(&fd);
		return error;
	}
	acceptor_add(listener_of(ep)->acceptor, fd);
	return 0;
}

static int
tcp_listen_open(struct endpoint *ep)
{
	return inet_listen_open(ep, tcp_listen_add);
}

#define TCP_LISTEN_KIND                                                                                           \
	.args_min = 1, .args_max = 2, .flags = KIND_READ | KIND_WRITE | KIND_LISTEN, .groups = tcp_listen_groups, \
	.state_size = sizeof(struct inet_listen_state), .check = inet_listen_check, .class = CLASS_SOCKET,        \
	.open = tcp_listen_open, .accept = listener_accept, .close = inet_listen_close

const struct endpoint_kind endpoint_tcp_listen = {
	.name = "tcp-listen",
	.aliases = "tcp-l",
	.syntax = "tcp-listen:[HOST:]PORT",
	.example = "tcp-listen:7000,each",
	.help = "TCP clients, on loopback; HOST * is every interface",
	TCP_LISTEN_KIND,
};

const struct endpoint_kind endpoint_tcp4_listen = {
	.name = "tcp4-listen",
	.aliases = "tcp4-l",
	.syntax = "tcp4-listen:[HOST:]PORT",
	.example = "tcp4-listen:7000,each",
	.help = "TCP clients over IPv4, on loopback",
	TCP_LISTEN_KIND,
};

const struct endpoint_kind endpoint_tcp6_listen = {
	.name = "tcp6-listen",
	.aliases = "tcp6-l",
	.syntax = "tcp6-listen:[HOST:]PORT",
	.example = "tcp6-listen:7000,each",
	.help = "TCP clients over IPv6, on loopback",
	TCP_LISTEN_KIND,
};
