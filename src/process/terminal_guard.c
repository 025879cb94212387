/*
 * The guard is a fork that holds nothing but the terminal and the reading end of a pipe, whose other end closes when we end, however
 * that happens: everybody who could inherit it closes it by exec (O_CLOEXEC). All signals are blocked in it, so that it outlives
 * those that end us, and in a process group of its own it does not get those of the keyboard; SIGTTOU, too, is blocked, so that it
 * may set the modes from the background. It does so only if they are still those that we set: a shell may have been faster.
 */
#include "process/terminal_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/io.h"
#include "process/terminal_record.h"

#define GUARD_NAME "ipcwire: terminal guard"
#define GUARD_SHORT_NAME "ipcwire: guard" /* prctl(2) takes 15 characters */

/* Bytes of our arguments. */
static size_t
guard_args_len(void)
{
	char buf[256];
	size_t len = 0;
	ssize_t n;
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);

	while (fd != -1 && (n = read(fd, buf, sizeof(buf))) > 0)
		len += (size_t)n;
	if (fd != -1)
		close(fd);
	return len;
}

/* Bytes of the environment behind the arguments, if it is still where the kernel put it. */
static size_t
guard_environment_len(const char *args_end)
{
	const char *end = args_end;

	for (char **e = environ; e != NULL && *e == end; e++)
		end += strlen(*e) + 1;
	return (size_t)(end - args_end);
}

/*
 * What ps(1) shows. The arguments are overwritten; where they are too short the name goes on into the environment, which the kernel
 * knows for a custom (get_mm_cmdline in fs/proc/base.c).
 */
static void
guard_set_name(void)
{
	char *args = program_invocation_name;
	const size_t len = guard_args_len();
	size_t room = len;

	prctl(PR_SET_NAME, GUARD_SHORT_NAME);
	if (len == 0)
		return;
	if (len < sizeof(GUARD_NAME))
		room += guard_environment_len(args + len);
	if (room < sizeof(GUARD_NAME))
		return;
	memset(args, 0, len);
	memcpy(args, GUARD_NAME, sizeof(GUARD_NAME));
}

static void
guard_wait(int fd)
{
	char byte;
	ssize_t n;

	do {
		n = read(fd, &byte, 1);
	} while (n > 0 || (n == -1 && errno == EINTR));
}

_Noreturn static void
guard_run(struct terminal_record *record, int fd, int tty)
{
	const int keep[] = { fd, tty };

	setpgid(0, 0);
	for (int i = 0; i <= 2; i++)
		close(i);
	if (io_close_others(keep, 2) != 0 || chdir("/") == -1)
		_exit(1);
	guard_set_name();
	guard_wait(fd);
	terminal_record_restore(record, tty, true);
	_exit(0);
}

int
terminal_guard_start(struct terminal_guard *g, struct terminal_record *record, int tty)
{
	sigset_t all, old;
	int fds[2], error;

	error = io_pipe(fds, 0);
	if (error != 0)
		return error;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	error = -FAULT("terminal.guard");
	g->pid = error == 0 ? fork() : -1;
	if (g->pid == 0)
		guard_run(record, fds[0], tty);
	if (error == 0 && g->pid == -1)
		error = -errno;
	sigprocmask(SIG_SETMASK, &old, NULL);
	io_close(&fds[0]);
	g->fd = fds[1];
	if (error != 0) {
		g->pid = 0;
		io_close(&g->fd);
	}
	return error;
}

void
terminal_guard_stop(struct terminal_guard *g)
{
	if (g->pid == 0)
		return;
	kill(g->pid, SIGKILL);
	while (waitpid(g->pid, NULL, 0) == -1 && errno == EINTR)
		;
	g->pid = 0;
	io_close(&g->fd);
}
