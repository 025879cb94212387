/*
 * exec:COMMAND (no shell), system:COMMAND (sh -c), shell:[COMMAND] ($SHELL), and "-- PROGRAM ARG...".
 *
 * The wire says how each side is attached before it opens the endpoint: given_in and given_out are descriptors to hand
 * over (a direct wire), gets_nothing_* means that no wire is on that side (the program keeps ours, as in a shell); otherwise
 * we make a pipe, or one socket pair or pseudo-terminal for both (via=, how=). The endpoint has ended when its output has and the process has.
 */
#include "endpoint/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ids.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/words.h"
#include "endpoint/client_env.h"
#include "endpoint/endpoint.h"
#include "endpoint/exec_pty.h"
#include "endpoint/exec_state.h"
#include "endpoint/exec_unbuffer.h"
#include "endpoint/limits_group.h"
#include "endpoint/pty_group.h"
#include "endpoint/registry.h"
#include "endpoint/retry.h"
#include "endpoint/termios_group.h"
#include "process/limits.h"
#include "process/program.h"
#include "process/spawn.h"

/* clang-format off */
static const struct opt_desc exec_opts_table[] = {
	OPT(struct exec_opts, after_exit, OPT_TIME, .name = "after-exit", .words = "wait", .def = "wait",
	    .help = "how long others may hold its terminal after its end"),
	OPT(struct exec_opts, chdir, OPT_STRING, .name = "chdir", .aliases = "cd", .value = "DIR",
	    .help = "directory the program starts in"),
	OPT(struct exec_opts, clearenv, OPT_BOOL, .name = "clearenv", .help = "an empty environment, but for env="),
	OPT(struct exec_opts, env, OPT_TEXTS, .name = "env", .value = "NAME=VALUE", .help = "sets a variable; may be repeated"),
	OPT(struct exec_opts, eof_grace, OPT_TIME, .name = "eof-grace",
	    .help = "ends the program so long after its end of input"),
	OPT(struct exec_opts, fdin, OPT_INT, .name = "fdin", .max = 255, .help = "descriptor the program reads from"),
	OPT(struct exec_opts, fdout, OPT_INT, .name = "fdout", .max = 255, .def = "1", .help = "descriptor the program writes to"),
	OPT(struct exec_opts, how, OPT_ENUM, .name = "how", .words = UNBUFFER_HOW_WORDS, .def = "auto",
	    .help = "by what means buffer= reaches the program itself"),
	OPT(struct exec_opts, kill_after, OPT_TIME, .name = "kill-after", .def = "2s",
	    .help = "time between HUP, TERM and KILL"),
	OPT(struct exec_opts, login, OPT_BOOL, .name = "login", .aliases = "dash",
	    .help = "argv[0] begins with a dash, as for a login shell"),
	OPT(struct exec_opts, nice, OPT_INT, .name = "nice", .min = -40, .max = 39, .def = "0", .help = "added to our niceness"),
	OPT(struct exec_opts, path, OPT_STRING, .name = "path", .value = "DIR:DIR...",
	    .help = "where the program is looked for, and its PATH"),
	OPT(struct exec_opts, pool, OPT_INT, .name = "pool", .max = 1000,
	    .help = "with each on the listener: so many are started beforehand"),
	OPT(struct exec_opts, pty, OPT_ENUM, .name = "pty", .words = "no\0yes\0out", .def = "no", .bare = "yes",
	    .help = "a terminal of its own, as for a person; out: only stdout"),
	OPT(struct exec_opts, setsid, OPT_BOOL, .name = "setsid", .aliases = "sid", .help = "a session of its own"),
	OPT(struct exec_opts, stderr_to, OPT_STRING, .name = "stderr", .value = "inherit|log|merge|null|FILE|ADDRESS", .bare = "merge",
	    .help = "where standard error goes"),
	OPT(struct exec_opts, stdin_from, OPT_ADDR, .name = "stdin",
	    .help = "what it reads from; no other address then"),
	OPT(struct exec_opts, stdout_to, OPT_ADDR, .name = "stdout",
	    .help = "what it writes to; no other address then"),
	OPT(struct exec_opts, su, OPT_USER, .name = "su", .aliases = "substuser",
	    .help = "become this user, with its groups"),
	OPT(struct exec_opts, term, OPT_STRING, .name = "term", .value = "NAME",
	    .help = "TERM at a terminal of its own; by default ours, or dumb"),
	OPT(struct exec_opts, umask, OPT_MODE, .name = "umask", .max = 0777, .help = "umask of the program"),
	OPT(struct exec_opts, via, OPT_ENUM, .name = "via", .words = "auto\0direct\0pipe\0socketpair\0pty", .def = "auto",
	    .help = "how the program is attached to the wire"),
	OPT_END,
};
/* clang-format on */

