/*
 * Connections whose PROXY protocol header is awaited.
 *
 * One that is accepted is first asked where it comes from (proxy-from=): who is no proxy of ours is refused, for he could claim
 * to be anybody. Then it waits here, with a time limit, until its header is whole. What has come is looked at (MSG_PEEK) and as
 * much of it as belongs to the header is taken, so that a header in pieces costs no spinning and what follows it stays in the
 * socket for the session. While the listener is full (max=), a client whose header is there waits on.
 */
#include "endpoint/proxy_in.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/admission.h"
#include "endpoint/socket_groups.h"
#include "net/access_hosts.h"
#include "net/proxy_header.h"

#define PROXY_IN_WAITING 1024 /* connections that wait for their headers at a time */

struct proxy_wait {
	struct proxy_in *in;
	struct acceptor_peer peer;
	struct loop_source source;
	struct loop_timer timer;
	struct loop_task reaper;
	void (*taken)(const struct acceptor_peer *, void *);
	void *arg;
	bool is_whole; /* it waits for the listener */
	struct proxy_wait *next, **prev;
	size_t len;
	unsigned char buf[PROXY_HEADER_MAX];
};

struct proxy_in {
	struct endpoint *listener;
	struct access_list from;
	bool is_abstract, has_default_from;
	struct proxy_wait *first, **last; /* in order of arrival */
	unsigned n;
	struct loop_timer resume;
};

/* clang-format off */
static const struct opt_desc proxy_in_opts_table[] = {
	OPT(struct proxy_in_opts, proxy, OPT_ENUM, .name = "proxy",
	    .words = "no\0require", .def = "no", .bare = "require", .value = "require",
	    .help = "each connection begins with a PROXY protocol header"),
	OPT(struct proxy_in_opts, from, OPT_LIST, .name = "proxy-from", .value = "WHO",
	    .help = "the proxies, as with allow=; default: this machine"),
	OPT(struct proxy_in_opts, timeout, OPT_TIME, .name = "proxy-timeout", .def = "5s",
	    .help = "time for the PROXY protocol header to come"),
	OPT_END,
};
/* clang-format on */

const struct opt_group proxy_in_group = {
	.name = "proxied",
	.help = "stream listeners, behind a proxy",
	.opts = proxy_in_opts_table,
	.size = sizeof(struct proxy_in_opts),
};

/* ---- what the options say ---- */

bool
proxy_in_is_required(const struct endpoint_spec *spec)
{
	const struct proxy_in_opts *o = endpoint_spec_group(spec, &proxy_in_group);

	return o != NULL && o->proxy == PROXY_IN_REQUIRE;
}

static size_t
proxy_in_place(const struct endpoint_spec *spec, const char *option)
{
	for (size_t i = 0; i < spec->addr->noptions; i++)
		if (strcasecmp(spec->addr->options[i].name, option) == 0)
			return spec->addr->options[i].pos;
	return 0;
}

/* What only counts with headers. */
static int
proxy_in_check_alone(const struct endpoint_spec *spec, struct diag *d)
{
	static const char options[][16] = { "proxy-from", "proxy-timeout" };

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (!endpoint_spec_has(spec, options[i]))
			continue;
		diag_set(d, proxy_in_place(spec, options[i]), "%s without proxy=require", options[i]);
		return diag_hint(d, "it is about the headers that proxies send; proxy=require asks for those");
	}
	return 0;
}

int
proxy_in_check(const struct endpoint_spec *spec, enum access_place place, struct diag *d)
{
	const struct proxy_in_opts *o = endpoint_spec_group(spec, &proxy_in_group);
	struct access_list l = { 0 };
	int result;

	if (o == NULL)
		return 0;
	if (o->proxy != PROXY_IN_REQUIRE)
		return proxy_in_check_alone(spec, d);
	result = admission_parse(spec, &proxy_in_group, "proxy-from", &o->from, place, &l, d);
	if (result == 0 && access_list_has_hosts(&l)) {
		diag_set(d, proxy_in_place(spec, "proxy-from"), "a host name in proxy-from");
		result = diag_hint(d, "proxies are addresses: proxy-from=192.0.2.1+2001:db8::/32");
	}
	access_list_fini(&l);
	return result;
}

