/* Names of our own UNIX sockets: see unix_bound.h and net/unixpath.h. */
#include "endpoint/unix_bound.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "endpoint/socket_groups.h"
#include "endpoint/unix_name.h"
#include "net/unixpath.h"

/* clang-format off */
static const struct opt_desc unix_own_opts_table[] = {
	OPT(struct unix_own_opts, bind, OPT_STRING, .name = "bind", .value = "NAME",
	    .help = "our own path or abstract name, that answers go to"),
	OPT_END,
};
/* clang-format on */

const struct opt_group unix_own_group = {
	.name = "own-name",
	.help = "senders of UNIX datagrams",
	.opts = unix_own_opts_table,
	.size = sizeof(struct unix_own_opts),
};

static int
unix_bound_dress(struct endpoint *ep, const char *path)
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
unix_bound_abstract(int fd, const char *name)
{
	struct sockaddr_un sun;
	socklen_t len = unixpath_address(&sun, name, true);

	return bind(fd, (struct sockaddr *)&sun, len) == -1 ? -errno : 0;
}

int
unix_bound_make(struct endpoint *ep, int fd, struct unix_bound *bound)
{
	const char *name = endpoint_spec_param(ep->spec, 0);
	const struct bound_opts *o = endpoint_spec_group(ep->spec, &bound_group);
	int error = unix_is_abstract(ep->kind) ? unix_bound_abstract(fd, name) :
						 unixpath_bind(fd, name, o->unlink_early, &bound->file);

	if (error != 0)
		return unixpath_refused(&ep->who, -error,
		    unix_is_abstract(ep->kind) ? "" : " (unlink-early would take its place)");
	if (unix_is_abstract(ep->kind))
		return 0;
	bound->has_file = true;
	return unix_bound_dress(ep, name);
}

void
unix_bound_remove(struct endpoint *ep, const struct unix_bound *bound)
{
	const struct bound_opts *o = endpoint_spec_group(ep->spec, &bound_group);

	if (bound->has_file && o->unlink_close)
		unixpath_unlink(endpoint_spec_param(ep->spec, 0), &bound->file);
}

/* Clients. */

static const char *
unix_bound_own(const struct endpoint_spec *spec)
{
	const struct unix_own_opts *o = endpoint_spec_group(spec, &unix_own_group);

	return o != NULL ? o->bind : NULL;
}

int
unix_bound_check_own(const struct endpoint_spec *spec, struct diag *d)
{
	const char *name = unix_bound_own(spec);
	const size_t most = UNIXPATH_MAX;

	if (name != NULL && (*name == '\0' || strlen(name) > most))
		return diag_set(d, 0, "bind=: the name of a UNIX socket has 1 to %zu bytes, this one %zu", most,
		    strlen(name));
	return 0;
}

int
unix_bound_make_own(struct endpoint *ep, int fd, struct unix_bound *bound)
{
	const struct sockaddr_storage any = { .ss_family = AF_UNIX };
	const char *name = unix_bound_own(ep->spec);
	int error;

	if (name == NULL) /* unix(7), autobind */
		return bind(fd, (const struct sockaddr *)&any, sizeof(sa_family_t)) == -1 ?
		    endpoint_fail(ep, errno, "cannot take a name for answers") :
		    0;
	error =
	    unix_is_abstract(ep->kind) ? unix_bound_abstract(fd, name) : unixpath_bind(fd, name, false, &bound->file);
	if (error == -EADDRINUSE)
		log_msg(LOG_ERROR, &ep->who, "cannot use bind=%s: another program has that name", name);
	else if (error == -EEXIST)
		log_msg(LOG_ERROR, &ep->who,
		    "cannot use bind=%s: something stands there that is no socket, and stays untouched", name);
	else if (error != 0)
		return endpoint_fail(ep, -error, "cannot use bind=%s", name);
	bound->has_file = error == 0 && !unix_is_abstract(ep->kind);
	return error;
}

void
unix_bound_remove_own(struct endpoint *ep, const struct unix_bound *bound)
{
	if (bound->has_file)
		unixpath_unlink(unix_bound_own(ep->spec), &bound->file);
}
