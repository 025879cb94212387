/* How a pipe that must stay blocking is written to: not more than PIPE_BUF after each POLLOUT. */
#include "platform.h"

#include <limits.h>

FACT("POLLOUT on a pipe means that PIPE_BUF bytes will not block, and says nothing about one more");

static void
check(void)
{
	static char buf[PIPE_BUF * 2];
	int fds[2], rounds = 0;

	EXPECT(pipe(fds) == 0);
	for (; events(fds[1], POLLOUT, 0) == POLLOUT; rounds++)
		EXPECT(write(fds[1], buf, PIPE_BUF) == PIPE_BUF); /* the alarm ends it if it blocks */
	EXPECT(rounds == fcntl(fds[0], F_GETPIPE_SZ) / PIPE_BUF);
	EXPECT(read(fds[0], buf, PIPE_BUF - 1) == PIPE_BUF - 1);
	EXPECT(events(fds[1], POLLOUT, 0) == 0); /* a page counts when it is empty */
	EXPECT(read(fds[0], buf, 1) == 1);
	EXPECT(events(fds[1], POLLOUT, 0) == POLLOUT);
	set_nonblock(fds[1]);
	EXPECT(write(fds[1], buf, PIPE_BUF + 1) == PIPE_BUF);
	EXPECT(read(fds[0], buf, PIPE_BUF) == PIPE_BUF);
	EXPECT(write(fds[1], "a", 1) == 1 && write(fds[1], "b", 1) == 1); /* joined in one page */
	EXPECT(write(fds[1], buf, PIPE_BUF) == -1 && errno == EAGAIN);    /* up to PIPE_BUF: all or nothing */
}