/* Where nobody is named, this machine is meant. The file of a UNIX socket has its permissions. */
static int
proxy_in_read(struct proxy_in *in, const struct proxy_in_opts *o, enum access_place place, struct diag *d)
{
	static char v4[] = "127.0.0.0/8", v6[] = "::1", *machine[] = { v4, v6 };
	static const struct opt_list here = { .items = machine, .len = 2 };

	if (o->from.len > 0)
		return admission_parse(in->listener->spec, &proxy_in_group, "proxy-from", &o->from, place, &in->from,
		    d);
	return admission_parse(in->listener->spec, &proxy_in_group, "proxy-from", &here, ACCESS_ANYWHERE, &in->from, d);
}

/* ---- one connection ---- */

static void
proxy_wait_reap(struct loop_task *t)
{
	free(t->arg);
}

static void
proxy_wait_free(struct proxy_wait *w)
{
	struct proxy_in *in = w->in;
	struct loop *loop = endpoint_loop(in->listener);

	loop_source_stop(loop, &w->source);
	loop_timer_stop(loop, &w->timer);
	*w->prev = w->next;
	*(w->next != NULL ? &w->next->prev : &in->last) = w->prev;
	in->n--;
	loop_defer(loop, &w->reaper);
}

static void
proxy_wait_refuse(struct proxy_wait *w, const char *why)
{
	struct endpoint *listener = w->in->listener;
	const struct acceptor_peer peer = w->peer;

	proxy_wait_free(w);
	admission_refuse(listener, ADMISSION_PROXY_HEADER, &peer, why);
}

/* The listener may be closed by whoever takes its client. */
static void
proxy_wait_deliver(struct proxy_wait *w)
{
	const struct acceptor_peer peer = w->peer;
	void (*taken)(const struct acceptor_peer *, void *) = w->taken;
	void *arg = w->arg;

	proxy_wait_free(w);
	taken(&peer, arg);
}

static void
proxy_wait_is_whole(struct proxy_wait *w)
{
	struct proxy_header *h = &w->peer.proxied;
	const char *why;

	if (proxy_header_parse(w->buf, w->len, h, &why) == -1) {
		proxy_wait_refuse(w, why);
		return;
	}
	if (h->has_addresses) {
		w->peer.ss = h->peer;
		w->peer.len = h->peer_len;
	}
	loop_source_stop(endpoint_loop(w->in->listener), &w->source);
	loop_timer_stop(endpoint_loop(w->in->listener), &w->timer);
	w->is_whole = true;
	if (!listener_is_waiting(w->in->listener))
		proxy_wait_deliver(w);
}

/* Takes what belongs to the header. Returns false when there is nothing more to read for now, or the connection is gone. */
static bool
proxy_wait_take(struct proxy_wait *w)
{
	ssize_t n = io_peek(w->peer.fd, w->buf + w->len, sizeof(w->buf) - w->len);
	const char *why = NULL;
	struct iovec iov;
	bool is_whole;
	size_t extent;

	if (n == -EAGAIN)
		return false;
	if (n <= 0) {
		proxy_wait_refuse(w, "the connection ended before its PROXY protocol header");
		return false;
	}
	extent = proxy_header_extent(w->buf, w->len + (size_t)n, &is_whole, &why);
	if (extent == 0) {
		proxy_wait_refuse(w, why);
		return false;
	}
	iov = (struct iovec){ w->buf + w->len, extent - w->len };
	n = io_recvv(w->peer.fd, &iov, 1);
	if (n <= 0) {
		proxy_wait_refuse(w, "the connection ended in its PROXY protocol header");
		return false;
	}
	w->len += (size_t)n;
	if (!is_whole || w->len < extent)
		return true;
	proxy_wait_is_whole(w);
	return false;
}

static void
proxy_wait_ready(struct loop_source *s, uint32_t events)
{
	(void)events;
	while (proxy_wait_take(s->arg))
		;
}

