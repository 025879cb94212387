/*
 * tty:DEVICE: a serial line, or another terminal that is there.
 *
 * It is opened without waiting for a carrier and without becoming our controlling terminal; the modes that were found are put back
 * at the end. Others are kept away by a lock file, flock(2) and, if asked, TIOCEXCL.
 *
 * A line has no end of input, so nothing tells the other side of ours. Its own end is a hang-up: of a modem that lost its carrier,
 * or of the other side of a pseudo-terminal; where no carrier is looked at (clocal) it can only be that the adapter was pulled
 * out, which is an error.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/io.h"
#include "endpoint/endpoint.h"
#include "endpoint/retry.h"
#include "endpoint/termios_group.h"
#include "endpoint/user_terminal.h"
#include "process/tty_lock.h"
#include "process/tty_modes.h"
#include "process/tty_speed.h"

struct tty_opts {
	char *lock;
	bool exclusive, low_latency;
	int dtr, rts; /* enum opt_switch */
};

struct tty_state {
	struct user_terminal user; /* with is_ours */
	struct termios_opts wanted;
	int fd; /* the endpoint's, or 0 */
	struct tty_modes found;
	char *lock; /* our lock file, or NULL */
	bool is_pty, has_clocal, has_excluded;
	bool is_ours; /* the terminal that controls us: a person's */
};

/* clang-format off */
static const struct opt_desc tty_opts_table[] = {
	OPT(struct tty_opts, dtr, OPT_SWITCH, .name = "dtr", .help = "the modem line DTR is raised, or with no lowered"),
	OPT(struct tty_opts, exclusive, OPT_BOOL, .name = "exclusive", .aliases = "excl\0tiocexcl",
	    .help = "nobody else can open it meanwhile, but root"),
	OPT(struct tty_opts, lock, OPT_STRING, .name = "lock", .aliases = "lockfile", .value = "auto|yes|no|DIR",
	    .def = "auto", .bare = "yes", .help = "a lock file in /run/lock, or DIR; auto: if that is possible"),
	OPT(struct tty_opts, low_latency, OPT_BOOL, .name = "low-latency", .help = "what is received is passed on at once"),
	OPT(struct tty_opts, rts, OPT_SWITCH, .name = "rts", .help = "the modem line RTS is raised, or with no lowered"),
	OPT_END,
};
/* clang-format on */

static const struct opt_group *const tty_groups[] = { USER_TERMINAL_GROUPS, &retry_group, &restart_group, NULL };

static int
tty_check(struct endpoint_spec *spec, struct diag *d)
{
	const struct tty_opts *o = spec->opts;

	if (strchr(o->lock, '/') != NULL || strcmp(o->lock, "auto") == 0 || strcmp(o->lock, "yes") == 0 ||
	    strcmp(o->lock, "no") == 0)
		return 0;
	diag_set(d, 0, "lock= is auto, yes, no or a directory");
	return diag_hint(d, "a directory is written with a slash: lock=./%s", o->lock);
}

/* Reading and writing. */

static bool
tty_has_hung_up(int fd)
{
	struct pollfd pfd = { .fd = fd };

	return poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLHUP) != 0;
}

/* 0: that is the end. */
static ssize_t
tty_hung_up(struct endpoint *ep)
{
	const struct tty_state *st = ep->state;

	if (st->is_pty || !st->has_clocal)
		return 0;
	return endpoint_explain(ep, ENODEV, "the device is gone");
}

static ssize_t
tty_read(struct endpoint *ep, struct iovec *iov, int niov)
{
	const ssize_t n = io_readv(ep->rfd, iov, niov);
	struct termios t;

	if (n == -EIO || n == -ENXIO || n == -ENODEV || (n == 0 && tty_has_hung_up(ep->rfd)))
		return tty_hung_up(ep);
	if (n == 0 && tcgetattr(ep->rfd, &t) == 0 && !(t.c_lflag & ICANON))
		return -EAGAIN; /* min=0 */
	return n;
}

static ssize_t
tty_write(struct endpoint *ep, struct iovec *iov, int niov)
{
	const ssize_t n = io_writev(ep->wfd, iov, niov);
	ssize_t error;

	if (n != -EIO && n != -ENXIO && n != -ENODEV)
		return n;
	error = tty_hung_up(ep);
	return error == 0 ? -EPIPE : error;
}

static int
tty_shutdown(struct endpoint *ep)
{
	(void)ep;
	return 0;
}

static uint64_t
tty_undelivered(struct endpoint *ep)
{
	const struct tty_state *st = ep->state;
	int n = 0;

	return st->fd <= 0 || ioctl(st->fd, TIOCOUTQ, &n) == -1 || n < 0 ? 0 : (uint64_t)n;
}

