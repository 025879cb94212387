/* What the socket kinds share: their option groups, established connections, and listeners. */
#include "endpoint/socket_groups.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/client_env.h"
#include "endpoint/message.h"
#include "endpoint/proxy_in.h"
#include "net/inetaddr.h"
#include "net/peername.h"

#define LISTENER_SILENCE INT64_C(30000000000) /* ns */

/* clang-format off */
static const struct opt_desc listen_opts_table[] = {
	OPT(struct listen_opts, timeout, OPT_TIME, .name = "accept-timeout", .aliases = "listen-timeout",
	    .help = "give up when no client has come by then"),
	OPT(struct listen_opts, allow, OPT_LIST, .name = "allow", .aliases = "range", .value = "WHO",
	    .help = "only these clients: networks, hosts, users, groups"),
	OPT(struct listen_opts, backlog, OPT_INT, .name = "backlog", .min = 1, .max = 65535, .words = "system",
	    .def = "system", .value = "N|system", .help = "clients that may wait to be accepted"),
	OPT(struct listen_opts, close, OPT_ENUM, .name = "close", .words = "never\0last", .def = "never",
	    .help = "share: the other end is closed when nobody is there"),
	OPT(struct listen_opts, deny, OPT_LIST, .name = "deny", .value = "WHO",
	    .help = "none of these clients, whatever allow= says"),
	OPT(struct listen_opts, each, OPT_BOOL, .name = "each", .aliases = "fork",
	    .help = "a new session for every client"),
	OPT(struct listen_opts, first_byte, OPT_TIME, .name = "first-byte", .help = "end a client that has sent nothing by then"),
	OPT(struct listen_opts, idle, OPT_TIME, .name = "idle", .help = "end a client when nothing has moved for so long"),
	OPT(struct listen_opts, lines, OPT_INT, .name = "lines", .min = 1, .max = 1000000,
	    .help = "share=turns: an answer has so many lines"),
	OPT(struct listen_opts, max, OPT_INT, .name = "max", .aliases = "max-children\0maxchildren", .min = 1,
	    .max = 1000000, .words = "none", .def = "none", .value = "N|none",
	    .help = "clients at a time; for others see over="),
	OPT(struct listen_opts, max_per_ip, OPT_INT, .name = "max-per-ip", .min = 1, .max = 1000000, .words = "none",
	    .def = "none", .value = "N|none", .help = "clients at a time of one address or user; more are refused"),
	OPT(struct listen_opts, open, OPT_ENUM, .name = "open", .words = "start\0first", .def = "start",
	    .help = "share: when the other end is opened"),
	OPT(struct listen_opts, over, OPT_ENUM, .name = "over", .words = "wait\0refuse", .def = "wait", .value = "wait|refuse",
	    .help = "clients above a limit wait in the backlog, or are refused"),
	OPT(struct listen_opts, prompt, OPT_REGEX, .name = "prompt", .help = "share=turns: an answer ends with what this matches"),
	OPT(struct listen_opts, quiet, OPT_TIME, .name = "quiet", .help = "share=turns: an answer ends when nothing came for so long"),
	OPT(struct listen_opts, rate, OPT_RATE, .name = "rate", .help = "new clients in a time; for others see over="),
	OPT(struct listen_opts, reply, OPT_ENUM, .name = "reply", .words = "no\0yes\0status", .def = "no", .bare = "yes",
	    .value = "yes|status", .help = "each message of a client is a run of the program"),
	OPT(struct listen_opts, rules, OPT_STRING, .name = "rules", .value = "FILE",
	    .help = "rules for clients in a file, read anew when it changes"),
	OPT(struct listen_opts, scheme, OPT_SIZED, .name = "scheme", .words = "loop\0fork\0threads", .def = "loop",
	    .min = 1, .max = 256, .value = "loop|fork|threads[:N]", .help = "with each: one loop, a process each, or N loops in threads"),
	OPT(struct listen_opts, share, OPT_ENUM, .name = "share", .words = "no\0merge\0turns\0first", .def = "no", .bare = "merge",
	    .value = "merge|turns|first", .help = "all clients on one other end: who may write to it"),
	OPT(struct listen_opts, session_timeout, OPT_TIME, .name = "timeout", .help = "end a client after so long, whatever it does"),
	OPT_END,
};

