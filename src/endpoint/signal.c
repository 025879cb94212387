/*
 * signal:NAME+...: signals as lines. Without pid= or pidfile= they are read: each that ipcwire gets is a line. With one of
 * these they are written: each line sends one to that process.
 *
 * As a source it has a signalfd of its own. Its signals are blocked before anything is opened (signal_add_read tells which)
 * and nobody else in the process has them, so those that come early wait in the kernel, as do those that come while the wire
 * is full. As a sink it holds a process by a pidfd, so its number can become nobody else's; that of a pidfile is found
 * anew for every line.
 */
#include "endpoint/signal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/signal_line.h"
#include "base/signame.h"

#define SIGNAL_LINE_LONGEST 256 /* of a line that is read */
#define SIGNAL_PATIENCE LOOP_MS(20)

struct signal_opts {
	int pid;       /* 0: none */
	char *pidfile; /* or NULL */
	int count;     /* 0: no end */
};

struct signal_state {
	int left;    /* messages until the end; -1: no end */
	int process; /* pidfd; -1: found for each line */
	unsigned long line;
	char text[SIGNAL_LINE_LONGEST]; /* a source: what had no room; a sink: a line that is not complete */
	size_t len;
	bool waits;              /* the process has as many signals waiting as it may */
	struct loop_timer timer; /* runs meanwhile: the kernel has no event for it */
};

/* clang-format off */
static const struct opt_desc signal_opts_table[] = {
	OPT(struct signal_opts, count, OPT_INT, .name = "count", .min = 1, .help = "its input ends after so many signals"),
	OPT(struct signal_opts, pid, OPT_INT, .name = "pid", .min = 1, .help = "send to this process what lines say"),
	OPT(struct signal_opts, pidfile, OPT_STRING, .name = "pidfile", .value = "FILE",
	    .help = "send to the process whose number is in this file"),
	OPT_END,
};
/* clang-format on */

static bool
signal_is_sink(const struct endpoint_spec *spec)
{
	const struct signal_opts *o = spec->opts;

	return o->pid != 0 || o->pidfile != NULL;
}

/* The signals of the parameter. Returns 0, or -1 with the refusal. */
static int
signal_parse(const struct endpoint_spec *spec, sigset_t *set, struct diag *d)
{
	const char *text = endpoint_spec_param(spec, 0), *p = text;

	sigemptyset(set);
	while (*p != '\0') {
		size_t len = strcspn(p, "+");
		int signo;

		if (p[len] == '+' && isdigit((unsigned char)p[len + 1]) && signame_number(p, len) == SIGRTMIN)
			len += 1 + strcspn(p + len + 1, "+"); /* RTMIN+3 */
		signo = signame_number(p, len);
		if (signo == 0) {
			char *quoted = diag_quote(p, len);

			diag_set(d, spec->addr->params[0].pos + (size_t)(p - text), "no signal has the name %s",
			    quoted);
			free(quoted);
			return diag_hint(d, "'kill -l' lists them; several are joined by '+': signal:USR1+HUP");
		}
		if (!signal_is_sink(spec) && signame_against(signo) != NULL)
			return diag_set(d, spec->addr->params[0].pos + (size_t)(p - text),
			    "signal %.*s cannot be had: %s", (int)len, p, signame_against(signo));
		sigaddset(set, signo);
		p += len + (p[len] == '+');
	}
	return 0;
}

static int
signal_check(struct endpoint_spec *spec, struct diag *d)
{
	const struct signal_opts *o = spec->opts;
	sigset_t set;

	if (signal_parse(spec, &set, d) == -1)
		return -1;
	if (o->pid != 0 && o->pidfile != NULL)
		return diag_set(d, spec->addr->pos, "pid= and pidfile= at the same time");
	spec->cannot = signal_is_sink(spec) ? ROLE_READ : ROLE_WRITE;
	spec->is_once = !signal_is_sink(spec);
	if (signal_is_sink(spec) && o->count != 0)
		return diag_set(d, spec->addr->pos, "count= is for signals that are read, not sent");
	if (signal_is_sink(spec) || *endpoint_spec_param(spec, 0) != '\0')
		return 0;
	diag_set(d, spec->addr->pos, "which signals? Or, with pid= or pidfile=, to whom?");
	return diag_hint(d, "signal:USR1+HUP reads them, signal,pid=N sends what its lines say");
}

void
signal_add_read(const struct endpoint_spec *spec, sigset_t *all)
{
	struct diag d = { 0 };
	sigset_t own;

	if (strcmp(spec->kind->name, "signal") != 0 || signal_is_sink(spec) || signal_parse(spec, &own, &d) == -1)
		return;
	for (int signo = 1; signo < NSIG; signo++)
		if (sigismember(&own, signo) == 1)
			sigaddset(all, signo);
}

/* Source. */