/* Words and program. */

/* A word or a file, unless it begins with a kind. */
static bool
exec_stderr_is_address(const char *to)
{
	const size_t len = to != NULL ? strcspn(to, ":,!") : 0;

	return len > 0 && (to[len] != '\0' || strcmp(to, "null") != 0) && registry_find(to, len) != NULL;
}

static int
exec_check_stderr(struct endpoint_spec *spec, struct diag *d)
{
	const struct exec_opts *o = spec->opts;
	struct endpoint_spec *second;

	if (!exec_stderr_is_address(o->stderr_to))
		return 0;
	if (endpoint_spec_parse(o->stderr_to, &spec->errors, &second, d) == -1)
		return diag_shift(d, endpoint_spec_place(spec, "stderr"));
	if (second == NULL)
		return 0;
	endpoint_spec_free(second);
	diag_set(d, endpoint_spec_place(spec, "stderr"), "stderr= is one address, not two");
	return diag_hint(d, "it is only written to");
}

static int
exec_check_opts(struct endpoint_spec *spec, struct diag *d)
{
	const struct exec_opts *o = spec->opts;

	if (exec_check_stderr(spec, d) == -1)
		return -1;

	for (size_t i = 0; i < o->env.len; i++) {
		const char *item = o->env.items[i];

		if (item[0] != '=' && strchr(item, '=') != NULL)
			continue;
		diag_set(d, 0, "env= needs NAME=VALUE");
		return diag_hint(d, "an empty value is env=NAME=");
	}
	if (exec_unbuffer_check(spec, d) == -1)
		return -1;
	return exec_pty_check(spec, d);
}

static int
exec_check(struct endpoint_spec *spec, struct diag *d)
{
	char **words;

	if (exec_check_opts(spec, d) == -1)
		return -1;
	if (spec->addr->nparams == 0)
		return 0; /* the words come after -- */
	if (words_split(endpoint_spec_param(spec, 0), &words, d) == -1)
		return diag_shift(d, spec->addr->params[0].pos);
	spec->argv = xdup_strings(words);
	words_free(words);
	return 0;
}

static int
exec_shell_words(struct endpoint_spec *spec, const char *shell, struct diag *d)
{
	if (exec_check_opts(spec, d) == -1)
		return -1;
	spec->argv = xcalloc(4, sizeof(*spec->argv));
	spec->argv[0] = xstrdup(shell);
	if (spec->addr->nparams > 0) {
		spec->argv[1] = xstrdup("-c");
		spec->argv[2] = xstrdup(endpoint_spec_param(spec, 0));
	}
	return 0;
}

static int
system_check(struct endpoint_spec *spec, struct diag *d)
{
	return exec_shell_words(spec, "/bin/sh", d);
}

static int
shell_check(struct endpoint_spec *spec, struct diag *d)
{
	const char *shell = getenv("SHELL");

	return exec_shell_words(spec, shell != NULL && shell[0] == '/' ? shell : "/bin/sh", d);
}

int
exec_find(const struct endpoint_spec *spec, const struct log_who *who, char **file, int *status)
{
	const struct exec_opts *o = spec->opts;
	int error = program_find(spec->argv[0], o->path, file);

	if (error == 0)
		return 0;
	*status = error == -EACCES ? 126 : 127;
	if (error == -EACCES)
		log_msg(LOG_ERROR, who, "'%s' in PATH is not executable (chmod +x helps)", spec->argv[0]);
	else
		log_msg(LOG_ERROR, who, "program '%s' not found in PATH%s", spec->argv[0],
		    access(spec->argv[0], F_OK) == 0 ? " (the one in this directory is written with ./)" : "");
	return error;
}

