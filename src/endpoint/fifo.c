/*
 * fifo:PATH: one side of a named pipe, made if missing.
 *
 * open(2) of a FIFO waits for the other side (fifo(7)), so it runs in a helper thread. With `keep` we hold the
 * other side open ourselves: then nothing waits, a reader sees no end when the last writer leaves, and a writer no
 * EPIPE when the last reader does. What we made we remove at the end, unless something else took its place.
 */
#include "endpoint/fifo.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "endpoint/retry.h"

/* clang-format off */
const struct opt_desc fifo_opts_table[] = {
	OPT(struct fifo_opts, group, OPT_GROUP, .name = "group", .aliases = "gid",
	    .help = "group of a FIFO that is made"),
	OPT(struct fifo_opts, keep, OPT_BOOL, .name = "keep", .help = "do not end when the last writer or reader leaves"),
	OPT(struct fifo_opts, mode, OPT_MODE, .name = "mode", .aliases = "perm",
	    .def = "0600", .help = "permissions of a FIFO that is made"),
	OPT(struct fifo_opts, unlink_close, OPT_BOOL, .name = "unlink-close", .def = "yes",
	    .help = "remove at the end the FIFO that was made"),
	OPT(struct fifo_opts, user, OPT_USER, .name = "user", .aliases = "uid\0owner",
	    .help = "owner of a FIFO that is made"),
	OPT_END,
};
/* clang-format on */

const struct opt_group *const fifo_groups[] = { &opening_group, &retry_group, &restart_group, NULL };

static int
fifo_dress(struct endpoint *ep, const char *path, const struct fifo_opts *o)
{
	const uid_t uid = o->user.is_set ? o->user.id : (uid_t)-1;
	const gid_t gid = o->group.is_set ? o->group.id : (gid_t)-1;

	if (lchown(path, uid, gid) == -1)
		return endpoint_fail(ep, errno, "cannot change its owner");
	if (chmod(path, (mode_t)o->mode) == -1)
		return endpoint_fail(ep, errno, "cannot change its mode");
	return o->unlink_close ? endpoint_has_made(ep, path) : 0;
}

/* Returns 0 when a FIFO stands at the path. */
static int
fifo_make(struct endpoint *ep, const char *path)
{
	const struct fifo_opts *o = ep->spec->opts;
	struct stat st;

	if (mkfifo(path, 0600) == 0)
		return fifo_dress(ep, path, o);
	if (errno != EEXIST)
		return endpoint_fail(ep, errno, "cannot make the FIFO");
	if (stat(path, &st) == -1)
		return endpoint_fail(ep, errno, "cannot look at it");
	if (!S_ISFIFO(st.st_mode))
		return endpoint_fail(ep, EEXIST, "something stands there that is no FIFO");
	return 0;
}

static int
fifo_open_kept(struct endpoint *ep, const char *path)
{
	struct fifo_state *st = ep->state;
	int rfd = io_open(path, O_RDONLY | O_NONBLOCK, 0), wfd;

	if (rfd < 0)
		return endpoint_fail(ep, -rfd, "cannot open the FIFO for reading");
	wfd = io_open(path, O_WRONLY | O_NONBLOCK, 0);
	if (wfd < 0) {
		io_close(&rfd);
		return endpoint_fail(ep, -wfd, "cannot open the FIFO for writing");
	}
	st->keep_fd = ep->roles & ROLE_READ ? wfd : rfd;
	endpoint_set_fd(ep, ep->roles, ep->roles & ROLE_READ ? rfd : wfd);
	return 0;
}

static void
fifo_opened(struct endpoint *ep, int result)
{
	struct fifo_state *st = ep->state;
	const char *waited_for = ep->roles & ROLE_READ ? "writer" : "reader";

	st->job = NULL;
	if (result == -ETIMEDOUT) {
		log_msg(LOG_ERROR, &ep->who, "no %s opened the FIFO within the time limit", waited_for);
		ep->status = 124;
	} else if (result < 0)
		endpoint_fail(ep, -result, "cannot open the FIFO");
	else
		endpoint_set_fd(ep, ep->roles, result);
	endpoint_opened(ep, result < 0 ? result : 0);
}

int
fifo_open(struct endpoint *ep)
{
	const struct fifo_opts *o = ep->spec->opts;
	const char *path = endpoint_spec_param(ep->spec, 0);
	struct fifo_state *st = ep->state;
	int error = fifo_make(ep, path);

	st->keep_fd = -1;
	if (error != 0)
		return error;
	if (o->keep)
		return fifo_open_kept(ep, path);
	log_msg(LOG_INFO, &ep->who, "waiting for a %s to open the FIFO", ep->roles & ROLE_READ ? "writer" : "reader");
	st->job = openjob_start(ep, path, ep->roles & ROLE_READ ? O_RDONLY : O_WRONLY, fifo_opened);
	return st->job != NULL ? 1 : -EAGAIN;
}

void
fifo_close(struct endpoint *ep)
{
	struct fifo_state *st = ep->state;

	openjob_cancel(st->job);
	if (st->keep_fd > 2)
		io_close(&st->keep_fd);
	if (!ep->is_coming_back)
		endpoint_unmake(ep);
}

const struct endpoint_kind endpoint_fifo = {
	.name = "fifo",
	.syntax = "fifo:PATH",
	.example = "fifo:/tmp/requests,keep",
	.help = "one side of a named pipe, made if missing",
	.args_min = 1,
	.args_max = 1,
	.flags = KIND_READ | KIND_WRITE | KIND_PATH | KIND_ONE_WAY,
	.opts = fifo_opts_table,
	.groups = fifo_groups,
	.opts_size = sizeof(struct fifo_opts),
	.state_size = FIFO_STATE_SIZE,
	.class = CLASS_PIPE,
	.open = fifo_open,
	.close = fifo_close,
};
