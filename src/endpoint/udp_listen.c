/* udp-listen and udp-recvfrom: who sends to a bound socket has a connection of its own (net/datagrams.h), so all that listeners do goes. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/io.h"
#include "endpoint/endpoint.h"
#include "endpoint/inet_listen.h"
#include "endpoint/limits_group.h"
#include "endpoint/linger.h"
#include "endpoint/message.h"
#include "endpoint/retry.h"
#include "endpoint/tcp_port.h"
#include "net/datagrams.h"

static const struct opt_group *const udp_listen_groups[] = { &listen_group, &udp_group, &socket_group, &retry_group,
	&limits_group, NULL };

static int
udp_listen_check(struct endpoint_spec *spec, struct diag *d)
{
	listener_forget_silent(spec);
	return inet_listen_check(spec, d);
}

static int
udp_listen_prepare(struct endpoint *ep, int fd, const struct addrinfo *ai)
{
	const struct udp_opts *o = endpoint_spec_group(ep->spec, &udp_group);
	const int on = 1;
	const char *what = "";
	int error = sockopt_apply(fd, endpoint_spec_group(ep->spec, &socket_group), &what);

	if (error == 0)
		error = sockopt_apply_udp(fd, ai->ai_family, o, &what);
	if (error != 0)
		return inet_listen_told(ep, -error, "cannot set option", what);
	if (ai->ai_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == -1)
		return -errno;
	error = FAULT("listen.bind");
	if (error != 0)
		return -error;
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == -1)
		return -errno;
	error = sockopt_join(fd, ai->ai_family, o, &what);
	return error != 0 ? inet_listen_told(ep, -error, "cannot join the group", what) : 0;
}

static int
udp_listen_add(struct endpoint *ep, const struct addrinfo *ai)
{
	int fd = socket(ai->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd == -1)
		return -errno;
	error = udp_listen_prepare(ep, fd, ai);
	if (error != 0) {
		io_close(&fd);
		return error;
	}
	acceptor_add_datagrams(listener_of(ep)->acceptor,
	    datagrams_new(&(struct datagrams_setup){ .loop = endpoint_loop(ep),
		.who = ep->who,
		.fd = fd,
		.is_single = strstr(ep->kind->name, "recvfrom") != NULL,
		/* what a session still had to say goes out before the process ends */
		.busy = linger_count,
		.arg = ep->env }));
	return 0;
}

/* The connection is one of messages of any length; what comes and goes over it is not. */
static void
udp_listen_bound(struct endpoint *ep)
{
	ep->message_max = MESSAGE_DATAGRAM_MAX;
	ep->send_max = MESSAGE_UDP_MAX;
}

static int
udp_listen_open(struct endpoint *ep)
{
	udp_listen_bound(ep);
	return inet_listen_open(ep, udp_listen_add);
}

static int
udp_listen_accept(struct endpoint *ep, struct endpoint *out)
{
	udp_listen_bound(out);
	return listener_accept(ep, out);
}

#define UDP_LISTEN_KIND                                                                                         \
	.args_min = 1, .args_max = 2, .flags = KIND_READ | KIND_WRITE | KIND_LISTEN | KIND_PACKET,              \
	.groups = udp_listen_groups, .state_size = sizeof(struct inet_listen_state), .check = udp_listen_check, \
	.class = CLASS_PACKET, .open = udp_listen_open, .accept = udp_listen_accept, .close = inet_listen_close

const struct endpoint_kind endpoint_udp_listen = {
	.name = "udp-listen",
	.aliases = "udp-l",
	.syntax = "udp-listen:[HOST:]PORT",
	.example = "udp-listen:7000,each",
	.help = "UDP clients by their addresses, on loopback; * is all",
	UDP_LISTEN_KIND,
};

const struct endpoint_kind endpoint_udp4_listen = {
	.name = "udp4-listen",
	.aliases = "udp4-l",
	.syntax = "udp4-listen:[HOST:]PORT",
	.example = "udp4-listen:7000,each",
	.help = "UDP clients over IPv4, on loopback",
	UDP_LISTEN_KIND,
};

const struct endpoint_kind endpoint_udp6_listen = {
	.name = "udp6-listen",
	.aliases = "udp6-l",
	.syntax = "udp6-listen:[HOST:]PORT",
	.example = "udp6-listen:7000,each",
	.help = "UDP clients over IPv6, on loopback",
	UDP_LISTEN_KIND,
};

const struct endpoint_kind endpoint_udp_recvfrom = {
	.name = "udp-recvfrom",
	.aliases = "udp4-recvfrom",
	.syntax = "udp-recvfrom:[HOST:]PORT",
	.example = "udp-recvfrom:7000,each",
	.help = "one datagram, and any number of answers to it",
	UDP_LISTEN_KIND,
};