/* As it was found, before its descriptor is closed. What is left by now was given up before: close(2) shall not wait for it. */
static void
tty_give_back(struct endpoint *ep)
{
	struct tty_state *st = ep->state;

	if (st->fd <= 0)
		return;
	if ((ep->roles & ROLE_WRITE) && tty_undelivered(ep) > 0)
		tcflush(st->fd, TCOFLUSH);
	if (st->is_ours)
		user_terminal_close(ep);
	else
		tty_modes_restore(&st->found, st->fd);
	if (st->has_excluded)
		ioctl(st->fd, TIOCNXCL);
	st->fd = 0;
}

static const struct endpoint_io tty_io = {
	.read = tty_read,
	.write = tty_write,
	.shutdown = tty_shutdown,
	.undelivered = tty_undelivered,
};

static const struct endpoint_io tty_user_io = {
	.read = user_terminal_read,
	.write = user_terminal_write,
	.shutdown = tty_shutdown,
	.attend = user_terminal_attend,
	.undelivered = tty_undelivered,
	.unread = tty_give_back,
};

/* Keeping others away. */

static int
tty_refuse_busy(struct endpoint *ep, pid_t owner, const char *how)
{
	if (owner > 0)
		log_msg(LOG_ERROR, &ep->who, "the device is in use: process %ld has it (%s)", (long)owner, how);
	else
		log_msg(LOG_ERROR, &ep->who, "the device is in use: another program has it (%s)", how);
	return -EBUSY;
}

/* Consoles and pseudo-terminals have no locks by custom. */
static bool
tty_has_custom(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return false;
	return !(major(st.st_rdev) == 4 && minor(st.st_rdev) < 64) && major(st.st_rdev) != 5 &&
	    !(major(st.st_rdev) >= 136 && major(st.st_rdev) <= 143);
}

