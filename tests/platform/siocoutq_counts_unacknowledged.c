/*
 * What --stats may say was lost: after a reset the count stands still at what the peer's kernel never took.
 * What that kernel took and its program never read is not in it.
 */
#include "platform.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

FACT("SIOCOUTQ is 0 once the peer's kernel has acknowledged, and keeps the lost bytes after a reset");

static int
outq(int fd)
{
	int n = -1;

	EXPECT(ioctl(fd, SIOCOUTQ, &n) == 0);
	return n;
}

static void
check(void)
{
	int fds[2], lost;
	char buf[16];

	tcp_pair(fds);
	set_nonblock(fds[0]);
	EXPECT(outq(fds[0]) == 0 && write(fds[0], "hello", 5) == 5);
	EVENTUALLY(outq(fds[0]) == 0); /* nobody has read it */
	EXPECT(fill(fds[0]) > 0);
	EVENTUALLY((lost = outq(fds[0])) > 0 && poll(NULL, 0, QUIET_MS) == 0 && outq(fds[0]) == lost);
	close(fds[1]); /* with unread data: a reset */
	EVENTUALLY(events(fds[0], POLLIN, 0) & POLLERR);
	EXPECT(outq(fds[0]) == lost);
	EXPECT_ERROR(read(fds[0], buf, sizeof(buf)), ECONNRESET);
	EXPECT(outq(fds[0]) == lost && read(fds[0], buf, sizeof(buf)) == 0);
	EXPECT_ERROR(write(fds[0], "x", 1), EPIPE);
	EXPECT(outq(fds[0]) == lost);

	tcp_pair(fds); /* acknowledged, unread, reset: 0 */
	EXPECT(write(fds[0], "hello", 5) == 5 && events(fds[1], POLLIN, DEADLINE_MS) == POLLIN);
	close(fds[1]);
	EVENTUALLY(events(fds[0], POLLIN, 0) & POLLERR);
	EXPECT(outq(fds[0]) == 0);

	tcp_pair(fds); /* sent after the peer had closed: counted */
	close(fds[1]);
	EXPECT(events(fds[0], POLLIN, DEADLINE_MS) == POLLIN && write(fds[0], "more", 4) == 4);
	EVENTUALLY(events(fds[0], POLLIN, 0) & POLLERR);
	EXPECT(outq(fds[0]) == 4);
}