static int
signal_open_read(struct endpoint *ep)
{
	struct signal_state *st = ep->state;
	struct diag d = { 0 };
	sigset_t set;
	int fd;

	if (signal_parse(ep->spec, &set, &d) == -1)
		return -EINVAL;
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd == -1)
		return endpoint_fail(ep, errno, "cannot wait for signals");
	endpoint_set_fd(ep, ROLE_READ, fd);
	st->left = ((const struct signal_opts *)ep->spec->opts)->count;
	if (st->left == 0)
		st->left = -1;
	return 0;
}

static size_t
signal_write_line(char *buf, const struct signalfd_siginfo *info)
{
	const struct signal_message m = { .signo = (int)info->ssi_signo,
		.has_sender = true,
		.pid = info->ssi_pid,
		.uid = info->ssi_uid,
		.has_value = info->ssi_code == SI_QUEUE,
		.value = info->ssi_int };

	return signal_line_format(buf, &m);
}

/* That was the last one. Without a descriptor it is ready at once, for its end. */
static void
signal_end_read(struct endpoint *ep)
{
	int fd = ep->rfd;

	loop_source_stop(endpoint_loop(ep), &ep->rsource);
	endpoint_set_fds(ep, -1, -1);
	io_close(&fd);
}

/* The next one as a line in `text`. Returns 1, 0 at the end, or -errno. */
static int
signal_fetch(struct endpoint *ep)
{
	struct signal_state *st = ep->state;
	struct signalfd_siginfo info;
	struct iovec iov = { &info, sizeof(info) };
	ssize_t n = st->left != 0 ? io_readv(ep->rfd, &iov, 1) : 0;

	if (n <= 0)
		return (int)n;
	if (st->left > 0)
		st->left--;
	st->len = signal_write_line(st->text, &info);
	if (st->left == 0)
		signal_end_read(ep);
	return 1;
}

/* As many as the area has room for; the others stay in the kernel. */
static ssize_t
signal_read(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct signal_state *st = ep->state;
	char *to = iov[0].iov_base;
	size_t room = iov[0].iov_len;
	int more = 1;

	(void)niov;
	while (room > 0 && (st->len > 0 || (more = signal_fetch(ep)) > 0)) {
		size_t n = MIN(st->len, room);

		memcpy(to, st->text, n);
		memmove(st->text, st->text + n, st->len - n);
		st->len -= n;
		to += n;
		room -= n;
	}
	return room < iov[0].iov_len ? (ssize_t)(iov[0].iov_len - room) : more;
}

/* Sink. */

/* A pidfd of the process that the file names, or -errno (explained). */
static int
signal_find(struct endpoint *ep)
{
	const char *path = ((const struct signal_opts *)ep->spec->opts)->pidfile;
	char text[32] = "", *end;
	int fd = io_open(path, O_RDONLY | O_NONBLOCK, 0), process;
	struct iovec iov = { text, sizeof(text) - 1 };
	ssize_t n;
	long pid;

	if (fd < 0)
		return endpoint_explain(ep, -fd, "cannot open pidfile %s: %s", path, strerror(-fd));
	n = io_readv(fd, &iov, 1);
	io_close(&fd);
	if (n < 0)
		return endpoint_explain(ep, (int)-n, "cannot read pidfile %s: %s", path, strerror((int)-n));
	pid = strtol(text, &end, 10);
	if (end == text || end[strspn(end, " \t\r\n")] != '\0' || pid < 1 || pid > INT32_MAX)
		return endpoint_explain(ep, EINVAL, "pidfile %s holds no process number", path);
	process = compat_pidfd_open((pid_t)pid);
	if (process == -1 && errno == ESRCH)
		return endpoint_explain(ep, ESRCH, "process %ld, which pidfile %s names, is gone", pid, path);
	return process == -1 ? endpoint_explain(ep, errno, "cannot find process %ld: %s", pid, strerror(errno)) :
			       process;
}

static void
signal_patience_over(struct loop_timer *t)
{
	struct endpoint *ep = t->arg;
	struct signal_state *st = ep->state;

	st->waits = false;
	endpoint_recheck(ep);
}

static bool
signal_is_ready(struct endpoint *ep, enum endpoint_role role)
{
	const struct signal_state *st = ep->state;

	return role == ROLE_READ || !st->waits;
}

static int
signal_open_write(struct endpoint *ep)
{
	static const struct endpoint_io io = { .is_ready = signal_is_ready };
	const struct signal_opts *o = ep->spec->opts;
	struct signal_state *st = ep->state;

	loop_timer_init(&st->timer, signal_patience_over, ep);
	ep->io = &io;
	st->process = -1;
	if (o->pid == 0)
		return 0;
	st->process = compat_pidfd_open((pid_t)o->pid);
	if (st->process == -1 && errno == ESRCH) {
		log_msg(LOG_ERROR, &ep->who, "no process has the number %d", o->pid);
		return -ESRCH;
	}
	return st->process == -1 ? endpoint_fail(ep, errno, "cannot find process %d", o->pid) : 0;
}

