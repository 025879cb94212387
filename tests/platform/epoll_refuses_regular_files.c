/* A file as an end cannot be waited for: it is always ready, and the loop has to treat it so. */
#include "platform.h"

#include <sys/epoll.h>

FACT("epoll refuses regular files, directories and /dev/null with EPERM");

static void
check(void)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int ep = epoll_create1(EPOLL_CLOEXEC);
	int fds[] = { open(scratch("a"), O_RDWR | O_CREAT, 0600), open("/dev/null", O_RDWR), open(".", O_RDONLY) };
	int pipes[2];

	for (size_t i = 0; i < 3; i++)
		EXPECT_ERROR(epoll_ctl(ep, EPOLL_CTL_ADD, fds[i], &ev), EPERM);
	EXPECT(pipe(pipes) == 0);
	EXPECT(epoll_ctl(ep, EPOLL_CTL_ADD, pipes[0], &ev) == 0);
	EXPECT_ERROR(epoll_ctl(ep, EPOLL_CTL_ADD, pipes[0], &ev), EEXIST);
}
