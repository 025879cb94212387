/* "Gone" is HUP on a UNIX socket; a FIN alone is only the end of input. */
#include "platform.h"

FACT("a peer's shutdown gives IN and RDHUP, no HUP; its close gives HUP on UNIX sockets but not on TCP");

static void
check(void)
{
	const short all = POLLIN | POLLOUT | POLLRDHUP;
	int fds[2];
	char c;

	EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0 && shutdown(fds[1], SHUT_WR) == 0);
	EXPECT(events(fds[0], all, 0) == (POLLIN | POLLOUT | POLLRDHUP) && read(fds[0], &c, 1) == 0);
	EXPECT(write(fds[0], "x", 1) == 1 && read(fds[1], &c, 1) == 1);
	close(fds[1]);
	EXPECT((events(fds[0], all, 0) & POLLHUP) != 0);

	tcp_pair(fds);
	EXPECT(shutdown(fds[1], SHUT_WR) == 0);
	EXPECT(events(fds[0], POLLRDHUP, DEADLINE_MS) == POLLRDHUP);
	EXPECT(events(fds[0], all, 0) == (POLLIN | POLLOUT | POLLRDHUP) && read(fds[0], &c, 1) == 0);
	close(fds[1]);
	EXPECT(events(fds[0], 0, QUIET_MS) == 0); /* close looks the same as shutdown, until we write */
	EXPECT(write(fds[0], "x", 1) == 1);
	EXPECT((events(fds[0], 0, DEADLINE_MS) & (POLLHUP | POLLERR)) == (POLLHUP | POLLERR));

	tcp_pair(fds); /* HUP comes once both directions are over */
	EXPECT(shutdown(fds[0], SHUT_WR) == 0 && events(fds[0], 0, QUIET_MS) == 0);
	EXPECT(shutdown(fds[1], SHUT_WR) == 0 && events(fds[0], 0, DEADLINE_MS) == POLLHUP);
}
