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
#include "endpoint/limits_group.h"
#include "endpoint/proxy_in.h"
#include "endpoint/retry.h"
#include "endpoint/socket_groups.h"
#include "endpoint/tcp_port.h"
#include "net/peername.h"
#include "net/resolve.h"

struct tcp_listen_state {
	struct listener listener; /* first: listener_of */
	struct resolve *resolve;
	struct loop_timer begin;
	struct addrinfo *found;
	int error;
};

static const struct opt_group *const tcp_listen_groups[] = { &listen_group, &tcp_group, &socket_group, &retry_group,
	&restart_group, &limits_group, &proxy_in_group, NULL };

static size_t
tcp_listen_port_index(const struct endpoint_spec *spec)
{
	return spec->addr->nparams - 1;
}

static int
tcp_listen_check(struct endpoint_spec *spec, struct diag *d)
{
	if (spec->addr->nparams == 2 && tcp_bind_of(spec) != NULL) {
		diag_set(d, spec->addr->params[0].pos, "a host and bind= at the same time");
		return diag_hint(d, "write the local address once");
	}
	if (tcp_port_check(spec, tcp_listen_port_index(spec), d) == -1)
		return -1;
	return admission_check(spec, ACCESS_NET, d);
}

static enum endpoint_class
tcp_listen_predict(const struct endpoint_spec *spec, enum endpoint_role role)
{
	(void)spec;
	(void)role;
	return CLASS_SOCKET;
}

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
		return endpoint_fail(ep, -error, "cannot set option %s", what);
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
tcp_listen_failed(struct endpoint *ep, int error, const struct addrinfo *ai)
{
	struct sockaddr_storage ss = { 0 };
	char text[PEERNAME_MAX];

	memcpy(&ss, ai->ai_addr, ai->ai_addrlen);
	peername_format(&ss, ai->ai_addrlen, text);
	return endpoint_fail(ep, -error, "cannot listen on %s", text);
}

static bool
tcp_listen_is_missing_family(int error)
{
	return error == -EADDRNOTAVAIL || error == -EAFNOSUPPORT;
}

static int
tcp_listen_on(struct endpoint *ep, const struct addrinfo *list)
{
	const struct addrinfo *bad = NULL;
	int error = 0;

	listener_of(ep)->acceptor = acceptor_new(endpoint_loop(ep), &ep->who);
	for (const struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next) {
		int result = tcp_listen_add(ep, ai);

		if (result == 0 ||
		    (tcp_listen_is_missing_family(result) && (ai->ai_next != NULL || error == 0) && ai != list))
			continue;
		bad = ai;
		error = result;
		if (!tcp_listen_is_missing_family(result))
			break;
	}
	if (error != 0 && (acceptor_len(listener_of(ep)->acceptor) == 0 || !tcp_listen_is_missing_family(error)))
		return tcp_listen_failed(ep, error, bad);
	return 0;
}

static void
tcp_listen_bound(struct endpoint *ep, int error)
{
	if (error == 0) {
		listener_tell(ep);
		error = listener_begin(ep);
	}
	if (error <= 0)
		endpoint_opened(ep, error);
}

static void
tcp_listen_resolved(struct addrinfo *list, const char *reason, void *arg)
{
	struct endpoint *ep = arg;
	struct tcp_listen_state *st = ep->state;
	int error;

	st->resolve = NULL;
	if (list == NULL) {
		log_msg(LOG_ERROR, &ep->who, "cannot find the local address: %s", reason);
		tcp_listen_bound(ep, -ENOENT);
		return;
	}
	error = tcp_listen_on(ep, list);
	freeaddrinfo(list);
	tcp_listen_bound(ep, error);
}

static void
tcp_listen_begin(struct loop_timer *t)
{
	struct endpoint *ep = t->arg;
	struct tcp_listen_state *st = ep->state;
	const char *written = ep->spec->addr->nparams == 2 ? endpoint_spec_param(ep->spec, 0) : tcp_bind_of(ep->spec);
	char *host = NULL, *port = NULL;

	if (written != NULL && strcmp(written, "*") != 0 && *written != '\0')
		resolve_split(written, &host, &port);
	st->resolve = resolve_start(ep->env->blocking,
	    &(struct resolve_request){ .host = host,
		.service = endpoint_spec_param(ep->spec, tcp_listen_port_index(ep->spec)),
		.family = tcp_family_of(ep->kind),
		.is_passive = written != NULL },
	    tcp_listen_resolved, ep);
	free(host);
	free(port);
}

static int
tcp_listen_open(struct endpoint *ep)
{
	struct tcp_listen_state *st = ep->state;

	loop_timer_init(&st->begin, tcp_listen_begin, ep);
	loop_timer_set(endpoint_loop(ep), &st->begin, loop_now(endpoint_loop(ep)));
	return 1;
}

static void
tcp_listen_close(struct endpoint *ep)
{
	struct tcp_listen_state *st = ep->state;

	if (st->begin.expired != NULL)
		loop_timer_stop(endpoint_loop(ep), &st->begin);
	resolve_cancel(st->resolve);
	listener_close(ep);
}

#define TCP_LISTEN_KIND                                                                                           \
	.args_min = 1, .args_max = 2, .flags = KIND_READ | KIND_WRITE | KIND_LISTEN, .groups = tcp_listen_groups, \
	.state_size = sizeof(struct tcp_listen_state), .check = tcp_listen_check, .predict = tcp_listen_predict,  \
	.open = tcp_listen_open, .accept = listener_accept, .close = tcp_listen_close

const struct endpoint_kind endpoint_tcp_listen = {
	.name = "tcp-listen",
	.aliases = (const char *const[]){ "tcp-l", NULL },
	.syntax = "tcp-listen:[HOST:]PORT",
	.example = "tcp-listen:7000,each",
	.help = "TCP clients, on loopback; HOST * is every interface",
	TCP_LISTEN_KIND,
};

const struct endpoint_kind endpoint_tcp4_listen = {
	.name = "tcp4-listen",
	.aliases = (const char *const[]){ "tcp4-l", NULL },
	.syntax = "tcp4-listen:[HOST:]PORT",
	.example = "tcp4-listen:7000,each",
	.help = "TCP clients over IPv4, on loopback",
	TCP_LISTEN_KIND,
};

const struct endpoint_kind endpoint_tcp6_listen = {
	.name = "tcp6-listen",
	.aliases = (const char *const[]){ "tcp6-l", NULL },
	.syntax = "tcp6-listen:[HOST:]PORT",
	.example = "tcp6-listen:7000,each",
	.help = "TCP clients over IPv6, on loopback",
	TCP_LISTEN_KIND,
};
