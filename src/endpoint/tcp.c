/* tcp, tcp4, tcp6: connecting, all addresses of the name raced (RFC 8305). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "endpoint/endpoint.h"
#include "endpoint/openjob.h"
#include "endpoint/proxy_out.h"
#include "endpoint/retry.h"
#include "endpoint/socket_groups.h"
#include "endpoint/tcp_port.h"
#include "net/connect.h"
#include "net/inetaddr.h"
#include "net/peername.h"
#include "net/resolve.h"

struct tcp_state {
	struct resolve *resolve;
	struct connect_race *race;
	struct loop_timer timer;
	struct addrinfo *local;
};

static const struct opt_group *const tcp_groups[] = { &tcp_group, &socket_group, &opening_group, &retry_group,
	&restart_group, &proxy_out_group, NULL };

static int
tcp_check(struct endpoint_spec *spec, struct diag *d)
{
	if (*endpoint_spec_param(spec, 0) == '\0') {
		diag_set(d, spec->addr->params[0].pos, "empty host");
		return diag_hint(d, "for example tcp:localhost:%s", endpoint_spec_param(spec, 1));
	}
	if (strncmp(endpoint_spec_param(spec, 0), "//", 2) == 0) {
		diag_set(d, spec->addr->params[0].pos, "a host has no slashes");
		return diag_hint(d, "this is no URL: %s:%s:%s", spec->kind->name, endpoint_spec_param(spec, 0) + 2,
		    endpoint_spec_param(spec, 1));
	}
	return tcp_port_check(spec, 1, d);
}

static void
tcp_over(struct endpoint *ep, int result)
{
	struct tcp_state *st = ep->state;

	loop_timer_stop(endpoint_loop(ep), &st->timer);
	endpoint_opened(ep, result);
}

static const struct addrinfo *
tcp_local_of(const struct tcp_state *st, int family)
{
	const struct addrinfo *ai;

	for (ai = st->local; ai != NULL && ai->ai_family != family; ai = ai->ai_next)
		;
	return ai;
}

static int
tcp_prepare(const struct addrinfo *ai, void *arg)
{
	struct endpoint *ep = arg;
	struct tcp_state *st = ep->state;
	const struct addrinfo *local = tcp_local_of(st, ai->ai_family);
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error = 0;
	const char *what = "";

	if (fd == -1)
		return -errno;
	if (st->local != NULL && local == NULL)
		error = -EAFNOSUPPORT;
	if (error == 0)
		error = sockopt_apply(fd, endpoint_spec_group(ep->spec, &socket_group), &what);
	if (error == 0)
		error = sockopt_apply_tcp(fd, ai->ai_family, endpoint_spec_group(ep->spec, &tcp_group), &what);
	/* Who connects to no address in particular comes to this machine. */
	if (inetaddr_is_loopback(ai->ai_addr) || inetaddr_is_unspecified(ai->ai_addr))
		sockopt_do_not_pace(fd, endpoint_spec_group(ep->spec, &tcp_group));
	if (error != 0 && *what != '\0')
		log_errno(LOG_ERROR, &ep->who, -error, "cannot set option %s", what);
	if (error == 0 && local != NULL && bind(fd, local->ai_addr, local->ai_addrlen) == -1) {
		error = -errno;
		log_errno(LOG_ERROR, &ep->who, -error, "cannot use local address %s", tcp_bind_of(ep->spec));
	}
	if (error == 0)
		return fd;
	io_close(&fd);
	return error;
}

static void
tcp_connected(int result, const struct sockaddr_storage *ss, socklen_t len, void *arg)
{
	struct endpoint *ep = arg;
	struct tcp_state *st = ep->state;
	char text[PEERNAME_MAX];

	st->race = NULL;
	if (result >= 0) {
		tcp_over(ep, connection_adopt_to(ep, result, ss, len));
		return;
	}
	peername_format(ss, len, text);
	endpoint_fail(ep, -result, "cannot connect to %s", text);
	tcp_over(ep, result);
}