/*
 * Environment: ours (or none), then what the client's connection tells, then env=. The last of a name wins. What ours says of
 * a client is not true of the clients of our listeners.
 */

/* len: of the name that other begins with. */
static bool
env_is_named(const char *item, const char *other, size_t len)
{
	return item[0] == other[0] && strncmp(item, other, len) == 0 && item[len] == '=';
}

static void
env_set(char **env, size_t *n, const char *item)
{
	const size_t len = strcspn(item, "=");

	for (size_t i = 0; i < *n; i++) {
		if (env_is_named(env[i], item, len)) {
			free(env[i]);
			env[i] = xstrdup(item);
			return;
		}
	}
	env[(*n)++] = xstrdup(item);
}

static size_t
env_count(char *const *env)
{
	size_t n = 0;

	while (env != NULL && env[n] != NULL)
		n++;
	return n;
}

static void
env_set_user(char **env, size_t *n, uint32_t uid)
{
	struct passwd *pw = ids_entry(uid);
	const char *const names[] = { "USER", "LOGNAME", "HOME", "SHELL" };

	if (pw == NULL)
		return;
	const char *const values[] = { pw->pw_name, pw->pw_name, pw->pw_dir, pw->pw_shell };
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *item = xasprintf("%s=%s", names[i], values[i]);

		env_set(env, n, item);
		free(item);
	}
	ids_entry_free(pw);
}

static bool
env_has(char *const *env, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (env_is_named(env[i], name, strcspn(name, "=")))
			return true;
	return false;
}

static void
exec_set_term(struct endpoint *ep, char **env, size_t *n)
{
	const struct exec_opts *o = ep->spec->opts;
	char *item;

	if (!exec_unbuffer_has_pty(ep->spec, ep, true) || (o->term == NULL && env_has(env, *n, "TERM=")))
		return;
	item = xasprintf("TERM=%s", o->term != NULL ? o->term : "dumb");
	env_set(env, n, item);
	free(item);
}

static char **
exec_environment(struct endpoint *ep)
{
	const struct exec_opts *o = ep->spec->opts;
	size_t n = 0;
	char **env = xcalloc(env_count(environ) + env_count(ep->extra_env) + o->env.len + 8 + UNBUFFER_VARIABLES_MAX,
	    sizeof(*env));

	for (char *const *e = environ; !o->clearenv && e != NULL && *e != NULL; e++)
		if (!ep->is_for_clients || !client_env_has(*e))
			env[n++] = xstrdup(*e);
	for (char *const *e = ep->extra_env; e != NULL && *e != NULL; e++)
		env_set(env, &n, *e);
	if (o->su.is_set)
		env_set_user(env, &n, o->su.id);
	if (o->path != NULL) {
		char *item = xasprintf("PATH=%s", o->path);

		env_set(env, &n, item);
		free(item);
	}
	exec_set_term(ep, env, &n);
	for (size_t i = 0; i < o->env.len; i++)
		env_set(env, &n, o->env.items[i]);
	exec_unbuffer_environment(ep, env, &n);
	return env;
}

/* Attachment. */

static void
exec_child_end(struct exec_state *st, int fd)
{
	st->ends[st->nends++] = fd;
}

static void
exec_close_child_ends(struct exec_state *st)
{
	while (st->nends > 0)
		io_close(&st->ends[--st->nends]);
}

static void
exec_add_fd(struct spawn *s, int from, int to)
{
	s->fds[s->nfds++] = (struct spawn_fd){ from, to };
}

/* An end of our own for a side that has a wire and was given nothing. Returns the child's descriptor or -errno. */
static int
exec_make_pipe(struct endpoint *ep, bool is_input)
{
	struct exec_state *st = ep->state;
	int fds[2], error = io_pipe(fds, 0);

	if (error != 0)
		return error;
	exec_child_end(st, fds[is_input ? 0 : 1]);
	if (is_input)
		ep->wfd = fds[1];
	else
		ep->rfd = fds[0];
	return fds[is_input ? 0 : 1];
}

static int
exec_make_socketpair(struct endpoint *ep)
{
	int fds[2], error = io_socketpair(fds);

	if (error != 0)
		return error;
	exec_child_end(ep->state, fds[1]);
	ep->rfd = fds[0];
	ep->wfd = fds[0];
	return fds[1];
}

