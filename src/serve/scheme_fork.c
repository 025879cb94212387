/*
 * scheme=fork: a session is a process (session_process.h). The server accepts, forks, closes its copy of the connection, and
 * knows of the session what it needs to count, to list and to end it. That a process has ended its pidfd tells. It tells the
 * start and the end of its session itself, unless it was killed: then the server does.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "endpoint/socket_groups.h"
#include "net/peercount.h"
#include "net/peername.h"
#include "serve/server_state.h"
#include "serve/session_process.h"
#include "wire/traffic.h"

struct fork_session {
	struct session base; /* first */
	struct child child;
	struct log_who who;
	char peer[PEERNAME_MAX];
	char state[32];                  /* for the table */
	struct peercount_entry *counted; /* its client, as long as the process lives */
	uint64_t started;
	int report_fd; /* what it has moved, told at its end; -1: nobody asks */
};

static struct fork_session *
fork_session_of(const struct session *base)
{
	return (struct fork_session *)(uintptr_t)base;
}

/* Returns the pid, in the parent; the child never returns. */
static pid_t
fork_process(const struct session_process_task *task)
{
	sigset_t all, old;
	pid_t pid;
	int error = FAULT("serve.fork");

	if (error != 0)
		return -error;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	pid = fork();
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, &old, NULL);
		session_process_run(task);
	}
	error = errno;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return pid == -1 ? -error : pid;
}

static void
fork_tell_killed(const struct fork_session *one)
{
	const int signo = WTERMSIG(one->child.wait_status);
	const struct log_session about = { .peer = one->peer,
		.duration = loop_now(one->base.server->env->loop) - one->started,
		.reason = "its process was killed",
		.status = 128 + signo };

	if (!((one->child.signals_sent >> signo) & 1))
		log_msg(LOG_WARN, &one->who, "the process of the session was killed by signal %d (%s)", signo,
		    strsignal(signo));
	log_session_end(&one->who, &about);
}

static void
fork_ended(struct child *c)
{
	struct fork_session *one = c->arg;

	if (WIFSIGNALED(c->wait_status))
		fork_tell_killed(one);
	if (one->report_fd != -1)
		traffic_take_report(one->base.server->env->traffic, one->report_fd);
	io_close(&one->report_fd);
	peercount_leave(one->counted);
	server_remove_session(&one->base);
}

/* Returns 0, or -errno: then there is no process. */
static int
fork_start(struct fork_session *one, struct server *s)
{
	int fds[2] = { -1, -1 }, error = 0;
	struct session_process_task task = { .server = s, .id = one->who.session, .parent = getpid() };

	if (traffic_wants_report(s->env->traffic))
		error = io_pipe(fds, O_NONBLOCK);
	if (error != 0)
		return error;
	task.report_fd = fds[1];
	error = fork_process(&task);
	io_close(&fds[1]);
	if (error > 0) {
		one->child.who = &one->who;
		one->child.ended = fork_ended;
		one->child.arg = one;
		snprintf(one->state, sizeof(one->state), "process %d", error);
		error = child_start(&one->child, s->env->children, error);
	}
	one->report_fd = fds[0];
	if (error != 0)
		io_close(&one->report_fd);
	return error;
}

static void
fork_admit(struct server *s)
{
	struct acceptor_peer *newest = listener_newest(s->listener);
	struct fork_session *one = xcalloc(1, sizeof(*one));
	int error;

	one->who = (struct log_who){ .session = server_next_id(s), .name = s->listener->who.name };
	one->started = loop_now(s->env->loop);
	peername_format(&newest->ss, newest->len, one->peer);
	error = fork_start(one, s);
	io_close(&newest->fd);
	free_strings(newest->variables);
	newest->variables = NULL;
	one->counted = newest->counted;
	newest->counted = NULL;
	if (error == 0) {
		log_msg(LOG_DEBUG, &one->who, "served by process %d", (int)one->child.pid);
		server_add_session(s, &one->base);
		server_session_opened(&one->base);
		return;
	}
	peercount_leave(one->counted);
	log_errno(LOG_WARN, &s->listener->who, -error, "cannot start a process for a client");
	free(one);
}

/* One that was told by a signal of the run already is not told again: that would end it at once. */
static void
fork_stop(struct session *base)
{
	struct fork_session *one = fork_session_of(base);
	const uint64_t told = UINT64_C(1) << SIGTERM | UINT64_C(1) << SIGINT;

	if (!(one->child.signals_sent & told))
		child_signal(&one->child, SIGTERM);
}

static void
fork_give_up(struct session *base)
{
	child_signal(&fork_session_of(base)->child, SIGTERM);
}

static void
fork_log_reopened(struct session *base)
{
	child_signal(&fork_session_of(base)->child, SIGHUP);
}

static void
fork_get_info(const struct session *base, struct wire_info *info)
{
	const struct fork_session *one = fork_session_of(base);
	const struct server *s = base->server;

	*info = (struct wire_info){ .session = one->who.session, .state = one->state, .reason = "" };
	info->age = loop_now(s->env->loop) - one->started;
	info->is_elsewhere = true;
	info->names[s->spec->server] = one->peer;
	info->names[1 - s->spec->server] = s->spec->ends[1 - s->spec->server].in->addr->text;
}

const struct scheme scheme_fork = {
	.admit = fork_admit,
	.stop = fork_stop,
	.give_up = fork_give_up,
	.get_info = fork_get_info,
	.log_reopened = fork_log_reopened,
};
