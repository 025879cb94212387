/* epoll watches descriptions, not descriptors. So EPOLL_CTL_DEL before every close. */
#include "platform.h"

#include <sys/epoll.h>

FACT("a closed fd that a forked child still holds goes on giving epoll events");

static pid_t
idle_child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
	return pid;
}

static void
check(void)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = 42 }, got;
	int ep = epoll_create1(EPOLL_CLOEXEC), fds[2];
	pid_t pid;

	EXPECT(pipe(fds) == 0 && epoll_ctl(ep, EPOLL_CTL_ADD, fds[0], &ev) == 0);
	EXPECT((pid = idle_child()) > 0);
	close(fds[0]);
	EXPECT(write(fds[1], "x", 1) == 1);
	EXPECT(epoll_wait(ep, &got, 1, DEADLINE_MS) == 1 && got.data.u64 == 42);
	EXPECT_ERROR(epoll_ctl(ep, EPOLL_CTL_DEL, fds[0], NULL), EBADF);
	EXPECT(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
	EXPECT(epoll_wait(ep, &got, 1, QUIET_MS) == 0);

	EXPECT(pipe(fds) == 0 && epoll_ctl(ep, EPOLL_CTL_ADD, fds[0], &ev) == 0);
	EXPECT((pid = idle_child()) > 0);
	EXPECT(epoll_ctl(ep, EPOLL_CTL_DEL, fds[0], NULL) == 0);
	close(fds[0]);
	EXPECT(write(fds[1], "x", 1) == 1);
	EXPECT(epoll_wait(ep, &got, 1, QUIET_MS) == 0);
	EXPECT(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
}
