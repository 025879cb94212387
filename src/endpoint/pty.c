/*
 * pty: a new pseudo-terminal, whose other side (the slave, /dev/pts/N, or a link to it) somebody else opens as a serial line or
 * terminal.
 *
 * Until the slave has been opened for the first time there is no hang-up, so only the master is opened here, and the modes are set
 * by it. The last close of the slave hangs up, which is the end of both directions, unless we hold the slave ourselves (hold).
 * Nothing tells of an opening but inotify(7): so wait-slave watches the device.
 *
 * What was written waits in the kernel for a reader and is lost with the master. So when the wire closes it is asked how much that
 * is, which needs the slave; if nobody has had that yet, we keep it from then on, for otherwise our own close would be a hang-up.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "endpoint/endpoint.h"
#include "endpoint/pty_end.h"
#include "endpoint/pty_group.h"
#include "endpoint/retry.h"
#include "endpoint/termios_group.h"
#include "process/pty_link.h"

struct ptykind_opts {
	char *link;
	int mode;
	struct opt_id user, group;
	bool hold, unlink_early, wait_slave;
};

struct ptykind_state {
	char name[32]; /* of the slave */
	int master;    /* the descriptor of the endpoint */
	int slave;     /* that we hold; 0: none */
	int watch;     /* inotify, while an opening is waited for; 0: none */
	struct loop_source watch_source;
	struct pty_input input;
	struct pty_end end;
};

/* clang-format off */
static const struct opt_desc ptykind_opts_table[] = {
	OPT(struct ptykind_opts, group, OPT_GROUP, .name = "group", .aliases = "gid", .help = "group of the device"),
	OPT(struct ptykind_opts, hold, OPT_BOOL, .name = "hold",
	    .help = "it stays when the other side leaves, who may come again"),
	OPT(struct ptykind_opts, link, OPT_STRING, .name = "link", .aliases = "symbolic-link", .value = "PATH",
	    .help = "symbolic link to the device, removed at the end"),
	OPT(struct ptykind_opts, mode, OPT_MODE, .name = "mode", .aliases = "perm", .def = "0600", .max = 0777,
	    .help = "permissions of the device"),
	OPT(struct ptykind_opts, unlink_early, OPT_BOOL, .name = "unlink-early",
	    .help = "link= may take the place of any symbolic link"),
	OPT(struct ptykind_opts, user, OPT_USER, .name = "user", .aliases = "uid\0owner", .help = "owner of the device"),
	OPT(struct ptykind_opts, wait_slave, OPT_BOOL, .name = "wait-slave", .aliases = "pty-wait-slave\0waitslave",
	    .help = "wait until somebody opens the device"),
	OPT_END,
};
/* clang-format on */

static const struct opt_group *const ptykind_groups[] = { &pty_group, &termios_group, &retry_group, &restart_group,
	NULL };

static int
ptykind_check(struct endpoint_spec *spec, struct diag *d)
{
	const struct ptykind_opts *o = spec->opts;

	if (o->unlink_early && o->link == NULL) {
		diag_set(d, 0, "unlink-early without link=");
		return diag_hint(d, "link=PATH makes a symbolic link to the device");
	}
	return pty_group_check(spec, d);
}

/* Reading and writing. */

static bool
ptykind_has_hung_up(int master)
{
	struct pollfd pfd = { .fd = master };

	return poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLHUP) != 0;
}

static ssize_t
ptykind_read(struct endpoint *ep, struct iovec *iov, int niov)
{
	return pty_read(ep->rfd, iov, niov);
}

static ssize_t
ptykind_write(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct ptykind_state *st = ep->state;

	(void)niov;
	if (ptykind_has_hung_up(ep->wfd))
		return -EPIPE;
	return pty_group_written(ep, pty_write(ep->wfd, &st->input, iov));
}

/* A line has no end, nor has a terminal without lines. */
static int
ptykind_shutdown(struct endpoint *ep)
{
	struct ptykind_state *st = ep->state;
	int error;

	if (ep->wfd == -1 || ep->has_shut)
		return 0;
	ep->has_shut = true;
	error = pty_end_tell(&st->end, ep, ep->wfd, &st->input, NULL);
	return error == -EOPNOTSUPP ? 0 : error;
}

/* poll(2) on a slave without input carries over what is still on its way to it (n_tty). */
static uint64_t
ptykind_unread(int slave)
{
	struct pollfd pfd = { .fd = slave, .events = POLLIN };
	int n = 0;

	if (poll(&pfd, 1, 0) < 1 || !(pfd.revents & POLLIN) || ioctl(slave, FIONREAD, &n) == -1)
		return 0;
	return n > 0 ? (uint64_t)n : 0;
}

static uint64_t
ptykind_undelivered(struct endpoint *ep)
{
	struct ptykind_state *st = ep->state;
	int slave;
	uint64_t n;

	if (st->slave > 0)
		return ptykind_unread(st->slave);
	if (ptykind_has_hung_up(st->master)) /* who has left took what he wanted */
		return 0;
	slave = pty_open_slave(st->master);
	if (slave < 0)
		return 0;
	n = ptykind_unread(slave);
	io_close(&slave);
	if (ptykind_has_hung_up(st->master))
		st->slave = pty_open_slave(st->master);
	return n;
}

