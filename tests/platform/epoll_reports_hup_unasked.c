/* A source that wants nothing more must be removed, not set to 0 events: the loop would spin. */
#include "platform.h"

#include <sys/epoll.h>

FACT("epoll reports HUP and ERR with events = 0, again at each wait");

static void
spins(int fd, uint32_t expected)
{
	struct epoll_event ev = { .events = 0 }, got;
	int ep = epoll_create1(EPOLL_CLOEXEC);

	EXPECT(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev) == 0);
	for (int i = 0; i < 3; i++)
		EXPECT(epoll_wait(ep, &got, 1, DEADLINE_MS) == 1 && got.events == expected);
	EXPECT(epoll_ctl(ep, EPOLL_CTL_MOD, fd, &ev) == 0);
	EXPECT(epoll_wait(ep, &got, 1, DEADLINE_MS) == 1 && got.events == expected);
	EXPECT(epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL) == 0);
	EXPECT(epoll_wait(ep, &got, 1, QUIET_MS) == 0);
	close(ep);
}

static void
check(void)
{
	int fds[2];

	EXPECT(pipe(fds) == 0);
	close(fds[1]);
	spins(fds[0], EPOLLHUP);
	EXPECT(pipe(fds) == 0);
	close(fds[0]);
	spins(fds[1], EPOLLERR);
	EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	close(fds[0]);
	spins(fds[1], EPOLLHUP);
	/* A TCP socket that is not yet connected hangs up, too: add it after connect(). */
	spins(socket(AF_INET, SOCK_STREAM, 0), EPOLLHUP);
}
