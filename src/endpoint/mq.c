/*
 * mq:/NAME: a POSIX message queue (mq_overview(7)). On Linux its descriptor is one like any other, so the loop waits for it. Messages
 * keep their boundaries; each send and each receive is one.
 *
 * A queue has no end. With until=empty we make one: when the last message was taken the descriptor goes, and the endpoint is always
 * ready then, to say so.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "endpoint/message.h"

enum mq_until { MQ_UNTIL_NEVER, MQ_UNTIL_EMPTY };

struct mq_opts {
	bool create, unlink_early, unlink_close;
	int maxmsg, mode, prio;
	uint64_t msgsize;
	int until; /* enum mq_until */
};

struct mq_state {
	char *buf; /* mq_receive(3) wants room for the longest message, in one piece */
	size_t size;
	bool has_ended, has_told_size;
};

#define MQ_PRIO_LAST 32767 /* sysconf(_SC_MQ_PRIO_MAX) less 1 on Linux */

/* clang-format off */
static const struct opt_desc mq_opts_table[] = {
	OPT(struct mq_opts, create, OPT_BOOL, .name = "create", .aliases = "creat\0o-creat\0o-create",
	    .help = "make the queue if it is missing; a writer does anyway"),
	OPT(struct mq_opts, maxmsg, OPT_INT, .name = "maxmsg", .aliases = "mq-maxmsg\0posixmq-maxmsg", .min = 1,
	    .help = "messages that a queue that is made can hold"),
	OPT(struct mq_opts, mode, OPT_MODE, .name = "mode", .aliases = "perm", .max = 0777, .def = "0600",
	    .help = "permissions of a queue that is made"),
	OPT(struct mq_opts, msgsize, OPT_SIZE, .name = "msgsize", .aliases = "mq-msgsize\0posixmq-msgsize", .min = 1, .max = 1 << 24,
	    .help = "longest message of a queue that is made"),
	OPT(struct mq_opts, prio, OPT_INT, .name = "prio", .aliases = "mq-prio\0posixmq-priority", .max = MQ_PRIO_LAST,
	    .def = "0", .help = "priority of what is written; higher ones are read first"),
	OPT(struct mq_opts, unlink_close, OPT_BOOL, .name = "unlink-close", .help = "remove the queue at the end"),
	OPT(struct mq_opts, unlink_early, OPT_BOOL, .name = "unlink-early", .aliases = "unlink",
	    .help = "remove the queue first, with what is in it"),
	OPT(struct mq_opts, until, OPT_ENUM, .name = "until", .words = "never\0empty", .def = "never",
	    .help = "when reading ends"),
	OPT_END,
};
/* clang-format on */

static int
mq_check(struct endpoint_spec *spec, struct diag *d)
{
	const char *name = endpoint_spec_param(spec, 0);

	if (name[0] == '/' && name[1] != '\0' && strchr(name + 1, '/') == NULL && strcmp(name, "/.") != 0 &&
	    strcmp(name, "/..") != 0)
		return 0;
	diag_set(d, spec->addr->params[0].pos, "the name of a message queue is a slash, and what follows it has none");
	return diag_hint(d, "mq:/jobs; it is no path (a queue in a directory is queue:PATH)");
}

/* ---- opening ---- */

#define MQ_DEFAULTS "/proc/sys/fs/mqueue/"

static long
mq_default(const char *path, long otherwise)
{
	char text[24] = "";
	struct iovec iov = { text, sizeof(text) - 1 };
	int fd = io_open(path, O_RDONLY, 0);
	long n = 0;

	if (fd >= 0 && io_readv(fd, &iov, 1) > 0)
		n = strtol(text, NULL, 10);
	if (fd >= 0)
		io_close(&fd);
	return n > 0 ? n : otherwise;
}

/* What is not given is the system's: mq_open(3) is asked for both of them or for neither. */
static void
mq_attributes(const struct mq_opts *o, struct mq_attr *attr)
{
	*attr = (struct mq_attr){ .mq_maxmsg = o->maxmsg, .mq_msgsize = (long)o->msgsize };
	if (attr->mq_maxmsg == 0)
		attr->mq_maxmsg = mq_default(MQ_DEFAULTS "msg_default", 10);
	if (attr->mq_msgsize == 0)
		attr->mq_msgsize = mq_default(MQ_DEFAULTS "msgsize_default", 8192);
}

