/*
 * udp and its relatives without sessions: one socket, each message a datagram.
 *
 *   udp           to one peer, connected: what comes from others is not heard, and that nobody takes it there is an error
 *   udp-send      to one peer, not connected: nothing is said when nobody takes it; only that peer's answers are heard
 *   udp-datagram  to one address, which may be a broadcast or multicast one; everybody is heard
 *   udp-recv      from everybody, to nobody
 */
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"
#include "endpoint/openjob.h"
#include "endpoint/retry.h"
#include "endpoint/socket_groups.h"
#include "endpoint/tcp_port.h"
#include "net/datagram_io.h"
#include "net/inetaddr.h"
#include "net/peername.h"
#include "net/resolve.h"

struct udp_state {
	struct loop_timer begin;
	struct resolve *resolve;
	struct datagram_address to; /* the peer; own_len 0 */
	struct datagram_address from;
	struct datagram_drops drops;
	bool hears_peer_only;
};

static const struct opt_group *const udp_groups[] = { &udp_group, &socket_group, &opening_group, &retry_group, NULL };

static bool
udp_is(const struct endpoint *ep, const char *what)
{
	return strstr(ep->kind->name, what) != NULL;
}

static int
udp_check(struct endpoint_spec *spec, struct diag *d)
{
	if (spec->addr->nparams == 2 && *endpoint_spec_param(spec, 0) == '\0') {
		diag_set(d, spec->addr->params[0].pos, "empty host");
		return diag_hint(d, "for example %s", spec->kind->example);
	}
	return tcp_port_check(spec, spec->addr->nparams - 1, d);
}

static int
udp_bind(struct endpoint *ep, int fd, int family)
{
	struct addrinfo *local;
	int error = tcp_find_local(ep, family, &local);

	if (local != NULL && bind(fd, local->ai_addr, local->ai_addrlen) == -1)
		error = endpoint_fail(ep, errno, "cannot use local address %s", tcp_bind_of(ep->spec));
	if (local != NULL)
		freeaddrinfo(local);
	return error;
}

/* Options, local address, groups. Returns 0 or -errno (told). */
static int
udp_prepare(struct endpoint *ep, int fd, const struct addrinfo *ai)
{
	const struct udp_opts *o = endpoint_spec_group(ep->spec, &udp_group);
	const int on = 1, off = 0;
	const char *what = "";
	int error = sockopt_apply(fd, endpoint_spec_group(ep->spec, &socket_group), &what);

	if (error == 0)
		error = sockopt_apply_udp(fd, ai->ai_family, o, &what);
	if (error != 0)
		return endpoint_fail(ep, -error, "cannot set option %s", what);
	setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on)); /* without it drops are not counted */
	if (udp_is(ep, "recv")) {
		if (ai->ai_family == AF_INET6) /* the wildcard takes both families, ipv6(7) */
			setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
		if (bind(fd, ai->ai_addr, ai->ai_addrlen) == -1) {
			char text[PEERNAME_MAX];
			struct sockaddr_storage ss = { 0 };

			memcpy(&ss, ai->ai_addr, ai->ai_addrlen);
			peername_format(&ss, ai->ai_addrlen, text);
			return endpoint_fail(ep, errno, "cannot listen on %s", text);
		}
	} else {
		error = udp_bind(ep, fd, ai->ai_family);
	}
	if (error == 0 && (error = sockopt_join(fd, ai->ai_family, o, &what)) != 0)
		endpoint_fail(ep, -error, "cannot join the group %s", what);
	return error;
}

