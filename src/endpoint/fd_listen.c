/* fd-listen:N, fd-listen:NAME: listening sockets that whoever started us has opened (socket activation). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/io.h"
#include "endpoint/endpoint.h"
#include "endpoint/inherited.h"
#include "endpoint/limits_group.h"
#include "endpoint/proxy_in.h"
#include "endpoint/socket_groups.h"
#include "net/listen_fds.h"

#define FD_LISTEN_HIGHEST 65535

struct fd_listen_state {
	struct listener listener; /* first: listener_of */
};

static const struct opt_group *const fd_listen_groups[] = { &listen_group, &tcp_group, &socket_group, &limits_group,
	&proxy_in_group, NULL };

/* The number of a descriptor; -1: it is a name, or nothing. */
static int
fd_listen_number(const struct endpoint_spec *spec)
{
	const char *text = endpoint_spec_param(spec, 0);
	long n;

	if (*text == '\0' || text[strspn(text, "0123456789")] != '\0')
		return -1;
	errno = 0;
	n = strtol(text, NULL, 10);
	return errno != 0 || n > FD_LISTEN_HIGHEST ? FD_LISTEN_HIGHEST + 1 : (int)n;
}

static int
fd_listen_check(struct endpoint_spec *spec, struct diag *d)
{
	const int n = fd_listen_number(spec);

	if (n == -1 || (n >= 3 && n <= FD_LISTEN_HIGHEST))
		return admission_check(spec, ACCESS_ANYWHERE, d);
	diag_set(d, spec->addr->params[0].pos, "descriptor %s cannot be one that was passed",
	    endpoint_spec_param(spec, 0));
	return diag_hint(d,
	    "they begin at 3; a name is that of LISTEN_FDNAMES (FileDescriptorName= in a .socket unit)");
}

static int
fd_listen_nothing(struct endpoint *ep)
{
	const char *name = endpoint_spec_param(ep->spec, 0);
	char *names = listen_fds_names();

	if (*names == '\0')
		log_msg(LOG_ERROR, &ep->who,
		    "no listening socket was passed to this process (LISTEN_FDS and LISTEN_PID say so; "
		    "a .socket unit or systemd-socket-activate sets them)");
	else
		log_msg(LOG_ERROR, &ep->who, "no listening socket named '%s' was passed, only: %s", name, names);
	free(names);
	return -ENOENT;
}

/* Descriptors that were asked for; there may be several of one name. Returns how many, or -errno (told). */
static int
fd_listen_find(struct endpoint *ep, int fds[ACCEPTOR_SOCKETS])
{
	const char *name = endpoint_spec_param(ep->spec, 0);
	const int number = fd_listen_number(ep->spec);
	size_t n;

	if (number != -1) {
		fds[0] = number;
		return 1;
	}
	n = listen_fds_find(*name != '\0' ? name : NULL, fds, ACCEPTOR_SOCKETS);
	if (n == 0)
		return fd_listen_nothing(ep);
	if (n <= ACCEPTOR_SOCKETS)
		return (int)n;
	log_msg(LOG_ERROR, &ep->who, "%zu listening sockets were passed, at most %d are served together; name some", n,
	    ACCEPTOR_SOCKETS);
	return -E2BIG;
}

static int
fd_listen_refuse(struct endpoint *ep, int fd)
{
	int is_listening = 0, type = 0;
	socklen_t len = sizeof(int);

	if (!inherited_is_open(fd)) {
		log_msg(LOG_ERROR, &ep->who, "descriptor %d is not open", fd);
		return -EBADF;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &len) == -1 || !is_listening) {
		log_msg(LOG_ERROR, &ep->who,
		    "descriptor %d is no listening socket (a connection, as with Accept=yes, is fd:%d)", fd, fd);
		return -EINVAL;
	}
	len = sizeof(int);
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM)
		return 0;
	log_msg(LOG_ERROR, &ep->who, "descriptor %d is no stream socket", fd);
	return -EINVAL;
}

/*
 * A listening socket that is shared must not block us when another process was quicker, so it is made non-blocking; the
 * manager, which waits for it with poll, does so itself for the next process (NonBlocking=).
 */
static int
fd_listen_add(struct endpoint *ep, int fd)
{
	const struct listen_opts *o = endpoint_spec_group(ep->spec, &listen_group);
	int error = fd_listen_refuse(ep, fd);

	if (error != 0)
		return error;
	error = io_set_nonblock(fd, true);
	if (error == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		error = -errno;
	if (error == 0 && o->backlog != OPT_INT_WORD(0) && listen(fd, o->backlog) == -1)
		error = -errno;
	if (error != 0)
		return endpoint_fail(ep, -error, "cannot prepare descriptor %d", fd);
	acceptor_add(listener_of(ep)->acceptor, fd);
	return 0;
}

static int
fd_listen_open(struct endpoint *ep)
{
	struct listener *l = listener_of(ep);
	int fds[ACCEPTOR_SOCKETS], error = 0;
	const int n = fd_listen_find(ep, fds);

	if (n < 0)
		return n;
	l->acceptor = acceptor_new(endpoint_loop(ep), &ep->who);
	for (int i = 0; i < n && error == 0; i++)
		error = fd_listen_add(ep, fds[i]);
	if (error != 0)
		return error;
	listener_tell(ep);
	return listener_begin(ep);
}

const struct endpoint_kind endpoint_fd_listen = {
	.name = "fd-listen",
	.aliases = "accept-fd",
	.syntax = "fd-listen[:N|NAME]",
	.example = "fd-listen:web,each",
	.help = "clients of listening sockets that were passed to us",
	.args_min = 0,
	.args_max = 1,
	.flags = KIND_READ | KIND_WRITE | KIND_LISTEN | KIND_ONCE,
	.groups = fd_listen_groups,
	.state_size = sizeof(struct fd_listen_state),
	.check = fd_listen_check,
	.class = CLASS_SOCKET,
	.open = fd_listen_open,
	.accept = listener_accept,
	.close = listener_close,
};