static int
mq_make(struct endpoint *ep, const char *name, int flags)
{
	const struct mq_opts *o = ep->spec->opts;
	struct mq_attr attr;
	mqd_t fd;

	mq_attributes(o, &attr);
	fd = mq_open(name, flags | O_CREAT, (mode_t)o->mode, o->maxmsg != 0 || o->msgsize != 0 ? &attr : NULL);
	if (fd == (mqd_t)-1)
		return endpoint_fail(ep, errno, "cannot make the message queue");
	if (fchmod(fd, (mode_t)o->mode) == -1 &&
	    errno != EPERM) /* whatever the umask; EPERM: somebody else was quicker */
		log_errno(LOG_WARN, &ep->who, errno, "cannot change the mode of the message queue");
	return fd;
}

static bool
mq_may_make(const struct endpoint *ep)
{
	const struct mq_opts *o = ep->spec->opts;

	return endpoint_spec_has(ep->spec, "create") ? o->create : (ep->roles & ROLE_WRITE) != 0;
}

/* Returns the descriptor or -errno (told). */
static int
mq_open_any(struct endpoint *ep, const char *name)
{
	const int flags = (ep->roles & ROLE_READ ? O_RDONLY : O_WRONLY) | O_NONBLOCK | O_CLOEXEC;
	const mqd_t fd = mq_open(name, flags);

	if (fd != (mqd_t)-1)
		return fd;
	if (errno == ENOENT && mq_may_make(ep))
		return mq_make(ep, name, flags);
	if (errno != ENOENT)
		return endpoint_fail(ep, errno, "cannot open the message queue");
	log_msg(LOG_ERROR, &ep->who,
	    "there is no such message queue; 'create' would make it, and writing into it does");
	return -ENOENT;
}

/* What it can hold was settled when it was made. */
static void
mq_compare(const struct endpoint *ep, const struct mq_attr *attr)
{
	const struct mq_opts *o = ep->spec->opts;

	if (o->maxmsg != 0 && o->maxmsg != attr->mq_maxmsg)
		log_msg(LOG_WARN, &ep->who, "the queue was made before, with maxmsg=%ld", attr->mq_maxmsg);
	if (o->msgsize != 0 && (long)o->msgsize != attr->mq_msgsize)
		log_msg(LOG_WARN, &ep->who, "the queue was made before, with msgsize=%ld", attr->mq_msgsize);
}

/* Only so that the loop asks for more without a descriptor: what is got then is the end (mq_receive_one). */
static ssize_t
mq_read_end(struct endpoint *ep, struct iovec *iov, int niov)
{
	(void)ep;
	(void)iov;
	(void)niov;
	return 0;
}

/* until=empty: there is nothing more. */
static void
mq_expect_end(struct endpoint *ep)
{
	static const struct endpoint_io io = { .read = mq_read_end };
	const struct mq_opts *o = ep->spec->opts;
	struct mq_state *st = ep->state;
	struct mq_attr attr;
	int fd = ep->rfd;

	if (o->until != MQ_UNTIL_EMPTY || st->has_ended || mq_getattr(fd, &attr) == -1 || attr.mq_curmsgs > 0)
		return;
	st->has_ended = true;
	loop_source_stop(endpoint_loop(ep), &ep->rsource);
	endpoint_set_fds(ep, -1, -1);
	ep->rclass = CLASS_PACKET;
	ep->io = &io;
	io_close(&fd);
}

