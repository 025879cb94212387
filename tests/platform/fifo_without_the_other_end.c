#include "platform.h"

#include <sys/stat.h>

FACT("FIFO: silent before the first writer, HUP and EOF after the last; ENXIO without reader; open gives EINTR");

static void
ignore(int sig)
{
	(void)sig;
}

/* Signals until it is killed, for one could come before open has begun to wait. */
static pid_t
nagging_child(void)
{
	pid_t parent = getpid(), pid = fork();

	while (pid == 0 && getppid() == parent) {
		kill(parent, SIGUSR1);
		poll(NULL, 0, 2);
	}
	if (pid == 0)
		_exit(0);
	return pid;
}

static void
check(void)
{
	struct sigaction sa = { .sa_handler = ignore };
	const char *path = scratch("a");
	char buf[4];
	pid_t pid;
	int r, w;

	EXPECT(mkfifo(path, 0600) == 0);
	EXPECT_ERROR(open(path, O_WRONLY | O_NONBLOCK), ENXIO);
	EXPECT((r = open(path, O_RDONLY | O_NONBLOCK)) >= 0);
	EXPECT(events(r, POLLIN, QUIET_MS) == 0);
	EXPECT(read(r, buf, 4) == 0); /* although poll is silent: not an end yet */
	EXPECT((w = open(path, O_WRONLY | O_NONBLOCK)) >= 0);
	EXPECT(events(r, POLLIN, 0) == 0 && write(w, "ab", 2) == 2);
	close(w);
	EXPECT(events(r, POLLIN, 0) == (POLLIN | POLLHUP) && read(r, buf, 4) == 2);
	EXPECT(events(r, POLLIN, 0) == POLLHUP && read(r, buf, 4) == 0);
	EXPECT((w = open(path, O_WRONLY | O_NONBLOCK)) >= 0);
	EXPECT(events(r, POLLIN, 0) == 0); /* a new writer takes the hang-up back */
	close(w);
	close(r);
	EXPECT(sigaction(SIGUSR1, &sa, NULL) == 0);
	pid = nagging_child();
	EXPECT_ERROR(open(path, O_RDONLY), EINTR);
	EXPECT(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
}
