/*
 * file:PATH (must be there), create:PATH (made or emptied), gopen:PATH and a bare path (appended to if it is there, made if
 * not; a socket is connected to). A FIFO found there is opened like fifo:PATH.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "endpoint/endpoint.h"
#include "endpoint/openjob.h"
#include "endpoint/retry.h"
#include "endpoint/termios_group.h"
#include "endpoint/unix.h"
#include "process/tty_modes.h"

struct file_opts {
	bool append, create, excl, trunc, nofollow;
	bool rdonly, wronly, rdwr;
	bool unlink_close;
	int mode;
	struct opt_id user, group;
	uint64_t seek;
};

struct file_state {
	struct tty_modes found; /* of a terminal whose modes we have changed */
	int tty; /* another descriptor of it, for the end of our writing closes the endpoint's; 0: none */
	struct openjob *job;
	struct unix_connection *connection;
};

/* clang-format off */
static const struct opt_desc file_opts_table[] = {
	OPT(struct file_opts, append, OPT_BOOL, .name = "append", .aliases = "o-append", .help = "write at the end"),
	OPT(struct file_opts, create, OPT_BOOL, .name = "create", .aliases = "creat\0o-creat\0o-create",
	    .help = "make the file if it is missing"),
	OPT(struct file_opts, excl, OPT_BOOL, .name = "excl", .aliases = "o-excl",
	    .help = "with create: it must not be there yet"),
	OPT(struct file_opts, group, OPT_GROUP, .name = "group", .aliases = "gid", .help = "group of a file that is opened"),
	OPT(struct file_opts, mode, OPT_MODE, .name = "mode", .aliases = "perm", .def = "0666",
	    .help = "permissions of a file that is made, less the umask"),
	OPT(struct file_opts, nofollow, OPT_BOOL, .name = "nofollow", .aliases = "o-nofollow",
	    .help = "refuse a symbolic link"),
	OPT(struct file_opts, rdonly, OPT_BOOL, .name = "rdonly", .aliases = "o-rdonly", .help = "only read it"),
	OPT(struct file_opts, rdwr, OPT_BOOL, .name = "rdwr", .aliases = "o-rdwr",
	    .help = "read and write it, whatever its place on the wire"),
	OPT(struct file_opts, seek, OPT_SIZE, .name = "seek", .aliases = "seek-set\0lseek", .max = INT64_MAX,
	    .help = "begin at this offset"),
	OPT(struct file_opts, trunc, OPT_BOOL, .name = "trunc", .aliases = "o-trunc", .help = "empty it first"),
	OPT(struct file_opts, unlink_close, OPT_BOOL, .name = "unlink-close", .help = "remove it at the end"),
	OPT(struct file_opts, user, OPT_USER, .name = "user", .aliases = "uid\0owner",
	    .help = "owner of a file that is opened"),
	OPT(struct file_opts, wronly, OPT_BOOL, .name = "wronly", .aliases = "o-wronly", .help = "only write it"),
	OPT_END,
};
/* clang-format on */

static const struct opt_group *const file_groups[] = { &opening_group, &termios_group, &retry_group, &restart_group,
	NULL };

static int
file_check(struct endpoint_spec *spec, struct diag *d)
{
	const struct file_opts *o = spec->opts;

	if (o->rdonly + o->wronly + o->rdwr > 1) {
		diag_set(d, spec->addr->pos, "only one of rdonly, wronly and rdwr can hold");
		return -1;
	}
	return 0;
}

static enum endpoint_class
file_predict(const struct endpoint_spec *spec, enum endpoint_role role)
{
	struct stat st;

	(void)role;
	if (stat(endpoint_spec_param(spec, 0), &st) == -1 || S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))
		return CLASS_FILE;
	if (S_ISFIFO(st.st_mode))
		return CLASS_PIPE;
	return S_ISSOCK(st.st_mode) ? CLASS_SOCKET : CLASS_DEVICE;
}

