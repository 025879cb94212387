/*
 * Starting a program.
 *
 * Everything that can be looked up (program, user, groups, environment) is looked up before; the child makes
 * system calls only, in a fixed order, and reports the first that fails, so the caller knows at once whether the
 * program runs.
 *
 * The child is made by vfork(2): until exec it uses our memory while this thread waits (other threads go on), which
 * saves the copy of our page tables, and a pipe for the report. So it must change nothing else that we need, no handler of ours may run in it (all
 * signals are blocked), and it changes its user by bare system calls: those of the C library speak to all our threads.
 */
#include "process/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/fault.h"
#include "base/mem.h"
#include "process/limits.h"
#include "process/nofile.h"

struct spawn_report {
	int error;
	enum spawn_stage stage;
};

struct spawn_plan {
	const struct spawn *what;
	pid_t parent;
	volatile struct spawn_report report; /* of the child, in our memory; error 0: it runs */
	char **argv;                         /* of what, its first word replaced where argv0 is given */
	gid_t *groups;
	int ngroups;
};

static _Thread_local struct {
	spawn_ask_fn *ask;
	void *arg;
} spawn_ask;

static sigset_t spawn_mask;
static bool spawn_keeps_hup_ignored;
/* Signals that are not at their default when a program is started; looked for again only when others were said to have changed. */
static struct {
	bool is_known;
	int len, signo[NSIG];
} spawn_resets;

void
spawn_remember_signals(void)
{
	struct sigaction act;

	sigprocmask(SIG_SETMASK, NULL, &spawn_mask);
	/* Under nohup(1) the program is meant to survive a hang-up as well. */
	spawn_keeps_hup_ignored = sigaction(SIGHUP, NULL, &act) == 0 && act.sa_handler == SIG_IGN;
}

void
spawn_forget_signals(void)
{
	spawn_resets.is_known = false;
	spawn_resets.len = 0;
}

void
spawn_set_ask(spawn_ask_fn *ask, void *arg)
{
	spawn_ask.ask = ask;
	spawn_ask.arg = arg;
}

const char *
spawn_stage_name(enum spawn_stage stage)
{
	static const char names[][36] = {
		[SPAWN_FORK] = "cannot start a process",
		[SPAWN_SETUP] = "cannot prepare the process",
		[SPAWN_LIMITS] = "cannot set its limits (rlimit-...)",
		[SPAWN_CHDIR] = "cannot enter its directory",
		[SPAWN_USER] = "cannot become its user",
		[SPAWN_EXEC] = "cannot run the program",
	};
	_Static_assert(sizeof(names) / sizeof(*names) == SPAWN_STAGE_N, "a name for every stage");

	return names[stage];
}

static const unsigned long spawn_default[8]; /* struct sigaction of the kernel, all zero: SIG_DFL */

/* The C library hides its own signals (32, 33) from sigaction(3), but whoever started us may have ignored them. */
static void
spawn_look_at_signals(void)
{
	unsigned long is[8] = { 0 };

	if (spawn_resets.is_known)
		return;
	spawn_resets.is_known = true;
	for (int signo = 1; signo < NSIG; signo++)
		if (!(signo == SIGHUP && spawn_keeps_hup_ignored) &&
		    syscall(SYS_rt_sigaction, signo, NULL, is, (NSIG - 1) / 8) == 0 &&
		    memcmp(is, spawn_default, sizeof(is)) != 0)
			spawn_resets.signo[spawn_resets.len++] = signo;
}

/* From here on to spawn_child: in the child, system calls only. */

_Noreturn static void
spawn_fail(struct spawn_plan *p, enum spawn_stage stage, int error)
{
	p->report.stage = stage;
	p->report.error = error;
	_exit(127);
}

static void
spawn_reset_signals(void)
{
	for (int i = 0; i < spawn_resets.len; i++)
		syscall(SYS_rt_sigaction, spawn_resets.signo[i], spawn_default, NULL, (NSIG - 1) / 8);
}

/* Sources go above all targets first, so that no dup2 overwrites one that is still needed. */
static void
spawn_move_fds(struct spawn_plan *p)
{
	struct spawn_fd fds[SPAWN_FDS_MAX];
	size_t n = p->what->nfds;
	int above = 3;

	for (size_t i = 0; i < n; i++)
		if (p->what->fds[i].to >= above)
			above = p->what->fds[i].to + 1;
	for (size_t i = 0; i < n; i++) {
		fds[i] = p->what->fds[i];
		fds[i].from = fcntl(fds[i].from, F_DUPFD_CLOEXEC, above);
		if (fds[i].from == -1)
			spawn_fail(p, SPAWN_SETUP, errno);
	}
	if (compat_close_range_cloexec(3) == -1)
		spawn_fail(p, SPAWN_SETUP, errno);
	for (size_t i = 0; i < n; i++)
		if (dup2(fds[i].from, fds[i].to) == -1)
			spawn_fail(p, SPAWN_SETUP, errno);
}