static void
proxy_wait_expired(struct loop_timer *t)
{
	proxy_wait_refuse(t->arg, "no PROXY protocol header within the time limit (proxy-timeout)");
}

/* ---- the listener's ---- */

static bool
proxy_in_knows(const struct proxy_in *in, const struct acceptor_peer *peer)
{
	struct access_client c = { 0 };
	uint32_t *groups = admission_identify(peer, access_list_needs_groups(&in->from), &c);
	const bool is_named = access_list_has(&in->from, &c);

	free(groups);
	if (c.family != AF_UNIX || is_named)
		return is_named;
	return in->has_default_from && (!in->is_abstract || (c.has_user && c.uid == geteuid()));
}

void
proxy_in_add(struct proxy_in *in, const struct acceptor_peer *peer, void (*taken)(const struct acceptor_peer *, void *),
    void *arg)
{
	const struct proxy_in_opts *o = endpoint_spec_group(in->listener->spec, &proxy_in_group);
	struct loop *loop = endpoint_loop(in->listener);
	struct proxy_wait *w;
	int error;

	if (!proxy_in_knows(in, peer)) {
		admission_refuse(in->listener, ADMISSION_PROXY_FROM, peer, NULL);
		return;
	}
	if (in->n >= PROXY_IN_WAITING) {
		admission_refuse(in->listener, ADMISSION_PROXY_HEADER, peer,
		    "too many connections wait for their PROXY protocol headers");
		return;
	}
	w = xmalloc(sizeof(*w));
	memset(w, 0, offsetof(struct proxy_wait, buf));
	w->in = in;
	w->peer = *peer;
	w->taken = taken;
	w->arg = arg;
	w->prev = in->last;
	*in->last = w;
	in->last = &w->next;
	in->n++;
	loop_source_init(&w->source, peer->fd, proxy_wait_ready, w);
	loop_timer_init(&w->timer, proxy_wait_expired, w);
	loop_task_init(&w->reaper, proxy_wait_reap, w);
	loop_timer_set(loop, &w->timer, loop_now(loop) + (uint64_t)o->timeout);
	error = loop_source_want(loop, &w->source, EPOLLIN);
	if (error != 0)
		proxy_wait_refuse(w, strerror(-error));
}

static void
proxy_in_resume_now(struct loop_timer *t)
{
	struct proxy_in *in = t->arg;
	struct proxy_wait *w = in->first;

	while (w != NULL && !w->is_whole)
		w = w->next;
	if (w == NULL || listener_is_waiting(in->listener))
		return;
	loop_timer_set(endpoint_loop(in->listener), t, loop_now(endpoint_loop(in->listener)));
	proxy_wait_deliver(w);
}

void
proxy_in_resume(struct proxy_in *in)
{
	if (in != NULL && in->n > 0)
		loop_timer_set(endpoint_loop(in->listener), &in->resume, loop_now(endpoint_loop(in->listener)));
}

int
proxy_in_open(struct endpoint *listener, enum access_place place, bool is_abstract, struct proxy_in **out)
{
	const struct proxy_in_opts *o = endpoint_spec_group(listener->spec, &proxy_in_group);
	struct proxy_in *in;
	struct diag d = { 0 };

	if (!proxy_in_is_required(listener->spec))
		return 0;
	in = *out = xcalloc(1, sizeof(*in));
	in->listener = listener;
	in->last = &in->first;
	in->is_abstract = is_abstract;
	in->has_default_from = o->from.len == 0;
	loop_timer_init(&in->resume, proxy_in_resume_now, in);
	if (proxy_in_read(in, o, place, &d) == 0)
		return 0;
	log_msg(LOG_ERROR, &listener->who, "%s", d.text); /* fd-listen: what it is was not known before */
	diag_fini(&d);
	return -EINVAL;
}

void
proxy_in_close(struct proxy_in *in)
{
	if (in == NULL)
		return;
	loop_timer_stop(endpoint_loop(in->listener), &in->resume);
	while (in->first != NULL) {
		int fd = in->first->peer.fd;

		proxy_wait_free(in->first);
		io_close(&fd);
	}
	access_list_fini(&in->from);
	free(in);
}