static int
signal_refused(struct endpoint *ep, int error, int signo)
{
	struct signal_state *st = ep->state;
	char name[SIGNAME_MAX];

	if (error == EAGAIN) {
		st->waits = true;
		loop_timer_set(endpoint_loop(ep), &st->timer, loop_now(endpoint_loop(ep)) + SIGNAL_PATIENCE);
		return -EAGAIN;
	}
	if (error == ESRCH)
		return endpoint_explain(ep, error, "the process is gone");
	return endpoint_explain(ep, error, "cannot send %s: %s", signame_format(name, signo), strerror(error));
}

static int
signal_send(struct endpoint *ep, const struct signal_message *m)
{
	const struct signal_state *st = ep->state;
	siginfo_t info = { .si_signo = m->signo, .si_code = SI_QUEUE };
	int process = st->process != -1 ? st->process : signal_find(ep), error = 0;

	if (process < 0)
		return process;
	info.si_pid = getpid();
	info.si_uid = getuid();
	info.si_value.sival_int = m->value;
	if (compat_pidfd_send_signal(process, m->signo, m->has_value ? &info : NULL) == -1)
		error = errno;
	if (st->process == -1)
		io_close(&process);
	return error != 0 ? signal_refused(ep, error, m->signo) : 0;
}

/* The line that has been collected. Returns 0 or -errno (explained), -EAGAIN: the same line again, later. */
static int
signal_take_line(struct endpoint *ep)
{
	struct signal_state *st = ep->state;
	struct signal_message m;
	struct diag d = { 0 };
	char name[SIGNAME_MAX];
	sigset_t allowed;
	int result = signal_line_parse(st->text, st->len, &m, &d), error = 0;

	if (result == -1)
		error = endpoint_explain(ep, EINVAL, "line %lu: %s", st->line + 1, d.text);
	diag_fini(&d);
	if (result == 1 && *endpoint_spec_param(ep->spec, 0) != '\0' && signal_parse(ep->spec, &allowed, &d) == 0 &&
	    sigismember(&allowed, m.signo) != 1)
		error = endpoint_explain(ep, EPERM, "line %lu: %s is none of the signals that may be sent here",
		    st->line + 1, signame_format(name, m.signo));
	if (result == 1 && error == 0)
		error = signal_send(ep, &m);
	if (error == 0) {
		st->line++;
		st->len = 0;
	}
	return error;
}

/* One line, or its beginning. A line counts as taken when its signal is sent. */
static ssize_t
signal_write(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct signal_state *st = ep->state;
	const char *data = iov[0].iov_base, *end = memchr(data, '\n', iov[0].iov_len);
	const size_t n = end != NULL ? (size_t)(end - data) : iov[0].iov_len, before = st->len;
	int error;

	(void)niov;
	if (st->waits)
		return -EAGAIN;
	if (n >= sizeof(st->text) - st->len)
		return endpoint_explain(ep, EMSGSIZE, "line %lu has more than %zu bytes", st->line + 1,
		    sizeof(st->text) - 1);
	memcpy(st->text + st->len, data, n);
	st->len += n;
	st->text[st->len] = '\0';
	if (end == NULL)
		return (ssize_t)n;
	error = signal_take_line(ep);
	if (error != 0)
		st->len = before;
	return error != 0 ? error : (ssize_t)n + 1;
}

/* The last line may lack its newline. */
static int
signal_shutdown(struct endpoint *ep)
{
	const struct signal_state *st = ep->state;

	return st->len > 0 && ep->why == NULL ? signal_take_line(ep) : 0;
}

static int
signal_open(struct endpoint *ep)
{
	return signal_is_sink(ep->spec) ? signal_open_write(ep) : signal_open_read(ep);
}

static void
signal_close(struct endpoint *ep)
{
	struct signal_state *st = ep->state;

	if (!signal_is_sink(ep->spec) || st->timer.expired == NULL)
		return;
	loop_timer_stop(endpoint_loop(ep), &st->timer);
	io_close(&st->process);
}

const struct endpoint_kind endpoint_signal = {
	.name = "signal",
	.aliases = "signals",
	.syntax = "signal:NAME[+NAME]...",
	.example = "signal:USR1+HUP",
	.help = "signals as lines: read, or (pid=, pidfile=) sent",
	.args_max = 1,
	.flags = KIND_READ | KIND_WRITE,
	.opts = signal_opts_table,
	.opts_size = sizeof(struct signal_opts),
	.state_size = sizeof(struct signal_state),
	.check = signal_check,
	.open = signal_open,
	.read = signal_read,
	.write = signal_write,
	.shutdown = signal_shutdown,
	.close = signal_close,
};
