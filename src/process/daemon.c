/*
 * The process that waits holds the reading end of a pipe. A byte says that the other one is ready; the end of input without
 * it, that it has ended, and its exit status tells how. One fork is enough: nothing is opened that could become a
 * controlling terminal (O_NOCTTY).
 */
#include "process/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/io.h"

static bool
daemon_hears_ready(int fd)
{
	char byte;
	ssize_t n;

	do {
		n = read(fd, &byte, 1);
	} while (n == -1 && errno == EINTR);
	return n == 1;
}

static void
daemon_wait(pid_t pid, int fd, struct daemon_outcome *outcome)
{
	int status;
	pid_t got;

	*outcome = (struct daemon_outcome){ 0 };
	if (daemon_hears_ready(fd))
		return;
	do {
		got = waitpid(pid, &status, 0);
	} while (got == -1 && errno == EINTR);
	if (got != pid)
		outcome->status = 1;
	else if (WIFSIGNALED(status))
		outcome->signo = WTERMSIG(status);
	else
		outcome->status = WEXITSTATUS(status);
}

int
daemon_start(struct daemon *d, enum daemon_side *side, struct daemon_outcome *outcome)
{
	int fds[2], error;
	pid_t pid;

	d->tell_fd = -1;
	error = io_pipe(fds, 0);
	if (error != 0)
		return error;
	error = -FAULT("daemon.fork");
	pid = error == 0 ? fork() : -1;
	if (pid == -1) {
		error = error != 0 ? error : -errno;
		io_close(&fds[0]);
		io_close(&fds[1]);
		return error;
	}
	*side = pid == 0 ? DAEMON_BACKGROUND : DAEMON_WAITED;
	io_close(&fds[pid == 0 ? 0 : 1]);
	if (pid == 0) {
		setsid(); /* cannot fail: a new process leads no group */
		d->tell_fd = fds[1];
		return 0;
	}
	daemon_wait(pid, fds[0], outcome);
	io_close(&fds[0]);
	return 0;
}

static int
daemon_leave_stdio(void)
{
	int null = io_open("/dev/null", O_RDWR, 0), error = 0;

	if (null < 0)
		return null;
	for (int fd = 0; fd <= 2 && error == 0; fd++)
		if (dup2(null, fd) == -1)
			error = -errno;
	io_close(&null);
	return error;
}

int
daemon_tell_ready(struct daemon *d)
{
	int error = daemon_leave_stdio();

	if (error == 0 && write(d->tell_fd, "", 1) == -1)
		error = -errno;
	io_close(&d->tell_fd);
	return error;
}