/* The terminal is made for the output; both sides get the same with is_both. */
static int
exec_make_pty(struct endpoint *ep, bool is_both)
{
	int fd = exec_pty_open(ep, is_both);

	if (fd >= 0 && !is_both)
		exec_child_end(ep->state, fd); /* else exec_pty.c holds it */
	return fd;
}

/* The child's descriptor for one side, or -errno. */
static int
exec_side(struct endpoint *ep, bool is_input, int *pair)
{
	const struct exec_opts *o = ep->spec->opts;
	const int given = is_input ? ep->given_in : ep->given_out;

	if (given != -1)
		return given;
	if (exec_unbuffer_has_pty(ep->spec, ep, true) && (is_input || !ep->gets_nothing_out)) {
		if (*pair == -1)
			*pair = exec_make_pty(ep, true);
		return *pair;
	}
	if (is_input ? ep->gets_nothing_in : ep->gets_nothing_out) {
		int fd;

		if (!(is_input && ep->env->is_server))
			return is_input ? 0 : 1;
		fd = io_open("/dev/null", O_RDWR, 0);
		if (fd >= 0)
			exec_child_end(ep->state, fd);
		return fd;
	}
	if (!is_input && exec_unbuffer_has_pty(ep->spec, ep, false))
		return exec_make_pty(ep, false);
	if (o->via != EXEC_VIA_SOCKETPAIR)
		return exec_make_pipe(ep, is_input);
	if (*pair == -1)
		*pair = exec_make_socketpair(ep);
	return *pair;
}

/* What is asked of a person comes on standard error as often. */
static const char *
exec_default_stderr(const struct endpoint *ep)
{
	const struct exec_opts *o = ep->spec->opts;

	if (o->pty == EXEC_PTY_YES)
		return "merge";
	return ep->env->is_server ? "log" : "inherit";
}

static int
exec_attach_stderr(struct endpoint *ep, struct spawn *s, int out)
{
	const struct exec_opts *o = ep->spec->opts;
	const char *to = o->stderr_to != NULL ? o->stderr_to : exec_default_stderr(ep);
	struct exec_state *st = ep->state;
	int fd = 2, fds[2];

	if (ep->given_err != -1)
		fd = ep->given_err;
	else if (strcmp(to, "merge") == 0)
		fd = out;
	else if (strcmp(to, "log") == 0) {
		if ((fd = io_pipe(fds, 0)) == 0) {
			io_set_nonblock(fds[0], true);
			st->stderr_fd = fds[0];
			fd = fds[1];
			exec_child_end(st, fd);
		}
	} else if (strcmp(to, "inherit") != 0) {
		fd = strcmp(to, "null") == 0 ? io_open("/dev/null", O_WRONLY, 0) :
					       io_open(to, O_WRONLY | O_CREAT | O_APPEND, 0666);
		if (fd >= 0)
			exec_child_end(st, fd);
	}
	if (fd < 0)
		return endpoint_fail(ep, -fd, "cannot open '%s' for its standard error", to);
	exec_add_fd(s, fd, 2);
	return 0;
}

static int
exec_attach(struct endpoint *ep, struct spawn *s)
{
	const struct exec_opts *o = ep->spec->opts;
	int pair = -1, in, out;

	in = exec_side(ep, true, &pair);
	out = in < 0 ? in : exec_side(ep, false, &pair);
	if (out < 0)
		return endpoint_fail(ep, -out, "%s",
		    exec_unbuffer_has_pty(ep->spec, ep, false) ? "cannot make a pseudo-terminal for the program" :
								 "cannot make a connection to the program");
	exec_add_fd(s, in, o->fdin);
	exec_add_fd(s, out, o->fdout);
	if (o->fdin != 0)
		exec_add_fd(s, 0, 0);
	if (o->fdout != 1)
		exec_add_fd(s, 1, 1);
	return exec_attach_stderr(ep, s, out);
}

/* Its standard error as log lines: whole lines, escaped by the log, never mixed with ours. */

