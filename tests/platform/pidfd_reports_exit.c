#include "platform.h"

#include <sys/epoll.h>
#include <sys/syscall.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

FACT("a pidfd is readable when its child has exited, for poll and epoll, and waitid reaps by it");

static void
check(void)
{
	struct epoll_event ev = { .events = EPOLLIN }, got;
	int ep = epoll_create1(EPOLL_CLOEXEC), fds[2], pidfd;
	siginfo_t info = { 0 };
	pid_t pid;
	char c;

	EXPECT(pipe(fds) == 0);
	if ((pid = fork()) == 0) {
		close(fds[1]);
		_exit(read(fds[0], &c, 1) == 0 ? 7 : 1);
	}
	if ((pidfd = (int)syscall(SYS_pidfd_open, pid, 0)) == -1 && (errno == ENOSYS || errno == EPERM)) {
		close(fds[1]);
		SKIP("no pidfd_open");
	}
	EXPECT(pidfd >= 0 && (fcntl(pidfd, F_GETFD) & FD_CLOEXEC) != 0);
	EXPECT(epoll_ctl(ep, EPOLL_CTL_ADD, pidfd, &ev) == 0);
	EXPECT(epoll_wait(ep, &got, 1, QUIET_MS) == 0);
	close(fds[1]);
	EXPECT(events(pidfd, POLLIN, DEADLINE_MS) == POLLIN);
	EXPECT(epoll_wait(ep, &got, 1, DEADLINE_MS) == 1 && (got.events & EPOLLIN) != 0);
	EXPECT(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) == 0);
	EXPECT(info.si_pid == pid && info.si_code == CLD_EXITED && info.si_status == 7);
	EXPECT((events(pidfd, POLLIN, 0) & POLLIN) != 0); /* and stays so: a spin unless removed */
	EXPECT_ERROR(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED), ECHILD);
}
