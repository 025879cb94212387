#include "platform.h"

FACT("MSG_DONTWAIT on a blocking socket gives EAGAIN and leaves the description blocking");

static void
one_pair(int fds[2])
{
	static char buf[65536];
	ssize_t n;

	EXPECT_ERROR(recv(fds[0], buf, 1, MSG_DONTWAIT), EAGAIN);
	while ((n = send(fds[0], buf, sizeof(buf), MSG_DONTWAIT | MSG_NOSIGNAL)) > 0)
		continue;
	EXPECT(n == -1 && errno == EAGAIN);
	EXPECT((fcntl(fds[0], F_GETFL) & O_NONBLOCK) == 0);
}

static void
check(void)
{
	int fds[2];

	tcp_pair(fds);
	one_pair(fds);
	EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	one_pair(fds);
	EXPECT(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) == 0);
	one_pair(fds);
}
