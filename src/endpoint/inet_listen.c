/* What tcp-listen and udp-listen kinds share: from the address as it is written to bound sockets. */
#include "endpoint/inet_listen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "endpoint/tcp_port.h"
#include "net/peername.h"

int
inet_listen_check(struct endpoint_spec *spec, struct diag *d)
{
	if (spec->addr->nparams == 2 && tcp_bind_of(spec) != NULL) {
		diag_set(d, spec->addr->params[0].pos, "a host and bind= at the same time");
		return diag_hint(d, "write the local address once");
	}
	if (tcp_port_check(spec, spec->addr->nparams - 1, d) == -1)
		return -1;
	return admission_check(spec, ACCESS_NET, d);
}

int
inet_listen_told(struct endpoint *ep, int error, const char *tried, const char *what)
{
	struct inet_listen_state *st = ep->state;

	st->is_told = true;
	return endpoint_fail(ep, error, "%s %s", tried, what);
}

static int
inet_listen_failed(struct endpoint *ep, int error, const struct addrinfo *ai)
{
	const struct inet_listen_state *st = ep->state;
	struct sockaddr_storage ss = { 0 };
	char text[PEERNAME_MAX];

	if (st->is_told)
		return error;
	memcpy(&ss, ai->ai_addr, ai->ai_addrlen);
	peername_format(&ss, ai->ai_addrlen, text);
	return endpoint_fail(ep, -error, "cannot listen on %s", text);
}

static bool
inet_listen_is_missing_family(int error)
{
	return error == -EADDRNOTAVAIL || error == -EAFNOSUPPORT;
}

static int
inet_listen_on(struct endpoint *ep, const struct addrinfo *list)
{
	const struct inet_listen_state *st = ep->state;
	const struct addrinfo *bad = NULL;
	int error = 0;

	listener_of(ep)->acceptor = acceptor_new(endpoint_loop(ep), &ep->who);
	for (const struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next) {
		int result = st->add(ep, ai);

		if (result == 0 ||
		    (inet_listen_is_missing_family(result) && (ai->ai_next != NULL || error == 0) && ai != list))
			continue;
		bad = ai;
		error = result;
		if (!inet_listen_is_missing_family(result))
			break;
	}
	if (error != 0 && (acceptor_len(listener_of(ep)->acceptor) == 0 || !inet_listen_is_missing_family(error)))
		return inet_listen_failed(ep, error, bad);
	return 0;
}

static void
inet_listen_bound(struct endpoint *ep, int error)
{
	if (error == 0) {
		listener_tell(ep);
		error = listener_begin(ep);
	}
	if (error <= 0)
		endpoint_opened(ep, error);
}

static void
inet_listen_resolved(struct addrinfo *list, const char *reason, void *arg)
{
	struct endpoint *ep = arg;
	struct inet_listen_state *st = ep->state;
	int error;

	st->resolve = NULL;
	if (list == NULL) {
		log_msg(LOG_ERROR, &ep->who, "cannot find the local address: %s", reason);
		inet_listen_bound(ep, -ENOENT);
		return;
	}
	error = inet_listen_on(ep, list);
	freeaddrinfo(list);
	inet_listen_bound(ep, error);
}

static void
inet_listen_begin(struct loop_timer *t)
{
	struct endpoint *ep = t->arg;
	struct inet_listen_state *st = ep->state;
	const char *written = ep->spec->addr->nparams == 2 ? endpoint_spec_param(ep->spec, 0) : tcp_bind_of(ep->spec);
	char *host = NULL, *port = NULL;

	if (written != NULL && strcmp(written, "*") != 0 && *written != '\0')
		resolve_split(written, &host, &port);
	st->resolve = resolve_start(ep->env->blocking,
	    &(struct resolve_request){ .host = host,
		.service = endpoint_spec_param(ep->spec, ep->spec->addr->nparams - 1),
		.family = tcp_family_of(ep->kind),
		.is_passive = written != NULL,
		.is_datagram = (ep->kind->flags & KIND_PACKET) != 0 },
	    inet_listen_resolved, ep);
	free(host);
	free(port);
}

int
inet_listen_open(struct endpoint *ep, int (*add)(struct endpoint *, const struct addrinfo *))
{
	struct inet_listen_state *st = ep->state;

	st->add = add;
	loop_timer_init(&st->begin, inet_listen_begin, ep);
	loop_timer_set(endpoint_loop(ep), &st->begin, loop_now(endpoint_loop(ep)));
	return 1;
}

void
inet_listen_close(struct endpoint *ep)
{
	struct inet_listen_state *st = ep->state;

	if (st->begin.expired != NULL)
		loop_timer_stop(endpoint_loop(ep), &st->begin);
	resolve_cancel(st->resolve);
	listener_close(ep);
}