static const struct opt_desc bound_opts_table[] = {
	OPT(struct bound_opts, group, OPT_GROUP, .name = "group", .aliases = "gid", .help = "group of the socket file"),
	OPT(struct bound_opts, mode, OPT_MODE, .name = "mode", .aliases = "perm", .def = "0600",
	    .help = "permissions of the socket file"),
	OPT(struct bound_opts, unlink_close, OPT_BOOL, .name = "unlink-close", .def = "yes",
	    .help = "remove the socket file at the end"),
	OPT(struct bound_opts, unlink_early, OPT_BOOL, .name = "unlink-early", .aliases = "unlink",
	    .help = "take the place of a socket even if it is served"),
	OPT(struct bound_opts, user, OPT_USER, .name = "user", .aliases = "uid\0owner",
	    .help = "owner of the socket file"),
	OPT_END,
};
/* clang-format on */

const struct opt_group socket_group = { .name = "socket",
	.help = "every socket",
	.opts = sock_opts_table,
	.size = sizeof(struct sock_opts) };
const struct opt_group tcp_group = { .name = "tcp",
	.help = "every TCP socket",
	.opts = tcp_opts_table,
	.size = sizeof(struct tcp_opts) };
const struct opt_group udp_group = { .name = "udp",
	.help = "every UDP socket",
	.opts = udp_opts_table,
	.size = sizeof(struct udp_opts) };
const struct opt_group listen_group = { .name = "listen",
	.help = "every listener",
	.opts = listen_opts_table,
	.size = sizeof(struct listen_opts) };
const struct opt_group bound_group = { .name = "bound",
	.help = "socket files that are made",
	.opts = bound_opts_table,
	.size = sizeof(struct bound_opts) };

/* Connections. */

/* Who is at the other side, for messages and, if it is a client, for the programs that are started for it. */
static void
connection_name(struct endpoint *ep, int fd, const struct acceptor_peer *client, const struct sockaddr_storage *own,
    socklen_t own_len)
{
	struct client_facts f = { .peer_len = sizeof(f.peer),
		.own = *own,
		.own_len = own_len,
		.session = ep->who.session };
	socklen_t len = sizeof(f.cred);
	const struct proxy_header *proxied = client != NULL && client->proxied.has_addresses ? &client->proxied : NULL;
	char text[PEERNAME_MAX];

	if (client != NULL && ep->is_tcp) {
		f.peer = client->ss;
		f.peer_len = client->len;
	} else if (getpeername(fd, (struct sockaddr *)&f.peer, &f.peer_len) == -1)
		f.peer_len = 0;
	if (proxied != NULL) {
		ep->proxied = xmalloc(sizeof(*proxied));
		*ep->proxied = *proxied;
		f.peer = proxied->peer;
		f.peer_len = proxied->peer_len;
		f.own = proxied->own;
		f.own_len = proxied->own_len;
	}
	peername_format(&f.peer, f.peer_len, text);
	ep->peer = xstrdup(text);
	if (!ep->is_accepted || !ep->env->runs_programs)
		return;
	f.has_cred = !ep->is_tcp && proxied == NULL && getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &f.cred, &len) == 0;
	if (client != NULL && client->has_cred) {
		f.has_cred = true;
		f.cred = client->cred;
	}
	f.is_datagram = (ep->kind->flags & KIND_PACKET) != 0;
	f.nclients = client != NULL ? client->nclients : 0;
	ep->peer_env = client_env_make(&f);
}