static int
udp_use(struct endpoint *ep, const struct addrinfo *ai)
{
	struct udp_state *st = ep->state;
	char text[PEERNAME_MAX];
	int fd = socket(ai->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd == -1)
		return endpoint_fail(ep, errno, "cannot make a socket");
	error = udp_prepare(ep, fd, ai);
	memcpy(&st->to.peer, ai->ai_addr, ai->ai_addrlen);
	st->to.peer_len = ai->ai_addrlen;
	peername_format(&st->to.peer, st->to.peer_len, text);
	if (error == 0 && !udp_is(ep, "recv") && ep->kind->send == NULL &&
	    connect(fd, ai->ai_addr, ai->ai_addrlen) == -1)
		error = endpoint_fail(ep, errno, "cannot connect to %s", text);
	if (error != 0) {
		io_close(&fd);
		return error;
	}
	st->hears_peer_only = udp_is(ep, "send");
	ep->message_max = MESSAGE_DATAGRAM_MAX;
	ep->peer = xstrdup(text);
	endpoint_set_fds(ep, fd, udp_is(ep, "recv") ? -1 : fd);
	log_msg(LOG_INFO, &ep->who, udp_is(ep, "recv") ? "receiving on %s" : "sending to %s", text);
	return 0;
}

/* Of the two addresses of this machine, the one that most servers of datagrams are bound to. */
static const struct addrinfo *
udp_choose(const struct addrinfo *list)
{
	for (const struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next) {
		if (ai->ai_family == AF_INET && inetaddr_is_loopback(ai->ai_addr))
			return ai;
		if (ai->ai_family == AF_INET6 && inetaddr_is_unspecified(ai->ai_addr))
			return ai;
	}
	return list;
}

static void
udp_resolved(struct addrinfo *list, const char *reason, void *arg)
{
	struct endpoint *ep = arg;
	struct udp_state *st = ep->state;
	int error = -ENOENT;

	st->resolve = NULL;
	if (list == NULL)
		log_msg(LOG_ERROR, &ep->who, "cannot find '%s': %s ('getent ahosts' looks up the same way)",
		    endpoint_spec_param(ep->spec, 0), reason);
	else
		error = udp_use(ep, udp_choose(list));
	if (list != NULL)
		freeaddrinfo(list);
	endpoint_opened(ep, error);
}

static void
udp_begin(struct loop_timer *t)
{
	struct endpoint *ep = t->arg;
	struct udp_state *st = ep->state;
	const bool is_local = udp_is(ep, "recv");
	const char *written = is_local ? tcp_bind_of(ep->spec) : NULL;
	char *host = NULL;

	if (ep->spec->addr->nparams == 2)
		written = endpoint_spec_param(ep->spec, 0);
	if (written != NULL && strcmp(written, "*") != 0)
		host = resolve_bare_host(written);
	st->resolve = resolve_start(ep->env->blocking,
	    &(struct resolve_request){ .host = host,
		.service = endpoint_spec_param(ep->spec, ep->spec->addr->nparams - 1),
		.family = tcp_family_of(ep->kind),
		.is_passive = is_local && written != NULL,
		.is_datagram = true },
	    udp_resolved, ep);
	free(host);
}

static int
udp_open(struct endpoint *ep)
{
	struct udp_state *st = ep->state;

	loop_timer_init(&st->begin, udp_begin, ep);
	loop_timer_set(endpoint_loop(ep), &st->begin, loop_now(endpoint_loop(ep)));
	return 1;
}

union udp_control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(uint32_t))];
};