static int
tty_lock(struct endpoint *ep, int fd)
{
	const struct tty_opts *o = ep->spec->opts;
	struct tty_state *st = ep->state;
	const bool is_auto = strcmp(o->lock, "auto") == 0;
	char *path;
	pid_t owner;
	int error;

	if (strcmp(o->lock, "no") == 0 || (is_auto && !tty_has_custom(fd)))
		return 0;
	if (flock(fd, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK)
		return tty_refuse_busy(ep, 0, "flock(2)");
	path = tty_lock_path(strchr(o->lock, '/') != NULL ? o->lock : TTY_LOCK_DIR, endpoint_spec_param(ep->spec, 0));
	error = tty_lock_take(path, &owner);
	if (error == 0)
		st->lock = path;
	else if (error == -EBUSY)
		tty_refuse_busy(ep, owner, path);
	else if (!is_auto)
		endpoint_fail(ep, -error, "cannot make the lock file '%s'", path);
	else
		log_errno(LOG_INFO, &ep->who, -error, "goes without the lock file '%s'", path);
	if (error != 0)
		free(path);
	return is_auto && error != -EBUSY ? 0 : error;
}

static int
tty_exclude(struct endpoint *ep, int fd)
{
	const struct tty_opts *o = ep->spec->opts;
	struct tty_state *st = ep->state;

	if (!o->exclusive)
		return 0;
	if (ioctl(fd, TIOCEXCL) == -1)
		return endpoint_fail(ep, errno, "cannot have it exclusively");
	st->has_excluded = true;
	return 0;
}

/* Setting it up. */

static int
tty_set_low_latency(struct endpoint *ep, int fd)
{
	const struct tty_opts *o = ep->spec->opts;
	struct serial_struct s;

	if (!o->low_latency)
		return 0;
	if (ioctl(fd, TIOCGSERIAL, &s) == -1)
		return endpoint_fail(ep, errno, "has no low-latency");
	s.flags |= ASYNC_LOW_LATENCY;
	return ioctl(fd, TIOCSSERIAL, &s) == -1 ? endpoint_fail(ep, errno, "cannot set low-latency") : 0;
}

static int
tty_set_line(struct endpoint *ep, int fd, int wanted, int bit, const char *name)
{
	if (wanted == OPT_UNSAID)
		return 0;
	if (ioctl(fd, wanted == OPT_YES ? TIOCMBIS : TIOCMBIC, &bit) == -1)
		return endpoint_fail(ep, errno, "cannot set the modem line %s", name);
	return 0;
}

/* A line for data, unless it is to be one for a person; what only serial lines have is nothing to a pseudo-terminal. */
static struct termios_opts
tty_wanted_modes(const struct endpoint *ep)
{
	const struct tty_state *st = ep->state;
	struct termios_opts o = *(const struct termios_opts *)endpoint_spec_group(ep->spec, &termios_group);

	if (o.raw == OPT_UNSAID && o.sane == OPT_UNSAID)
		o.raw = OPT_YES;
	if (o.clocal == OPT_UNSAID)
		o.clocal = OPT_YES;
	if (st->is_pty)
		o.csize = o.parity = o.parenb = 0;
	return o;
}

static int
tty_set_modes(struct endpoint *ep, int fd)
{
	struct tty_state *st = ep->state;
	const struct tty_opts *o = ep->spec->opts;
	const struct termios_opts wanted = tty_wanted_modes(ep);
	unsigned in = 0, out = 0;
	int error = tty_modes_save(&st->found, fd);

	if (error == 0)
		error = termios_opts_set(&wanted, fd);
	tty_speed_get(fd, &in, &out);
	if (error == -ENOTSUP)
		return endpoint_fail(ep, -error, "has no such speed; it would be %u baud", out);
	if (error != 0)
		return endpoint_fail(ep, -error, "cannot set its modes");
	log_msg(LOG_INFO, &ep->who, "is open at %u baud", out);
	st->has_clocal = wanted.clocal == OPT_YES;
	error = tty_set_low_latency(ep, fd);
	if (error == 0)
		error = tty_set_line(ep, fd, o->dtr, TIOCM_DTR, "DTR");
	if (error == 0)
		error = tty_set_line(ep, fd, o->rts, TIOCM_RTS, "RTS");
	return error;
}

/* The person's modes change with the wire, and are given back on every way out. Only a serial line has a speed. */
static bool
tty_is_ours(const struct endpoint *ep, int fd)
{
	const struct termios_opts *o = endpoint_spec_group(ep->spec, &termios_group);

	return o->baud == 0 && o->ispeed == 0 && o->ospeed == 0 && tcgetpgrp(fd) != -1;
}

static int
tty_leave_to_user(struct endpoint *ep)
{
	struct tty_state *st = ep->state;

	st->is_ours = true;
	st->wanted = tty_wanted_modes(ep);
	st->user.modes = &st->wanted;
	ep->io = &tty_user_io;
	return 0;
}

static int
tty_refused(struct endpoint *ep, int error)
{
	const char *path = endpoint_spec_param(ep->spec, 0);

	if (error == ENOENT) {
		log_msg(LOG_ERROR, &ep->who, "no such device; retry=forever waits until it is there");
		return -ENOENT;
	}
	if (error == ENXIO || error == ENODEV || error == EIO) {
		log_errno(LOG_ERROR, &ep->who, error, "there is no device behind '%s'", path);
		return -error;
	}
	if (error == EBUSY)
		return tty_refuse_busy(ep, 0, "exclusively");
	return endpoint_fail(ep, error, "cannot open the line");
}

static int
tty_prepare(struct endpoint *ep, int fd)
{
	struct tty_state *st = ep->state;
	struct stat s;
	int error;

	if (!isatty(fd)) {
		log_msg(LOG_ERROR, &ep->who, "that is no terminal (file:%s takes files and other devices)",
		    endpoint_spec_param(ep->spec, 0));
		return -ENOTTY;
	}
	st->is_pty = fstat(fd, &s) == 0 && major(s.st_rdev) >= 136 && major(s.st_rdev) <= 143;
	error = tty_lock(ep, fd);
	if (error == 0)
		error = tty_exclude(ep, fd);
	if (error != 0)
		return error;
	return tty_is_ours(ep, fd) ? tty_leave_to_user(ep) : tty_set_modes(ep, fd);
}

static int
tty_open(struct endpoint *ep)
{
	struct tty_state *st = ep->state;
	const int roles[] = { O_RDWR, O_RDONLY, O_WRONLY, O_RDWR };
	int fd = io_open(endpoint_spec_param(ep->spec, 0), roles[ep->roles & 3] | O_NOCTTY | O_NONBLOCK, 0);

	if (fd < 0)
		return tty_refused(ep, -fd);
	st->fd = fd;
	endpoint_set_fd(ep, ep->roles, fd);
	ep->io = &tty_io;
	ep->hangs_up = true;
	return tty_prepare(ep, fd);
}

static void
tty_close(struct endpoint *ep)
{
	struct tty_state *st = ep->state;

	tty_give_back(ep);
	if (st->lock != NULL)
		tty_lock_release(st->lock);
	free(st->lock);
	st->lock = NULL;
}

const struct endpoint_kind endpoint_tty = {
	.name = "tty",
	.aliases = "serial",
	.syntax = "tty:DEVICE",
	.example = "tty:/dev/ttyS0,b115200",
	.help = "a serial line or other terminal that is there",
	.args_min = 1,
	.args_max = 1,
	.flags = KIND_READ | KIND_WRITE | KIND_PATH,
	.class = CLASS_TTY,
	.opts = tty_opts_table,
	.groups = tty_groups,
	.opts_size = sizeof(struct tty_opts),
	.state_size = sizeof(struct tty_state),
	.check = tty_check,
	.open = tty_open,
	.close = tty_close,
};