static void
tcp_resolved(struct addrinfo *list, const char *reason, void *arg)
{
	struct endpoint *ep = arg;
	struct tcp_state *st = ep->state;

	st->resolve = NULL;
	if (list == NULL) {
		log_msg(LOG_ERROR, &ep->who, "cannot find '%s': %s ('getent ahosts' looks up the same way)",
		    endpoint_spec_param(ep->spec, 0), reason);
		tcp_over(ep, -ENOENT);
		return;
	}
	st->race = connect_start(endpoint_loop(ep),
	    &(struct connect_request){ .list = list, .prepare = tcp_prepare, .done = tcp_connected, .arg = ep });
	freeaddrinfo(list);
}

static void
tcp_expired(struct loop_timer *t)
{
	struct endpoint *ep = t->arg;

	log_msg(LOG_ERROR, &ep->who, "no connection within the time limit (connect-timeout)");
	ep->status = 124;
	endpoint_opened(ep, -ETIMEDOUT);
}

/* Always in progress, even when a numeric address is connected to at once: the answer comes through the loop. */
static void
tcp_begin(struct loop_timer *t)
{
	struct endpoint *ep = t->arg;
	const struct opening_opts *o = endpoint_spec_group(ep->spec, &opening_group);
	struct tcp_state *st = ep->state;
	char *host = resolve_bare_host(endpoint_spec_param(ep->spec, 0));
	struct resolve_request request = { .host = host,
		.service = endpoint_spec_param(ep->spec, 1),
		.family = tcp_family_of(ep->kind) };

	loop_timer_init(&st->timer, tcp_expired, ep);
	if (o->timeout > 0)
		loop_timer_set(endpoint_loop(ep), &st->timer, loop_now(endpoint_loop(ep)) + (uint64_t)o->timeout);
	st->resolve = resolve_start(ep->env->blocking, &request, tcp_resolved, ep);
	free(host);
}

static int
tcp_open(struct endpoint *ep)
{
	struct tcp_state *st = ep->state;
	int error = tcp_find_local(ep, tcp_family_of(ep->kind), &st->local);

	loop_timer_init(&st->timer, tcp_begin, ep);
	if (error != 0)
		return error;
	loop_timer_set(endpoint_loop(ep), &st->timer, loop_now(endpoint_loop(ep)));
	return 1;
}

static void
tcp_close(struct endpoint *ep)
{
	struct tcp_state *st = ep->state;

	if (st->timer.expired != NULL)
		loop_timer_stop(endpoint_loop(ep), &st->timer);
	resolve_cancel(st->resolve);
	connect_cancel(st->race);
	if (st->local != NULL)
		freeaddrinfo(st->local);
}

#define TCP_KIND                                                                                             \
	.args_min = 2, .args_max = 2, .flags = KIND_READ | KIND_WRITE, .groups = tcp_groups,                 \
	.state_size = sizeof(struct tcp_state), .check = tcp_check, .class = CLASS_SOCKET, .open = tcp_open, \
	.close = tcp_close

const struct endpoint_kind endpoint_tcp = {
	.name = "tcp",
	.aliases = "tcp-connect",
	.syntax = "tcp:HOST:PORT",
	.example = "tcp:localhost:80",
	.help = "a TCP connection",
	TCP_KIND,
};

const struct endpoint_kind endpoint_tcp4 = {
	.name = "tcp4",
	.aliases = "tcp4-connect",
	.syntax = "tcp4:HOST:PORT",
	.example = "tcp4:localhost:80",
	.help = "a TCP connection over IPv4",
	TCP_KIND,
};

const struct endpoint_kind endpoint_tcp6 = {
	.name = "tcp6",
	.aliases = "tcp6-connect",
	.syntax = "tcp6:HOST:PORT",
	.example = "tcp6:[::1]:80",
	.help = "a TCP connection over IPv6",
	TCP_KIND,
};
