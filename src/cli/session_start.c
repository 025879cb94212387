/* session start: a session in a process of its own. */
#include "cli/session_start.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/stage.h"
#include "dialogue/session.h"
#include "dialogue/session_dir.h"
#include "endpoint/exec.h"
#include "net/unixpath.h"
#include "process/child.h"
#include "process/daemon.h"
#include "wire/watch_option.h"

struct session_run {
	struct command_call *call;
	const char *name;
	int64_t keep;
	struct endpoint_spec *in, *out;
	struct session *session;
	struct stage stage;
	struct daemon daemon;
	int listening;
	char *path;
	struct stat bound;
	int status;
	unsigned stops;
	bool has_left; /* path is gone */
	bool is_over;
};

/* ---- the end ---- */

static int
start_parse(struct session_run *r, char **words)
{
	struct command_call *call = r->call;
	char **at = words;

	if (*at != NULL && strcmp(*at, "--") != 0) {
		call->input = *at;
		if (endpoint_spec_parse(*at++, &r->in, &r->out, &call->diag) == -1)
			return COMMAND_REFUSED;
	}
	if (*at != NULL && strcmp(*at, "--") == 0 && at[1] != NULL) {
		if (r->in == NULL)
			r->in = endpoint_spec_exec(at + 1);
		else
			endpoint_spec_give(r->in, at + 1);
		return 0;
	}
	if (r->in != NULL && *at == NULL)
		return 0;
	call->input = r->in != NULL ? *at : NULL;
	diag_set(&call->diag, 0, r->in != NULL ? "more than one address" : "session start: what is to be talked to?");
	diag_hint(&call->diag, "for example: ipcwire session start -n calc exec:bc");
	return COMMAND_REFUSED;
}

/* Nobody is there to read what a program in the background has to complain about, but who asks. */
static void
start_merge_errors(struct endpoint_spec *spec)
{
	struct exec_opts *o = spec->opts;

	if ((spec->kind->flags & KIND_CHILD) && o->stderr_to == NULL)
		o->stderr_to = xstrdup("merge");
}

static int
start_set_opts(struct command_call *call)
{
	struct config *c = &call->config;

	c->spec.opts = c->general.wire;
	if (watch_option_parse(c->general.watch, &c->spec.opts.watch, &c->spec.opts.watch_fails, &call->diag) == -1) {
		call->input = c->general.watch;
		return COMMAND_REFUSED;
	}
	c->spec.opts.watch = 0; /* who asks finds out */
	return 0;
}

/* ---- the process ---- */

static void
start_check_over(void *arg)
{
	struct session_run *r = arg;

	if (r->is_over && r->stage.env.lingering == 0)
		loop_stop(r->stage.env.loop);
}

static void
start_over(int status, void *arg)
{
	struct session_run *r = arg;

	r->status = status;
	r->is_over = true;
	start_check_over(r);
}

/* While it still listens: nobody takes the name before it is free. */
static void
start_leave(void *arg)
{
	struct session_run *r = arg;

	if (!r->has_left)
		unixpath_unlink(r->path, &r->bound);
	r->has_left = true;
}

static void
start_ready(void *arg)
{
	struct session_run *r = arg;

	if (daemon_tell_ready(&r->daemon) != 0)
		session_stop(r->session);
}

static void
start_signal(int signo, void *arg)
{
	struct session_run *r = arg;

	child_table_signal(r->stage.env.children, ++r->stops > 1 ? SIGKILL : signo);
	session_stop(r->session);
}

static void
start_log(int signo, void *arg)
{
	(void)signo;
	(void)arg;
	log_reopen_file();
}

static void
start_begin(void *arg)
{
	struct session_run *r = arg;
	struct endpoint_env *env = &r->stage.env;

	env->lingered = start_check_over;
	env->lingered_arg = r;
	env->runs_programs = true;
	env->has_own_groups = true;
	session_start(r->session, env, r->listening);
	r->listening = -1;
}

static int
start_set_up(struct session_run *r)
{
	const struct stage_signals uses = { .stop = start_signal, .reopened = start_log, .arg = r };
	const char *log_file = r->call->config.general.log_file;

	if (log_file != NULL && log_open_file(log_file) != 0)
		return -1;
	if (stage_open(&r->stage) != 0)
		return -1;
	if (stage_signals(&r->stage, &uses) == 0)
		return 0;
	log_msg(LOG_ERROR, NULL, "the event loop failed");
	return -1;
}

/* In the background: until the session is over. */
static int
start_run(struct session_run *r)
{
	int status = 1;

	if (start_set_up(r) == 0 && stage_run(&r->stage, start_begin, r) == 0)
		status = r->status;
	if (r->stage.env.loop != NULL)
		stage_end(&r->stage);
	start_leave(r);
	session_free(r->session);
	r->session = NULL;
	stage_close(&r->stage);
	return status;
}

static int
start_in_background(struct session_run *r)
{
	const struct log_who who = { .name = r->name };
	enum daemon_side side;
	struct daemon_outcome outcome;
	int error = daemon_start(&r->daemon, &side, &outcome);

	if (error != 0) {
		log_errno(LOG_ERROR, &who, -error, "cannot start a process for the session");
		unixpath_unlink(r->path, &r->bound);
		return 1;
	}
	if (side == DAEMON_BACKGROUND)
		return start_run(r);
	r->call->signo = outcome.signo;
	return outcome.status;
}

static int
start_session(struct session_run *r)
{
	const struct session_setup setup = { .name = r->name,
		.opts = &r->call->config.spec.opts,
		.keep = r->keep,
		.ready = start_ready,
		.leave = start_leave,
		.over = start_over,
		.arg = r };

	r->session = session_new(&setup, r->in, r->out, &r->call->diag);
	r->in = r->out = NULL;
	if (r->session == NULL)
		return COMMAND_REFUSED;
	r->listening = session_dir_listen(r->name, &r->path, &r->bound);
	return r->listening < 0 ? 1 : start_in_background(r);
}

int
session_start_command(struct command_call *call, const char *name, int64_t keep, char **words)
{
	struct session_run r = { .call = call, .name = name, .keep = keep, .listening = -1 };
	int status = start_parse(&r, words);

	if (status == 0)
		status = start_set_opts(call);
	if (status == 0)
		start_merge_errors(r.in);
	if (status == 0)
		status = start_session(&r);
	else {
		endpoint_spec_free(r.in);
		if (r.out != r.in)
			endpoint_spec_free(r.out);
	}
	session_free(r.session);
	if (r.listening >= 0)
		io_close(&r.listening);
	free(r.path);
	return status;
}