/* The address of our side is for programs, and tells the family where the peer's does not. */
static bool
connection_needs_own(const struct endpoint *ep, const struct acceptor_peer *client)
{
	return client == NULL || client->proxied.has_addresses || !inetaddr_is_family(client->ss.ss_family) ||
	    (ep->is_accepted && ep->env->runs_programs);
}

/* client: as it was admitted, or whom we have connected to; NULL: the socket is asked who it is. */
static int
connection_take(struct endpoint *ep, int fd, const struct acceptor_peer *client)
{
	const struct sock_opts *so = endpoint_spec_group(ep->spec, &socket_group);
	const struct tcp_opts *to = endpoint_spec_group(ep->spec, &tcp_group);
	struct sockaddr_storage own = { 0 };
	socklen_t len = sizeof(own);
	const char *what = "";
	int error = 0;

	if (!connection_needs_own(ep, client)) {
		own.ss_family = client->ss.ss_family;
		len = 0;
	} else if (getsockname(fd, (struct sockaddr *)&own, &len) == -1) {
		error = ep->is_accepted ? -errno : 0;
		len = 0;
	}
	ep->is_tcp = inetaddr_is_family(own.ss_family);
	if (ep->is_accepted) {
		if (error == 0 && so != NULL)
			error = sockopt_apply(fd, so, &what);
		if (error == 0 && to != NULL && ep->is_tcp)
			error = sockopt_apply_tcp(fd, own.ss_family, to, &what);
	}
	if (error != 0) {
		io_close(&fd);
		return endpoint_fail(ep, -error, "cannot set option %s", what);
	}
	connection_name(ep, fd, client, &own, len);
	if (ep->is_tcp && ep->kind->class == CLASS_SOCKET)
		endpoint_set_stream(ep, fd);
	else {
		endpoint_set_fd(ep, ROLE_READ | ROLE_WRITE, fd);
		endpoint_tell_empty_apart(fd);
	}
	if (!ep->is_accepted || ep->who.session == 0) /* the start of a session tells it */
		log_msg(LOG_INFO, &ep->who, "%s %s", ep->is_accepted ? "connection from" : "connected to", ep->peer);
	return 0;
}

int
connection_adopt(struct endpoint *ep, int fd)
{
	return connection_take(ep, fd, NULL);
}

int
connection_adopt_to(struct endpoint *ep, int fd, const struct sockaddr_storage *ss, socklen_t len)
{
	const struct acceptor_peer peer = { .fd = fd, .ss = *ss, .len = len };
	int error;

	error = connection_take(ep, fd, inetaddr_is_unspecified((const struct sockaddr *)ss) ? NULL : &peer);
	if (error == 0)
		loop_source_passed_on(&ep->rsource);
	return error;
}

static int
connection_adopt_client(struct endpoint *ep, const struct acceptor_peer *peer)
{
	int error;

	ep->is_accepted = true;
	error = connection_take(ep, peer->fd, peer);
	if (error == 0)
		admission_add_variables(ep, peer->variables);
	free_strings(peer->variables);
	return error;
}

/* Listeners. */

struct listener *
listener_of(const struct endpoint *ep)
{
	return ep->state;
}

bool
listener_is_waiting(const struct endpoint *ep)
{
	return listener_of(ep)->is_waiting;
}

/* A client is there: with its own address, or that of a proxy's header. */
static void
listener_took_one(const struct acceptor_peer *peer, void *arg)
{
	struct endpoint *ep = arg;
	struct listener *l = listener_of(ep);
	struct acceptor_peer client = *peer;

	if (!admission_takes(ep, &client))
		return;
	ep->counted = client.counted;
	loop_timer_stop(endpoint_loop(ep), &l->timer);
	acceptor_stop(l->acceptor);
	acceptor_free(l->acceptor);
	l->acceptor = NULL;
	proxy_in_close(l->proxies);
	l->proxies = NULL;
	endpoint_opened(ep, connection_adopt_client(ep, &client));
}