static const struct endpoint_io ptykind_io = {
	.read = ptykind_read,
	.write = ptykind_write,
	.shutdown = ptykind_shutdown,
	.undelivered = ptykind_undelivered,
};

/* Opening. */

static int
ptykind_dress(struct endpoint *ep, const char *name)
{
	const struct ptykind_opts *o = ep->spec->opts;
	const uid_t uid = o->user.is_set ? o->user.id : (uid_t)-1;
	const gid_t gid = o->group.is_set ? o->group.id : (gid_t)-1;

	if (chmod(name, (mode_t)o->mode) == -1)
		return endpoint_fail(ep, errno, "cannot change the mode of %s", name);
	if ((o->user.is_set || o->group.is_set) && chown(name, uid, gid) == -1)
		return endpoint_fail(ep, errno, "cannot change the owner of %s", name);
	return 0;
}

static int
ptykind_link(struct endpoint *ep, const char *name)
{
	const struct ptykind_opts *o = ep->spec->opts;
	int error;

	if (o->link == NULL) {
		log_msg(LOG_INFO, &ep->who, "the device is %s", name);
		return 0;
	}
	error = pty_link_make(name, o->link, o->unlink_early);
	if (error == -EEXIST) {
		log_msg(LOG_ERROR, &ep->who,
		    "cannot make the link '%s': what stands there is no link to a terminal that is gone, and stays untouched",
		    o->link);
		return error;
	}
	if (error != 0)
		return endpoint_fail(ep, -error, "cannot make the link '%s'", o->link);
	log_msg(LOG_INFO, &ep->who, "the device is %s, by the link '%s'", name, o->link);
	return endpoint_has_made(ep, o->link);
}

static void
ptykind_stop_watching(struct endpoint *ep)
{
	struct ptykind_state *st = ep->state;

	if (st->watch <= 0)
		return;
	loop_source_stop(endpoint_loop(ep), &st->watch_source);
	io_close(&st->watch);
}

static void
ptykind_slave_opened(struct loop_source *s, uint32_t events)
{
	struct endpoint *ep = s->arg;

	(void)events;
	ptykind_stop_watching(ep);
	log_msg(LOG_INFO, &ep->who, "the device was opened");
	endpoint_opened(ep, 0);
}

/* Before anybody can know the name. */
static int
ptykind_watch(struct endpoint *ep)
{
	struct ptykind_state *st = ep->state;
	const struct ptykind_opts *o = ep->spec->opts;
	int error;

	if (!o->wait_slave)
		return 0;
	st->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (st->watch == -1 || inotify_add_watch(st->watch, st->name, IN_OPEN) == -1)
		return endpoint_fail(ep, errno, "cannot watch %s", st->name);
	loop_source_init(&st->watch_source, st->watch, ptykind_slave_opened, ep);
	error = loop_source_want(endpoint_loop(ep), &st->watch_source, EPOLLIN);
	return error != 0 ? endpoint_fail(ep, -error, "cannot watch %s", st->name) : 0;
}

static int
ptykind_open(struct endpoint *ep)
{
	struct ptykind_state *st = ep->state;
	const struct ptykind_opts *o = ep->spec->opts;
	int master = -1, error = pty_group_open(ep->spec, PTY_LINE, &master, o->hold ? &st->slave : NULL, &st->input);

	if (error == 0)
		error = pty_name(master, st->name, sizeof(st->name));
	if (error != 0) {
		io_close(&master);
		return endpoint_fail(ep, -error, "cannot make a pseudo-terminal");
	}
	st->master = master;
	endpoint_set_fd(ep, ep->roles, master);
	ep->io = &ptykind_io;
	ep->hangs_up = true;
	error = ptykind_dress(ep, st->name);
	if (error == 0)
		error = ptykind_watch(ep);
	if (error == 0)
		error = ptykind_link(ep, st->name);
	return error != 0 ? error : st->watch > 0 ? 1 : 0;
}

/* Inode numbers are used again at once, so the link is told by where it leads. */
static void
ptykind_look_at_link(struct endpoint *ep)
{
	const struct ptykind_state *st = ep->state;
	char target[sizeof(st->name)] = { 0 };

	if (ep->made == NULL || (readlink(ep->made, target, sizeof(target) - 1) > 0 && strcmp(target, st->name) == 0))
		return;
	free(ep->made);
	ep->made = NULL;
}

static void
ptykind_close(struct endpoint *ep)
{
	struct ptykind_state *st = ep->state;

	ptykind_look_at_link(ep);
	ptykind_stop_watching(ep);
	pty_end_stop(&st->end);
	if (st->slave > 0)
		io_close(&st->slave);
}

const struct endpoint_kind endpoint_pty = {
	.name = "pty",
	.syntax = "pty",
	.example = "pty,link=/tmp/line",
	.help = "a new pseudo-terminal for somebody else to open",
	.flags = KIND_READ | KIND_WRITE,
	.class = CLASS_TTY,
	.opts = ptykind_opts_table,
	.groups = ptykind_groups,
	.opts_size = sizeof(struct ptykind_opts),
	.state_size = sizeof(struct ptykind_state),
	.check = ptykind_check,
	.open = ptykind_open,
	.close = ptykind_close,
};
