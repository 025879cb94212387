/*
 * unix-dgram-listen, unix-recvfrom and their abstract forms: who sends to a bound socket has a connection of its own
 * (net/datagrams.h), known by its name and its user, which the kernel tells with every datagram. Senders without a name share one
 * for each user, and cannot be answered.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/io.h"
#include "endpoint/endpoint.h"
#include "endpoint/limits_group.h"
#include "endpoint/linger.h"
#include "endpoint/retry.h"
#include "endpoint/socket_groups.h"
#include "endpoint/unix_bound.h"
#include "endpoint/unix_name.h"
#include "net/datagrams.h"

#define UNIX_DGRAM_SNDBUF \
	(4 * 1024 * 1024)      /* all answers on their way share it, those to clients that do not read included */
#define UNIX_DGRAM_OVERHEAD 32 /* of a datagram, from the buffer it is sent by: unix_dgram_sendmsg in Linux */

struct unix_dgram_listen_state {
	struct listener listener; /* first: listener_of */
	struct unix_bound bound;
};

static const struct opt_group *const unix_dgram_listen_groups[] = { &listen_group, &bound_group, &socket_group,
	&retry_group, &restart_group, &limits_group, NULL };
static const struct opt_group *const abstract_dgram_listen_groups[] = { &listen_group, &socket_group, &retry_group,
	&restart_group, &limits_group, NULL };

/* The kernel tells user and group of who has sent a datagram, and not his other groups. */
static int
dgram_check_groups(const struct opt_list *l, const char *option, struct diag *d)
{
	for (size_t i = 0; i < l->len; i++) {
		if (strncmp(l->items[i], "gid:", 4) != 0)
			continue;
		diag_set(d, 0, "%s=%s: of who sends datagrams only the user is known for certain", option, l->items[i]);
		return diag_hint(d, "name the users, or use unix-seqpacket-listen");
	}
	return 0;
}

static int
dgram_listen_check(struct endpoint_spec *spec, struct diag *d)
{
	const struct listen_opts *o = endpoint_spec_group(spec, &listen_group);

	listener_forget_silent(spec);
	if (unix_name_check(spec, d) == -1 || admission_check(spec, ACCESS_LOCAL, d) == -1 ||
	    dgram_check_groups(&o->allow, "allow", d) == -1)
		return -1;
	return dgram_check_groups(&o->deny, "deny", d);
}

/* As much as we may have. Without it there is less room. */
static void
dgram_listen_widen(int fd)
{
	const int size = UNIX_DGRAM_SNDBUF;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) == -1)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

/* Options before the name: from then on datagrams come, with what they ask for. */
static int
dgram_listen_prepare(struct endpoint *ep, int fd)
{
	struct unix_dgram_listen_state *st = ep->state;
	const int on = 1;
	const char *what = "credentials";
	int error, size = 0;
	socklen_t len = sizeof(size);

	dgram_listen_widen(fd);
	error = sockopt_apply(fd, endpoint_spec_group(ep->spec, &socket_group), &what);
	if (error == 0 && setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == -1)
		error = -errno;
	if (error != 0)
		return endpoint_fail(ep, -error, "cannot set option %s", what);
	if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &len) == 0 && size > UNIX_DGRAM_OVERHEAD)
		ep->send_max = (size_t)size - UNIX_DGRAM_OVERHEAD;
	return unix_bound_make(ep, fd, &st->bound);
}

static int
dgram_listen_open(struct endpoint *ep)
{
	struct listener *l = listener_of(ep);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd == -1)
		return endpoint_fail(ep, errno, "cannot make a socket");
	error = dgram_listen_prepare(ep, fd);
	if (error != 0) {
		io_close(&fd);
		return error;
	}
	l->acceptor = acceptor_new(endpoint_loop(ep), &ep->who);
	acceptor_add_datagrams(l->acceptor,
	    datagrams_new(&(struct datagrams_setup){ .loop = endpoint_loop(ep),
		.who = ep->who,
		.fd = fd,
		.is_single = strstr(ep->kind->name, "recvfrom") != NULL,
		.waits = true,
		.busy = linger_count,
		.arg = ep->env }));
	log_msg(LOG_INFO, &ep->who, "listening");
	return listener_begin(ep);
}

static int
dgram_listen_accept(struct endpoint *ep, struct endpoint *out)
{
	out->send_max = ep->send_max;
	return listener_accept(ep, out);
}

static void
dgram_listen_close(struct endpoint *ep)
{
	const struct unix_dgram_listen_state *st = ep->state;

	listener_close(ep);
	unix_bound_remove(ep, &st->bound);
}

#define DGRAM_LISTEN_KIND                                                                                             \
	.args_min = 1, .args_max = 1, .state_size = sizeof(struct unix_dgram_listen_state),                           \
	.check = dgram_listen_check, .class = CLASS_PACKET, .open = dgram_listen_open, .accept = dgram_listen_accept, \
	.close = dgram_listen_close

#define DGRAM_LISTEN_FLAGS (KIND_READ | KIND_WRITE | KIND_LISTEN | KIND_PACKET)

const struct endpoint_kind endpoint_unix_dgram_listen = {
	.name = "unix-dgram-listen",
	.aliases = "unix-dgram-l\0unix-datagram-listen",
	.syntax = "unix-dgram-listen:PATH",
	.example = "unix-dgram-listen:/tmp/app.sock,each",
	.help = "senders of UNIX datagrams, by their names",
	.flags = DGRAM_LISTEN_FLAGS | KIND_PATH,
	.groups = unix_dgram_listen_groups,
	DGRAM_LISTEN_KIND,
};

const struct endpoint_kind endpoint_abstract_dgram_listen = {
	.name = "abstract-dgram-listen",
	.aliases = "abstract-dgram-l\0abstract-datagram-listen",
	.syntax = "abstract-dgram-listen:NAME",
	.example = "abstract-dgram-listen:app,each",
	.help = "senders to an abstract datagram socket, by their names",
	.flags = DGRAM_LISTEN_FLAGS | KIND_COLONS,
	.groups = abstract_dgram_listen_groups,
	DGRAM_LISTEN_KIND,
};

const struct endpoint_kind endpoint_unix_recvfrom = {
	.name = "unix-recvfrom",
	.syntax = "unix-recvfrom:PATH",
	.example = "unix-recvfrom:/tmp/app.sock,each",
	.help = "one UNIX datagram, and any number of answers to it",
	.flags = DGRAM_LISTEN_FLAGS | KIND_PATH,
	.groups = unix_dgram_listen_groups,
	DGRAM_LISTEN_KIND,
};

const struct endpoint_kind endpoint_abstract_recvfrom = {
	.name = "abstract-recvfrom",
	.syntax = "abstract-recvfrom:NAME",
	.example = "abstract-recvfrom:app,each",
	.help = "the same of an abstract datagram socket",
	.flags = DGRAM_LISTEN_FLAGS | KIND_COLONS,
	.groups = abstract_dgram_listen_groups,
	DGRAM_LISTEN_KIND,
};