static void
listener_got_one(const struct acceptor_peer *peer, void *arg)
{
	struct endpoint *ep = arg;
	struct listener *l = listener_of(ep);

	if (l->proxies != NULL)
		proxy_in_add(l->proxies, peer, listener_took_one, ep);
	else
		listener_took_one(peer, ep);
}

static void
listener_expired(struct loop_timer *t)
{
	struct endpoint *ep = t->arg;

	log_msg(LOG_ERROR, &ep->who, "no client came within the time limit (accept-timeout)");
	ep->status = 124;
	endpoint_opened(ep, -ETIMEDOUT);
}

/* Waits for one client, then closes the listening sockets. */
static int
listener_wait(struct endpoint *ep)
{
	const struct listen_opts *o = endpoint_spec_group(ep->spec, &listen_group);
	struct listener *l = listener_of(ep);
	int error = acceptor_start(l->acceptor, listener_got_one, ep);

	if (error != 0)
		return endpoint_fail(ep, -error, "cannot wait for a client");
	loop_timer_init(&l->timer, listener_expired, ep);
	if (o->timeout > 0)
		loop_timer_set(endpoint_loop(ep), &l->timer, loop_now(endpoint_loop(ep)) + (uint64_t)o->timeout);
	ready_listener(ep);
	return 1;
}

/* Who may come in is known. A server asks for its clients itself (listener_serve). */
static void
listener_admission_ready(struct endpoint *ep, int result)
{
	if (result == 0 && !ep->serves)
		result = listener_wait(ep);
	if (result <= 0)
		endpoint_opened(ep, result);
}

int
listener_begin(struct endpoint *ep)
{
	int result = admission_open(ep, listener_admission_ready);

	return result == 0 && !ep->serves ? listener_wait(ep) : result;
}

static void listener_got_another(const struct acceptor_peer *, void *);

/* Clients that are no connections. */
static int
listener_apply_own(struct endpoint *ep)
{
	struct listener *l = listener_of(ep);

	if (!l->is_full)
		return l->start(ep);
	l->stop(ep);
	return 0;
}

/* Accepts, or leaves clients in the backlog: while its owner is full, and until the next one may come. */
static int
listener_apply(struct endpoint *ep)
{
	const struct listen_opts *o = endpoint_spec_group(ep->spec, &listen_group);
	struct listener *l = listener_of(ep);
	uint64_t next;
	bool waits;

	if (l->start != NULL)
		return listener_apply_own(ep);
	next = o->over == LISTEN_OVER_WAIT ? admission_next(l->admission) : 0;
	waits = o->over == LISTEN_OVER_WAIT && (l->is_full || next != 0);
	if (next != 0)
		loop_timer_set(endpoint_loop(ep), &l->timer, next);
	if (waits == l->is_waiting)
		return 0;
	l->is_waiting = waits;
	if (!waits)
		proxy_in_resume(l->proxies);
	if (!waits)
		return acceptor_start(l->acceptor, listener_got_another, ep);
	acceptor_stop(l->acceptor);
	return 0;
}

static void
listener_review(struct endpoint *ep)
{
	const int error = listener_apply(ep);

	if (error != 0)
		endpoint_fail(ep, -error, "cannot wait for clients");
}

static void
listener_may_accept(struct loop_timer *t)
{
	listener_review(t->arg);
}

static void
listener_took_another(const struct acceptor_peer *peer, void *arg)
{
	struct endpoint *ep = arg;
	struct listener *l = listener_of(ep);
	struct acceptor_peer client = *peer;

	if (!admission_takes(ep, &client)) {
		acceptor_leave(l->acceptor, false);
		return;
	}
	l->newest = client;
	listener_review(ep);
	acceptor_leave(l->acceptor, true);
	l->accepted(ep, l->server);
}