static void
spawn_become_user(struct spawn_plan *p)
{
	uint32_t uid = p->what->uid, gid = p->what->gid;

	if (p->what->user == NULL)
		return;
	if (compat_setgroups_alone((size_t)p->ngroups, p->groups) == -1 || compat_setgid_alone(gid) == -1 ||
	    compat_setuid_alone(uid) == -1)
		spawn_fail(p, SPAWN_USER, errno);
	if (getuid() != uid || geteuid() != uid || getgid() != gid || getegid() != gid)
		spawn_fail(p, SPAWN_USER, EPERM);
}

/* Before it becomes another user: only root may raise a hard limit. */
static void
spawn_limit(struct spawn_plan *p)
{
	const char *what;
	const int error = p->what->limits != NULL ? limits_apply(p->what->limits, &what) : 0;

	if (error != 0)
		spawn_fail(p, SPAWN_LIMITS, -error);
}

static void
spawn_set_up(struct spawn_plan *p)
{
	const struct spawn *s = p->what;

	if (s->is_session && setsid() == -1)
		spawn_fail(p, SPAWN_SETUP, errno);
	if (s->has_tty && ioctl(s->fds[0].to, TIOCSCTTY, 0) == -1)
		spawn_fail(p, SPAWN_SETUP, errno);
	if (!s->is_session && s->is_own_group && setpgid(0, 0) == -1)
		spawn_fail(p, SPAWN_SETUP, errno);
	if (s->umask != -1)
		umask((mode_t)s->umask);
	errno = 0;
	if (s->nice != 0 && nice(s->nice) == -1 && errno != 0)
		spawn_fail(p, SPAWN_SETUP, errno);
	spawn_limit(p);
	spawn_become_user(p);
	if (s->dir != NULL && chdir(s->dir) == -1)
		spawn_fail(p, SPAWN_CHDIR, errno);
}

_Noreturn static void
spawn_child(struct spawn_plan *p)
{
	int error;

	spawn_reset_signals();
	spawn_move_fds(p);
	nofile_restore();
	spawn_set_up(p);
	/* A change of user clears the setting, so it comes last; the parent may have died before it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		spawn_fail(p, SPAWN_SETUP, errno);
	if (getppid() != p->parent)
		_exit(127);
	sigprocmask(SIG_SETMASK, &spawn_mask, NULL);
	error = FAULT("spawn.exec");
	if (error == 0) {
		execve(p->what->file, p->argv, p->what->envp);
		error = errno;
	}
	spawn_fail(p, SPAWN_EXEC, error);
}

/* In the parent again. */

static int
spawn_look_up_groups(struct spawn_plan *p)
{
	if (p->what->user == NULL)
		return 0;
	p->ngroups = 64;
	for (;;) {
		int n = p->ngroups;

		p->groups = xreallocarray(p->groups, (size_t)n, sizeof(*p->groups));
		if (getgrouplist(p->what->user, p->what->gid, p->groups, &p->ngroups) != -1)
			return 0;
		if (p->ngroups <= n)
			return -EINVAL;
	}
}

/* Returns true when that is an array of its own. */
static bool
spawn_name(struct spawn_plan *p)
{
	size_t n = 0;

	p->argv = p->what->argv;
	if (p->what->argv0 == NULL)
		return false;
	while (p->what->argv[n++] != NULL)
		;
	p->argv = xreallocarray(NULL, n, sizeof(*p->argv));
	memcpy(p->argv, p->what->argv, n * sizeof(*p->argv));
	p->argv[0] = p->what->argv0;
	return true;
}

static pid_t
spawn_fork(struct spawn_plan *p)
{
	sigset_t all, old;
	pid_t pid;
	int error;

	if ((error = FAULT("spawn.fork")) != 0)
		return -error;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	pid = vfork();
	if (pid == 0)
		spawn_child(p); /* NOLINT(clang-analyzer-unix.Vfork): it keeps to what the head of this file says */
	error = errno;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return pid == -1 ? -error : pid;
}

/* What became of the child. */
static int
spawn_hear(const struct spawn_plan *p, pid_t pid, enum spawn_stage *stage)
{
	if (p->report.error == 0)
		return 0;
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
	*stage = p->report.stage;
	return -p->report.error;
}

pid_t
spawn_start(const struct spawn *what, enum spawn_stage *stage)
{
	struct spawn_plan p = { .what = what, .parent = getpid() };
	int error;
	bool has_argv;
	pid_t pid;

	if (spawn_ask.ask != NULL)
		return spawn_ask.ask(what, stage, spawn_ask.arg);
	spawn_look_at_signals();
	has_argv = spawn_name(&p);
	*stage = SPAWN_FORK;
	if ((error = spawn_look_up_groups(&p)) != 0) {
		*stage = SPAWN_USER;
		goto out;
	}
	pid = spawn_fork(&p);
	error = pid < 0 ? (int)pid : spawn_hear(&p, pid, stage);
out:
	if (has_argv)
		free(p.argv);
	free(p.groups);
	return error != 0 ? error : pid;
}
