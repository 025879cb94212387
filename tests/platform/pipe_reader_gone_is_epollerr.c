#include "platform.h"

#include <sys/epoll.h>

FACT("the write end of a pipe gives EPOLLERR when the last reader closes, full or not, with events = 0");

static void
reader_goes(bool is_full)
{
	struct epoll_event ev = { .events = 0 }, got;
	int ep = epoll_create1(EPOLL_CLOEXEC), fds[2], other;

	EXPECT(pipe(fds) == 0);
	EXPECT((other = dup(fds[0])) >= 0);
	set_nonblock(fds[1]);
	if (is_full)
		fill(fds[1]);
	EXPECT(epoll_ctl(ep, EPOLL_CTL_ADD, fds[1], &ev) == 0);
	close(fds[0]);
	EXPECT(epoll_wait(ep, &got, 1, QUIET_MS) == 0);
	close(other);
	EXPECT(epoll_wait(ep, &got, 1, DEADLINE_MS) == 1 && got.events == EPOLLERR);
	EXPECT_ERROR(write(fds[1], "x", 1), EPIPE);
	close(fds[1]);
	close(ep);
}

static void
check(void)
{
	reader_goes(false);
	reader_goes(true);
}