static int
file_flags(const struct endpoint *ep)
{
	const struct file_opts *o = ep->spec->opts;
	int flags = ep->roles == ROLE_READ ? O_RDONLY : ep->roles == ROLE_WRITE ? O_WRONLY : O_RDWR;

	return flags | O_NOCTTY | (o->append ? O_APPEND : 0) | (o->create ? O_CREAT : 0) | (o->excl ? O_EXCL : 0) |
	    (o->trunc ? O_TRUNC : 0) | (o->nofollow ? O_NOFOLLOW : 0);
}

/* A terminal whose modes are among the options. */
static int
file_set_modes(struct endpoint *ep, int fd)
{
	const struct termios_opts *modes = endpoint_spec_group(ep->spec, &termios_group);
	const char *first = termios_opts_first(modes);
	struct file_state *st = ep->state;
	int error;

	if (first == NULL)
		return 0;
	if (!isatty(fd)) {
		log_msg(LOG_ERROR, &ep->who, "%s is a mode of terminals, and that is none", first);
		return -ENOTTY;
	}
	st->tty = io_dup(fd);
	error = st->tty < 0 ? st->tty : tty_modes_save(&st->found, fd);
	if (error == 0)
		error = termios_opts_set(modes, fd);
	return error != 0 ? endpoint_fail(ep, -error, "cannot set its modes") : 0;
}

static int
file_dress(struct endpoint *ep, int fd)
{
	const struct file_opts *o = ep->spec->opts;
	const uid_t uid = o->user.is_set ? o->user.id : (uid_t)-1;
	const gid_t gid = o->group.is_set ? o->group.id : (gid_t)-1;

	if ((o->user.is_set || o->group.is_set) && fchown(fd, uid, gid) == -1)
		return endpoint_fail(ep, errno, "cannot change its owner");
	if (o->seek != 0 && lseek(fd, (off_t)o->seek, SEEK_SET) == -1)
		return endpoint_fail(ep, errno, "cannot go to offset %llu", (unsigned long long)o->seek);
	return 0;
}

