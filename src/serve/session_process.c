/*
 * The process of a session (scheme=fork). It begins as a copy of the server in the midst of its loop and makes itself a life
 * of its own: a loop, a child table, helper threads, a log. What it has copied of the server's loop, sessions and children it
 * never touches again; the descriptors of all that are closed, without a word to the epoll set that both share.
 *
 * SIGINT and SIGTERM end the session, and its programs get the ladder; one more SIGTERM ends it at once. SIGHUP opens the log
 * file anew. It dies with the server.
 */
#include "serve/session_process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/blocking.h"
#include "base/charset.h"
#include "base/io.h"
#include "base/log.h"
#include "endpoint/limits_group.h"
#include "endpoint/socket_groups.h"
#include "process/child.h"
#include "process/limits.h"
#include "serve/server_state.h"
#include "wire/session_table.h"
#include "wire/traffic.h"
#include "wire/watch.h"

struct session_process {
	const struct session_process_task *task;
	const struct endpoint_spec *listener;
	struct endpoint_env env;
	struct wire *wire; /* NULL: it has ended */
	bool is_told;      /* to end */
	int status;
};

static void
process_check(void *arg)
{
	struct session_process *p = arg;

	if (p->wire == NULL && p->env.lingering == 0)
		loop_stop(p->env.loop);
}

static void
process_wire_ended(struct wire *w, const struct wire_result *result, void *arg)
{
	struct session_process *p = arg;

	(void)w;
	p->wire = NULL;
	p->status = result->status;
	process_check(p);
}

/* ---- signals ---- */

static void
process_end(int signo, void *arg)
{
	struct session_process *p = arg;

	if (p->wire == NULL) {
		loop_stop(p->env.loop);
		return;
	}
	if (signo == SIGINT || p->is_told)
		child_table_signal(p->env.children, signo);
	if (p->is_told && signo == SIGTERM)
		wire_give_up(p->wire);
	p->is_told = true;
	wire_stop(p->wire, 0, "the server ends");
}

static void
process_reopen_log(int signo, void *arg)
{
	(void)signo;
	(void)arg;
	log_reopen_file();
}

static void
process_print(int signo, void *arg)
{
	const struct session_process *p = arg;
	struct wire_info info;
	char *text;

	(void)signo;
	if (p->wire == NULL)
		return;
	wire_get_info(p->wire, &info);
	text = session_table(&info, 1, charset_is_utf8());
	log_lines(LOG_WARN, text);
	free(text);
	text = watch_describe(p->wire);
	log_lines(LOG_WARN, text);
	free(text);
}

static int
process_signals(struct session_process *p)
{
	int error = loop_signal(p->env.loop, SIGINT, process_end, p);

	if (error == 0)
		error = loop_signal(p->env.loop, SIGTERM, process_end, p);
	if (error == 0)
		error = loop_signal(p->env.loop, SIGHUP, log_has_file() ? process_reopen_log : process_end, p);
	if (error == 0)
		error = loop_signal(p->env.loop, SIGUSR1, process_print, p);
	return error;
}

/* ---- a life of its own ---- */

/* A process group of its own: the keyboard's signals come through the server, once. */
static int
process_settle(const struct session_process_task *task)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || setpgid(0, 0) == -1)
		return -errno;
	if (getppid() != task->parent)
		_exit(1);
	return 0;
}

static int
process_close_others(const struct session_process *p)
{
	int keep[3 + TRAFFIC_KEEP_MAX];
	size_t n = traffic_keep(p->env.traffic, keep);

	keep[n++] = listener_newest(p->task->server->listener)->fd;
	keep[n++] = p->task->report_fd;
	keep[n++] = log_file_fd();
	return io_close_others(keep, n);
}

static int
process_limit(const struct session_process *p)
{
	const char *what = NULL;
	const int error = limits_apply(endpoint_spec_group(p->listener, &limits_group), &what);

	if (error != 0)
		log_errno(LOG_ERROR, &(struct log_who){ .session = p->task->id, .name = p->listener->addr->text },
		    -error, "cannot set %s", what);
	return error;
}

static int
process_begin(struct session_process *p)
{
	int error = process_settle(p->task);

	if (error == 0)
		error = process_close_others(p);
	log_forked();
	if (error != 0)
		return error;
	p->env.loop = loop_new();
	if (p->env.loop == NULL)
		return -errno;
	log_start(p->env.loop);
	traffic_forked(p->env.traffic, p->env.loop);
	p->env.blocking = blocking_new(p->env.loop);
	p->env.children = child_table_new(p->env.loop);
	p->env.reports = NULL;
	p->env.ready = (struct ready){ .is_told = true };
	p->env.lingering = 0;
	p->env.lingered = process_check;
	p->env.lingered_arg = p;
	return process_signals(p);
}

/* Returns false when the client could not be taken over (told). */
static bool
process_take_client(struct session_process *p)
{
	const struct server *s = p->task->server;
	struct endpoint *client = endpoint_new(p->listener, &p->env, s->spec->ends[s->spec->server].roles);
	struct endpoint *given[2] = { NULL, NULL };

	client->who.session = p->task->id;
	if (s->listener->kind->accept(s->listener, client) != 0) {
		endpoint_free(client);
		return false;
	}
	given[s->spec->server] = client;
	p->wire = wire_new(s->spec, &p->env, p->task->id, given, process_wire_ended, p);
	wire_start(p->wire);
	return true;
}

static void
process_serve(struct session_process *p)
{
	int error = process_begin(p);

	p->status = 1;
	if (error == 0 && (process_limit(p) != 0 || !process_take_client(p)))
		return;
	if (error == 0 && p->wire != NULL)
		error = loop_run(p->env.loop);
	if (error == 0)
		loop_run_rest(p->env.loop);
	else
		log_errno(LOG_ERROR, &(struct log_who){ .session = p->task->id }, -error,
		    "the process of the session failed");
}

void
session_process_run(const struct session_process_task *task)
{
	const struct server *s = task->server;
	struct session_process p = { .task = task, .listener = s->spec->ends[s->spec->server].in, .env = *s->env };

	process_serve(&p);
	if (task->report_fd != -1)
		traffic_report(p.env.traffic, task->report_fd);
	log_stop();
	_exit(p.status);
}