static void
listener_got_another(const struct acceptor_peer *peer, void *arg)
{
	struct endpoint *ep = arg;
	struct listener *l = listener_of(ep);

	if (l->proxies != NULL)
		proxy_in_add(l->proxies, peer, listener_took_another, ep);
	else
		listener_took_another(peer, ep);
}

int
listener_serve(struct endpoint *ep, void (*accepted)(struct endpoint *, void *), void *arg)
{
	struct listener *l = listener_of(ep);
	int error;

	l->accepted = accepted;
	l->server = arg;
	l->is_waiting = true;
	loop_timer_init(&l->timer, listener_may_accept, ep);
	error = listener_apply(ep);
	if (error != 0)
		return endpoint_fail(ep, -error, "cannot wait for clients");
	ready_listener(ep);
	return 0;
}

void
listener_pause(struct endpoint *ep, bool is_full)
{
	listener_of(ep)->is_full = is_full;
	listener_review(ep);
}

/* Every state of a listening kind is that of one that was never opened, but for what is shared. */
int
listener_share(const struct endpoint *from, struct endpoint_env *env, bool accepts, struct endpoint **part)
{
	struct endpoint *ep = endpoint_new(from->spec, env, from->roles);
	struct listener *l;
	int error = 0;

	ep->state = xcalloc(1, ep->kind->state_size);
	ep->serves = true;
	ep->send_max = from->send_max;
	l = listener_of(ep);
	l->is_part = true;
	l->admission = listener_of(from)->admission;
	if (accepts)
		error = acceptor_share(listener_of(from)->acceptor, env->loop, &ep->who, &l->acceptor);
	else
		l->acceptor = acceptor_new(env->loop, &ep->who);
	if (error == 0) {
		*part = ep;
		return 0;
	}
	endpoint_fail(ep, -error, "cannot share the listening socket with a thread");
	endpoint_free(ep);
	return error;
}

struct acceptor_peer *
listener_newest(const struct endpoint *ep)
{
	return &listener_of(ep)->newest;
}

void
listener_finish(struct endpoint *ep)
{
	struct listener *l = listener_of(ep);

	if (l->finished != NULL)
		l->finished(ep, l->server);
}

const struct listen_opts *
listener_opts(const struct endpoint_spec *s)
{
	const struct listen_opts *o = endpoint_spec_group(s, &listen_group);

	return o != NULL ? o : endpoint_spec_group(s, &jobs_group);
}

int
listener_accept(struct endpoint *ep, struct endpoint *out)
{
	struct listener *l = listener_of(ep);
	const struct acceptor_peer peer = l->newest;

	l->newest.fd = -1;
	out->counted = peer.counted;
	l->newest.counted = NULL;
	l->newest.variables = NULL;
	return connection_adopt_client(out, &peer);
}

void
listener_forget_silent(const struct endpoint_spec *spec)
{
	struct listen_opts *o = endpoint_spec_group(spec, &listen_group);

	if (!endpoint_spec_has(spec, "idle"))
		o->idle = LISTENER_SILENCE;
}

void
listener_tell(struct endpoint *ep)
{
	const struct acceptor *a = listener_of(ep)->acceptor;

	for (unsigned i = 0; i < acceptor_len(a); i++) {
		struct sockaddr_storage ss = { 0 };
		socklen_t len = sizeof(ss);
		char text[PEERNAME_MAX];

		if (getsockname(acceptor_fd(a, i), (struct sockaddr *)&ss, &len) == 0) {
			peername_format(&ss, len, text);
			log_msg(LOG_INFO, &ep->who, "listening on %s", text);
		}
	}
}

void
listener_close(struct endpoint *ep)
{
	struct listener *l = listener_of(ep);

	if (l->timer.expired != NULL)
		loop_timer_stop(endpoint_loop(ep), &l->timer);
	acceptor_free(l->acceptor);
	l->acceptor = NULL;
	proxy_in_close(l->proxies);
	l->proxies = NULL;
	if (!l->is_part)
		admission_free(l->admission);
	l->admission = NULL;
}