static void
exec_log_line(struct endpoint *ep)
{
	struct exec_state *st = ep->state;

	log_stderr(&ep->who, st->line, st->line_len);
	st->line_len = 0;
}

static void
exec_stderr_close(struct endpoint *ep)
{
	struct exec_state *st = ep->state;

	if (st->stderr_fd <= 0)
		return;
	if (st->line_len > 0)
		exec_log_line(ep);
	loop_source_stop(endpoint_loop(ep), &st->stderr_source);
	io_close(&st->stderr_fd);
}

static void
exec_stderr_drain(struct endpoint *ep)
{
	struct exec_state *st = ep->state;
	char buf[4096];

	while (st->stderr_fd > 0) {
		struct iovec iov = { buf, sizeof(buf) };
		ssize_t n = io_readv(st->stderr_fd, &iov, 1);

		if (n == -EAGAIN)
			return;
		if (n <= 0) {
			exec_stderr_close(ep);
			return;
		}
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i] != '\n')
				st->line[st->line_len++] = buf[i];
			if (buf[i] == '\n' || st->line_len == sizeof(st->line))
				exec_log_line(ep);
		}
	}
}

static void
exec_stderr_ready(struct loop_source *s, uint32_t events)
{
	(void)events;
	exec_stderr_drain(s->arg);
}

/* Start and end. */

static void
exec_child_ended(struct child *c)
{
	struct endpoint *ep = c->arg;

	exec_stderr_drain(ep);
	exec_unbuffer_ended(ep);
	exec_pty_child_ended(ep);
	ep->ended(ep);
}

static bool
exec_child_is_abandoned(struct child *c)
{
	struct endpoint *ep = c->arg;

	return ep->is_abandoned != NULL && ep->is_abandoned(ep);
}

static void
exec_describe(struct endpoint *ep, struct spawn *s, const struct passwd *pw)
{
	const struct exec_opts *o = ep->spec->opts;
	const struct exec_state *st = ep->state;

	s->file = st->file;
	s->argv = ep->spec->argv;
	s->envp = st->env;
	s->dir = o->chdir;
	s->limits = endpoint_spec_group(ep->spec, &limits_group);
	s->umask = o->umask;
	s->nice = o->nice;
	s->has_tty = ep->io != NULL && ep->io->write != NULL;
	s->is_session = o->setsid || s->has_tty;
	s->is_own_group = ep->env->has_own_groups || s->is_session;
	if (o->su.is_set) {
		s->user = pw != NULL ? pw->pw_name : o->su.name;
		s->uid = o->su.id;
		s->gid = pw != NULL ? pw->pw_gid : o->su.id;
	}
}

/* With what a login shell is told that it is one; NULL: nothing. */
static char *
exec_login_name(const struct endpoint *ep)
{
	const struct exec_opts *o = ep->spec->opts;
	const char *name = ep->spec->argv[0], *base = strrchr(name, '/');

	return o->login ? xasprintf("-%s", base != NULL ? base + 1 : name) : NULL;
}

static pid_t
exec_spawn(struct endpoint *ep, struct spawn *s, enum spawn_stage *stage)
{
	const struct exec_opts *o = ep->spec->opts;
	struct passwd *pw = o->su.is_set ? ids_entry(o->su.id) : NULL;
	char *login = exec_login_name(ep);
	pid_t pid;

	exec_describe(ep, s, pw);
	s->argv0 = login;
	pid = spawn_start(s, stage);
	free(login);
	ids_entry_free(pw);
	return pid;
}

static int
exec_refused(struct endpoint *ep, int error, enum spawn_stage stage)
{
	const struct exec_opts *o = ep->spec->opts;
	const char *name = ep->spec->argv[0];

	if (stage == SPAWN_EXEC)
		ep->status = error == ENOENT || error == ENOTDIR ? 127 : 126;
	if (stage == SPAWN_EXEC && error == ENOEXEC)
		log_msg(LOG_ERROR, &ep->who, "cannot run '%s': not a program; a script needs '#!' in its first line",
		    name);
	else if (stage == SPAWN_EXEC && error == ENOENT)
		log_msg(LOG_ERROR, &ep->who,
		    "cannot run '%s': no such program (or the interpreter it names is missing)", name);
	else if (stage == SPAWN_EXEC)
		log_errno(LOG_ERROR, &ep->who, error, "cannot run '%s'", name);
	else
		log_errno(LOG_ERROR, &ep->who, error, "%s%s%s", spawn_stage_name(stage),
		    stage == SPAWN_CHDIR ? " " : "", stage == SPAWN_CHDIR ? o->chdir : "");
	return -error;
}

