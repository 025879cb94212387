/* ECONNRESET on a UNIX stream is an end, not a failure, if all we wanted to say was said. */
#include "platform.h"

FACT("UNIX stream whose peer closed with unread input: EPIPE on write; data, ECONNRESET once, then EOF on read");

static void
check(void)
{
	int fds[2];
	char buf[16];

	EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	EXPECT(write(fds[0], "request", 7) == 7 && write(fds[1], "answer", 6) == 6);
	close(fds[1]);
	/* No POLLERR, although an error waits: POLLHUP is all that poll says about it. */
	EXPECT((events(fds[0], POLLIN | POLLOUT, 0) & (POLLIN | POLLHUP)) == (POLLIN | POLLHUP));
	EXPECT_ERROR(write(fds[0], "x", 1), EPIPE);
	EXPECT(read(fds[0], buf, sizeof(buf)) == 6);
	EXPECT_ERROR(read(fds[0], buf, sizeof(buf)), ECONNRESET);
	EXPECT(read(fds[0], buf, sizeof(buf)) == 0);

	EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	EXPECT(write(fds[0], "request", 7) == 7 && read(fds[1], buf, sizeof(buf)) == 7);
	close(fds[1]);
	EXPECT(read(fds[0], buf, sizeof(buf)) == 0); /* all read: no error */
}
