/* unix-listen:PATH and abstract-listen:NAME: for the owner alone unless mode= says otherwise. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/io.h"
#include "endpoint/endpoint.h"
#include "endpoint/fdpass_group.h"
#include "endpoint/limits_group.h"
#include "endpoint/proxy_in.h"
#include "endpoint/retry.h"
#include "endpoint/socket_groups.h"
#include "endpoint/unix_name.h"
#include "net/unixpath.h"

struct unix_listen_state {
	struct listener listener; /* first: listener_of */
	bool is_bound;
	struct stat bound;
};

static const struct opt_group *const unix_listen_groups[] = { &listen_group, &bound_group, &socket_group, &retry_group,
	&restart_group, &limits_group, &proxy_in_group, &fdpass_group, NULL };
static const struct opt_group *const abstract_listen_groups[] = { &listen_group, &socket_group, &retry_group,
	&restart_group, &limits_group, &proxy_in_group, &fdpass_group, NULL };

static int
unix_listen_check(struct endpoint_spec *spec, struct diag *d)
{
	return unix_name_check(spec, d) == 0 ? admission_check(spec, ACCESS_LOCAL, d) : -1;
}

static enum endpoint_class
unix_listen_predict(const struct endpoint_spec *spec, enum endpoint_role role)
{
	(void)spec;
	(void)role;
	return CLASS_SOCKET;
}

static int
unix_listen_refused(struct endpoint *ep, int error)
{
	if (error == EADDRINUSE)
		log_msg(LOG_ERROR, &ep->who, "cannot listen: another program serves this socket%s",
		    unix_is_abstract(ep->kind) ? "" : " (unlink-early would take its place)");
	else if (error == EEXIST)
		log_msg(LOG_ERROR, &ep->who,
		    "cannot listen: something stands there that is no socket, and stays untouched");
	else
		return endpoint_fail(ep, error, "cannot listen");
	return -error;
}

static int
unix_listen_dress(struct endpoint *ep, const char *path)
{
	const struct bound_opts *o = endpoint_spec_group(ep->spec, &bound_group);
	const uid_t uid = o->user.is_set ? o->user.id : (uid_t)-1;
	const gid_t gid = o->group.is_set ? o->group.id : (gid_t)-1;

	if ((o->user.is_set || o->group.is_set) && lchown(path, uid, gid) == -1)
		return endpoint_fail(ep, errno, "cannot change the owner of the socket file");
	if (o->mode != 0600 && chmod(path, (mode_t)o->mode) == -1)
		return endpoint_fail(ep, errno, "cannot change the mode of the socket file");
	return 0;
}

static int
unix_listen_bind(struct endpoint *ep, int fd)
{
	const char *name = endpoint_spec_param(ep->spec, 0);
	struct unix_listen_state *st = ep->state;
	struct sockaddr_un sun;
	const struct bound_opts *o = endpoint_spec_group(ep->spec, &bound_group);
	int error;

	if (unix_is_abstract(ep->kind)) {
		socklen_t len = unixpath_address(&sun, name, true);

		return bind(fd, (struct sockaddr *)&sun, len) == -1 ? unix_listen_refused(ep, errno) : 0;
	}
	error = unixpath_bind(fd, name, o->unlink_early, &st->bound);
	if (error != 0)
		return unix_listen_refused(ep, -error);
	st->is_bound = true;
	return unix_listen_dress(ep, name);
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
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd == -1)
		return endpoint_fail(ep, errno, "cannot make a socket");
	error = unix_listen_bind(ep, fd);
	if (error != 0) {
		io_close(&fd);
		return error;
	}
	return unix_listen_start(ep, fd);
}

static void
unix_listen_close(struct endpoint *ep)
{
	const struct bound_opts *o = endpoint_spec_group(ep->spec, &bound_group);
	struct unix_listen_state *st = ep->state;

	listener_close(ep);
	if (st->is_bound && o->unlink_close)
		unixpath_unlink(endpoint_spec_param(ep->spec, 0), &st->bound);
}

#define UNIX_LISTEN_KIND                                                                                          \
	.args_min = 1, .args_max = 1, .state_size = sizeof(struct unix_listen_state), .check = unix_listen_check, \
	.predict = unix_listen_predict, .open = unix_listen_open, .accept = listener_accept,                      \
	.close = unix_listen_close

const struct endpoint_kind endpoint_unix_listen = {
	.name = "unix-listen",
	.aliases = (const char *const[]){ "unix-l", NULL },
	.syntax = "unix-listen:PATH",
	.example = "unix-listen:/tmp/app.sock,each",
	.help = "clients of a UNIX stream socket that is made",
	.flags = KIND_READ | KIND_WRITE | KIND_LISTEN | KIND_PATH,
	.groups = unix_listen_groups,
	UNIX_LISTEN_KIND,
};

const struct endpoint_kind endpoint_abstract_listen = {
	.name = "abstract-listen",
	.aliases = (const char *const[]){ "abstract-l", NULL },
	.syntax = "abstract-listen:NAME",
	.example = "abstract-listen:app,each",
	.help = "clients of an abstract UNIX stream socket",
	.flags = KIND_READ | KIND_WRITE | KIND_LISTEN | KIND_COLONS,
	.groups = abstract_listen_groups,
	UNIX_LISTEN_KIND,
};