/* Returns the length or -errno. */
static ssize_t
udp_receive_one(struct endpoint *ep, struct iovec *iov, int niov, struct chunk *c)
{
	struct udp_state *st = ep->state;
	union udp_control control;
	struct msghdr msg = { .msg_name = &st->from.peer,
		.msg_namelen = sizeof(st->from.peer),
		.msg_iov = iov,
		.msg_iovlen = (size_t)niov,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	const ssize_t n = io_recvmsg(ep->rfd, &msg);

	if (n < 0)
		return n;
	st->from.peer_len = msg.msg_namelen;
	c->is_truncated = (msg.msg_flags & MSG_TRUNC) != 0;
	for (struct cmsghdr *beside = CMSG_FIRSTHDR(&msg); beside != NULL; beside = CMSG_NXTHDR(&msg, beside))
		datagram_drops_note(&st->drops, beside);
	datagram_drops_tell(&st->drops, &ep->who, loop_now(endpoint_loop(ep)), false);
	return n;
}

static int
udp_receive(struct endpoint *ep, struct iovec *iov, int niov, struct chunk *c)
{
	struct udp_state *st = ep->state;
	ssize_t n;

	do
		n = udp_receive_one(ep, iov, niov, c);
	while (n >= 0 && st->hears_peer_only && !datagram_address_equals(&st->from, &st->to));
	if (n < 0)
		return (int)n;
	c->len = (size_t)n;
	c->ends_message = true;
	return 0;
}

static int
udp_send(struct endpoint *ep, struct iovec *iov, int niov)
{
	const struct udp_opts *o = endpoint_spec_group(ep->spec, &udp_group);
	struct udp_state *st = ep->state;
	const int error = datagram_send(ep->wfd, &st->to, iov, niov);

	if (error == -EACCES && !o->broadcast)
		log_msg(LOG_ERROR, &ep->who, "%s is a broadcast address; add the option broadcast", ep->peer);
	return error;
}

static void
udp_close(struct endpoint *ep)
{
	struct udp_state *st = ep->state;

	if (st->begin.expired != NULL)
		loop_timer_stop(endpoint_loop(ep), &st->begin);
	resolve_cancel(st->resolve);
	datagram_drops_tell(&st->drops, &ep->who, 0, true);
}

#define UDP_KIND                                                                                                 \
	.groups = udp_groups, .state_size = sizeof(struct udp_state), .check = udp_check, .class = CLASS_PACKET, \
	.open = udp_open, .receive = udp_receive, .close = udp_close

#define UDP_TO .args_min = 2, .args_max = 2, .flags = KIND_READ | KIND_WRITE | KIND_PACKET, UDP_KIND
#define UDP_FROM .args_min = 1, .args_max = 2, .flags = KIND_READ | KIND_PACKET, UDP_KIND

const struct endpoint_kind endpoint_udp = {
	.name = "udp",
	.aliases = "udp-connect",
	.syntax = "udp:HOST:PORT",
	.example = "udp:localhost:7000",
	.help = "datagrams to and from one peer",
	UDP_TO,
};

const struct endpoint_kind endpoint_udp4 = {
	.name = "udp4",
	.aliases = "udp4-connect",
	.syntax = "udp4:HOST:PORT",
	.example = "udp4:localhost:7000",
	.help = "datagrams to and from one peer over IPv4",
	UDP_TO,
};

const struct endpoint_kind endpoint_udp6 = {
	.name = "udp6",
	.aliases = "udp6-connect",
	.syntax = "udp6:HOST:PORT",
	.example = "udp6:[::1]:7000",
	.help = "datagrams to and from one peer over IPv6",
	UDP_TO,
};

const struct endpoint_kind endpoint_udp_send = {
	.name = "udp-send",
	.aliases = "udp-sendto",
	.syntax = "udp-send:HOST:PORT",
	.example = "udp-send:localhost:7000",
	.help = "datagrams to one peer, whether it is there or not",
	UDP_TO,
	.send = udp_send,
};

const struct endpoint_kind endpoint_udp_datagram = {
	.name = "udp-datagram",
	.aliases = "udp-dgram",
	.syntax = "udp-datagram:ADDRESS:PORT",
	.example = "udp-datagram:239.0.0.1:7000,bind=:7000",
	.help = "datagrams to one address, broadcast too, from all",
	UDP_TO,
	.send = udp_send,
};

const struct endpoint_kind endpoint_udp_recv = {
	.name = "udp-recv",
	.syntax = "udp-recv:[HOST:]PORT",
	.example = "udp-recv:7000",
	.help = "datagrams from everybody, on loopback; * is all",
	UDP_FROM,
};