static int
mq_open_kind(struct endpoint *ep)
{
	const struct mq_opts *o = ep->spec->opts;
	const char *name = endpoint_spec_param(ep->spec, 0);
	struct mq_state *st = ep->state;
	struct mq_attr attr;
	int fd;

	if (o->unlink_early && mq_unlink(name) == -1 && errno != ENOENT)
		return endpoint_fail(ep, errno, "cannot remove the message queue");
	fd = mq_open_any(ep, name);
	if (fd < 0)
		return fd;
	if (mq_getattr(fd, &attr) == -1) {
		const int error = errno;

		io_close(&fd);
		return endpoint_fail(ep, error, "cannot look at the message queue");
	}
	mq_compare(ep, &attr);
	st->size = (size_t)attr.mq_msgsize;
	st->buf = xmalloc(st->size);
	endpoint_set_fd(ep, ep->roles, fd);
	ep->rclass = ep->rfd != -1 ? CLASS_PACKET : CLASS_NONE;
	ep->wclass = ep->wfd != -1 ? CLASS_PACKET : CLASS_NONE;
	ep->message_max = st->size;
	log_msg(LOG_INFO, &ep->who, "%ld messages are there; maxmsg=%ld, msgsize=%ld", attr.mq_curmsgs, attr.mq_maxmsg,
	    attr.mq_msgsize);
	if (ep->roles & ROLE_READ)
		mq_expect_end(ep);
	return 0;
}

/* ---- messages ---- */

static int
mq_receive_one(struct endpoint *ep, struct iovec *iov, int niov, struct chunk *c)
{
	struct mq_state *st = ep->state;
	size_t done = 0;
	unsigned prio;
	ssize_t n;

	if (st->has_ended) {
		c->is_end = true;
		return 0;
	}
	do
		n = mq_receive(ep->rfd, st->buf, st->size, &prio);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return -errno;
	log_msg(LOG_DEBUG, &ep->who, "a message of %zd bytes, priority %u", n, prio);
	for (int i = 0; i < niov && done < (size_t)n; i++) {
		const size_t part = MIN(iov[i].iov_len, (size_t)n - done);

		memcpy(iov[i].iov_base, st->buf + done, part);
		done += part;
	}
	c->len = done;
	c->ends_message = true;
	c->is_truncated = done < (size_t)n;
	mq_expect_end(ep);
	return 0;
}

static int
mq_send_one(struct endpoint *ep, struct iovec *iov, int niov)
{
	const struct mq_opts *o = ep->spec->opts;
	struct mq_state *st = ep->state;
	size_t len = 0;
	int n;

	for (int i = 0; i < niov; i++) {
		if (iov[i].iov_len > st->size - len) {
			if (!st->has_told_size)
				log_msg(LOG_ERROR, &ep->who,
				    "a message is longer than msgsize=%zu, which is settled when the queue is made",
				    st->size);
			st->has_told_size = true;
			return -EMSGSIZE;
		}
		memcpy(st->buf + len, iov[i].iov_base, iov[i].iov_len);
		len += iov[i].iov_len;
	}
	if ((n = FAULT("mq.send")) != 0)
		return -n;
	do
		n = mq_send(ep->wfd, st->buf, len, (unsigned)o->prio);
	while (n == -1 && errno == EINTR);
	return n == -1 ? -errno : 0;
}

static void
mq_close_kind(struct endpoint *ep)
{
	const struct mq_opts *o = ep->spec->opts;
	struct mq_state *st = ep->state;

	free(st->buf);
	st->buf = NULL;
	if (o->unlink_close && ep->is_open && mq_unlink(endpoint_spec_param(ep->spec, 0)) == -1 && errno != ENOENT)
		log_errno(LOG_WARN, &ep->who, errno, "cannot remove the message queue");
}

const struct endpoint_kind endpoint_mq = {
	.name = "mq",
	.aliases = "posixmq",
	.syntax = "mq:/NAME",
	.example = "mq:/jobs,prio=5",
	.help = "a POSIX message queue of the kernel",
	.args_min = 1,
	.args_max = 1,
	.flags = KIND_READ | KIND_WRITE | KIND_PACKET | KIND_ONE_WAY | KIND_COLONS,
	.opts = mq_opts_table,
	.opts_size = sizeof(struct mq_opts),
	.state_size = sizeof(struct mq_state),
	.check = mq_check,
	.class = CLASS_PACKET,
	.open = mq_open_kind,
	.receive = mq_receive_one,
	.send = mq_send_one,
	.close = mq_close_kind,
};