static int
file_take(struct endpoint *ep, int fd, int flags)
{
	int error = file_dress(ep, fd);
	struct stat st;

	if (error == 0)
		error = file_set_modes(ep, fd);
	if (error == 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		error = endpoint_fail(ep, EISDIR, "cannot be an endpoint");
	if (error != 0) {
		io_close(&fd);
		return error;
	}
	ep->has_append = (flags & O_APPEND) != 0;
	endpoint_set_fd(ep, ep->roles, fd);
	return 0;
}

static int
file_refused(struct endpoint *ep, int error, int flags)
{
	const char *path = endpoint_spec_param(ep->spec, 0);

	if (error == ENOENT && !(flags & O_CREAT)) {
		log_msg(LOG_ERROR, &ep->who, "no such file; create:%s would make it", path);
		return -ENOENT;
	}
	if (error == EACCES || error == EISDIR || error == EROFS)
		return endpoint_fail(ep, error, "cannot open it for %s",
		    ep->roles == ROLE_READ      ? "reading" :
			ep->roles == ROLE_WRITE ? "writing" :
						  "reading and writing");
	return endpoint_fail(ep, error, "cannot open it");
}

static int
file_open_now(struct endpoint *ep, int flags)
{
	const struct file_opts *o = ep->spec->opts;
	int fd = io_open(endpoint_spec_param(ep->spec, 0), flags, (mode_t)o->mode);

	return fd < 0 ? file_refused(ep, -fd, flags) : file_take(ep, fd, flags);
}

static void
file_fifo_opened(struct endpoint *ep, int result)
{
	struct file_state *st = ep->state;

	st->job = NULL;
	if (result == -ETIMEDOUT) {
		log_msg(LOG_ERROR, &ep->who, "nobody opened the other side of the FIFO within the time limit");
		ep->status = 124;
	} else if (result < 0)
		file_refused(ep, -result, 0);
	else
		result = file_take(ep, result, 0);
	endpoint_opened(ep, result);
}

static int
file_open_fifo(struct endpoint *ep, int flags)
{
	struct file_state *st = ep->state;

	st->job = openjob_start(ep, endpoint_spec_param(ep->spec, 0), flags & O_ACCMODE, file_fifo_opened);
	return st->job != NULL ? 1 : -EAGAIN;
}

static int
file_open_any(struct endpoint *ep, int flags)
{
	struct stat st;

	if (stat(endpoint_spec_param(ep->spec, 0), &st) == 0 && S_ISFIFO(st.st_mode) && (flags & O_ACCMODE) != O_RDWR)
		return file_open_fifo(ep, flags);
	return file_open_now(ep, flags);
}

static int
file_open(struct endpoint *ep)
{
	return file_open_any(ep, file_flags(ep));
}

static int
create_open(struct endpoint *ep)
{
	return file_open_any(ep, file_flags(ep) | O_CREAT | O_TRUNC);
}

static void
gopen_connected(struct endpoint *ep)
{
	struct file_state *st = ep->state;

	st->connection = NULL;
}

static int
gopen_open(struct endpoint *ep)
{
	const struct file_opts *o = ep->spec->opts;
	struct file_state *fs = ep->state;
	struct stat st;
	int flags = file_flags(ep);

	if (stat(endpoint_spec_param(ep->spec, 0), &st) == -1)
		return file_open_now(ep, flags | (ep->roles & ROLE_WRITE ? O_CREAT : 0));
	if (S_ISSOCK(st.st_mode))
		return unix_connect(ep, &(struct unix_target){ .name = endpoint_spec_param(ep->spec, 0) },
		    &fs->connection, gopen_connected);
	if (S_ISREG(st.st_mode) && (ep->roles & ROLE_WRITE) && !o->trunc && !endpoint_spec_has(ep->spec, "append"))
		flags |= O_APPEND;
	return file_open_any(ep, flags);
}

static void
file_close(struct endpoint *ep)
{
	const struct file_opts *o = ep->spec->opts;
	struct file_state *st = ep->state;

	openjob_cancel(st->job);
	unix_connection_cancel(st->connection);
	if (st->tty > 0) {
		tty_modes_restore(&st->found, st->tty);
		io_close(&st->tty);
	}
	if (o->unlink_close && ep->is_open && !ep->is_coming_back)
		unlink(endpoint_spec_param(ep->spec, 0));
}

#define FILE_KIND                                                                                            \
	.args_min = 1, .args_max = 1, .opts = file_opts_table, .groups = file_groups,                        \
	.opts_size = sizeof(struct file_opts), .state_size = sizeof(struct file_state), .check = file_check, \
	.predict = file_predict, .close = file_close

const struct endpoint_kind endpoint_file = {
	.name = "file",
	.aliases = "open",
	.syntax = "file:PATH",
	.example = "file:/etc/hostname",
	.help = "a file or device that is there",
	.flags = KIND_READ | KIND_WRITE | KIND_PATH | KIND_ONE_WAY,
	.open = file_open,
	FILE_KIND,
};

const struct endpoint_kind endpoint_create = {
	.name = "create",
	.aliases = "creat",
	.syntax = "create:PATH",
	.example = "create:/tmp/out",
	.help = "a file that is made, or emptied, and written",
	.flags = KIND_WRITE | KIND_PATH,
	.open = create_open,
	FILE_KIND,
};

const struct endpoint_kind endpoint_gopen = {
	.name = "gopen",
	.syntax = "gopen:PATH",
	.example = "gopen:/tmp/log",
	.help = "a path: appended to or made; a socket is connected to",
	.flags = KIND_READ | KIND_WRITE | KIND_PATH | KIND_ONE_WAY,
	.open = gopen_open,
	FILE_KIND,
};