static int
exec_start(struct endpoint *ep, struct spawn *s)
{
	struct exec_state *st = ep->state;
	enum spawn_stage stage = SPAWN_FORK;
	pid_t pid = exec_spawn(ep, s, &stage);

	if (pid < 0)
		return exec_refused(ep, -pid, stage);
	st->child.is_group = s->is_own_group;
	st->child.who = &ep->who;
	st->child.ended = exec_child_ended;
	st->child.is_abandoned = exec_child_is_abandoned;
	st->child.arg = ep;
	log_msg(LOG_INFO, &ep->who, "started, process %d", (int)pid);
	pid = child_start(&st->child, ep->env->children, pid);
	if (pid < 0)
		return endpoint_fail(ep, -pid, "cannot watch the process");
	ep->child = &st->child;
	exec_unbuffer_started(ep);
	return 0;
}

static int
exec_settle(struct endpoint *ep)
{
	struct exec_state *st = ep->state;

	endpoint_set_fds(ep, ep->rfd, ep->wfd);
	if (ep->wfd != -1 && ep->gets_nothing_in)
		endpoint_shutdown(ep); /* a terminal where nobody types: the end of its input */
	if (st->stderr_fd <= 0)
		return 0;
	loop_source_init(&st->stderr_source, st->stderr_fd, exec_stderr_ready, ep);
	return loop_source_want(endpoint_loop(ep), &st->stderr_source, EPOLLIN);
}

static int
exec_open(struct endpoint *ep)
{
	struct exec_state *st = ep->state;
	struct spawn s = { 0 };
	int error = exec_find(ep->spec, &ep->who, &st->file, &ep->status);

	if (error != 0)
		return error;
	st->env = exec_environment(ep);
	error = exec_attach(ep, &s);
	if (error == 0)
		error = exec_start(ep, &s);
	exec_close_child_ends(st);
	return error != 0 ? error : exec_settle(ep);
}

static void
exec_close(struct endpoint *ep)
{
	struct exec_state *st = ep->state;

	child_fini(&st->child);
	exec_unbuffer_close(ep);
	exec_pty_close(ep);
	exec_stderr_drain(ep);
	exec_stderr_close(ep);
	free_strings(st->env);
	st->env = NULL;
	free(st->file);
	st->file = NULL;
}

static const struct opt_group *const exec_groups[] = { &limits_group, &restart_group, &pty_group, &termios_group,
	NULL };

#define EXEC_KIND                                                                              \
	.groups = exec_groups, .opts = exec_opts_table, .opts_size = sizeof(struct exec_opts), \
	.state_size = sizeof(struct exec_state), .class = CLASS_PROGRAM, .open = exec_open, .close = exec_close

const struct endpoint_kind endpoint_exec = {
	.name = "exec",
	.syntax = "exec:COMMAND",
	.example = "exec:'bc -q'",
	.help = "a program, no shell; or its words follow --",
	.args_max = 1,
	.flags = KIND_READ | KIND_WRITE | KIND_CHILD | KIND_COMMAND,
	.check = exec_check,
	EXEC_KIND,
};

const struct endpoint_kind endpoint_system = {
	.name = "system",
	.syntax = "system:COMMAND",
	.example = "system:'sort | uniq'",
	.help = "a command line for sh",
	.args_min = 1,
	.args_max = 1,
	.flags = KIND_READ | KIND_WRITE | KIND_CHILD | KIND_COMMAND,
	.check = system_check,
	EXEC_KIND,
};

const struct endpoint_kind endpoint_shell = {
	.name = "shell",
	.syntax = "shell[:COMMAND]",
	.example = "shell:'echo $SHELL'",
	.help = "a command line for your shell, or the shell itself",
	.args_max = 1,
	.flags = KIND_READ | KIND_WRITE | KIND_CHILD | KIND_COMMAND,
	.check = shell_check,
	EXEC_KIND,
};
