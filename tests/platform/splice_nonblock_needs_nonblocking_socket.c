/* SPLICE_F_NONBLOCK is about pipes only, so a socket that must stay blocking cannot be spliced to by the loop. */
#include "platform.h"

FACT("SPLICE_F_NONBLOCK does not keep splice from blocking on a full blocking socket, but does on a full pipe");

static void
to_socket(int sock[2])
{
	int p[2], report[2], end;
	pid_t pid;

	EXPECT(pipe(p) == 0 && pipe(report) == 0 && write(p[1], "abc", 3) == 3);
	set_nonblock(sock[0]);
	while (fill(sock[0]) > 0)
		poll(NULL, 0, QUIET_MS); /* TCP moves some to the peer and has room again */
	EXPECT(fcntl(sock[0], F_SETFL, O_RDWR) == 0);
	if ((pid = fork()) == 0) {
		EXPECT(splice(p[0], NULL, sock[0], NULL, 3, SPLICE_F_NONBLOCK) == 3);
		EXPECT(write(report[1], "k", 1) == 1);
		_exit(0);
	}
	EXPECT(events(report[0], POLLIN, QUIET_MS) == 0);
	while (events(report[0], POLLIN, 0) == 0)
		drain(sock[1], QUIET_MS, &end);
	EXPECT(waitpid(pid, &end, 0) == pid && end == 0);
}

static void
check(void)
{
	int fds[2], from[2];

	EXPECT(pipe(fds) == 0 && pipe(from) == 0 && write(from[1], "abc", 3) == 3);
	set_nonblock(fds[1]);
	fill(fds[1]);
	EXPECT(fcntl(fds[1], F_SETFL, 0) == 0);
	EXPECT_ERROR(splice(from[0], NULL, fds[1], NULL, 3, SPLICE_F_NONBLOCK), EAGAIN);
	tcp_pair(fds);
	to_socket(fds);
	EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	to_socket(fds);
}
