/* After EAGAIN the pump has to ask which side it was: FIONREAD of the pipe, or poll. */
#include "platform.h"

#include <sys/ioctl.h>

FACT("splice to a non-blocking TCP socket: partial counts, EAGAIN when full and as well when the pipe is empty");

static int
queued(int fd)
{
	int n = -1;

	EXPECT(ioctl(fd, FIONREAD, &n) == 0);
	return n;
}

static void
check(void)
{
	int sock[2], p[2], end, before, partial = 0;
	ssize_t n;

	tcp_pair(sock);
	set_nonblock(sock[0]);
	EXPECT(pipe(p) == 0);
	set_nonblock(p[1]);
	for (;;) {
		fill(p[1]);
		before = queued(p[0]);
		n = splice(p[0], NULL, sock[0], NULL, 1 << 20, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
		if (n <= 0)
			break;
		EXPECT(queued(p[0]) == before - (int)n);
		partial += n < before;
	}
	EXPECT(errno == EAGAIN && queued(p[0]) == before && before > 0);
	EXPECT(events(sock[0], POLLOUT, 0) == 0);
	if (partial == 0)
		puts("# no partial count seen");
	while (queued(p[0]) > 0) {
		drain(sock[1], 1, &end);
		n = splice(p[0], NULL, sock[0], NULL, 1 << 20, SPLICE_F_NONBLOCK);
		EXPECT(n > 0 || errno == EAGAIN);
	}
	drain(sock[1], QUIET_MS, &end);
	EXPECT(events(sock[0], POLLOUT, DEADLINE_MS) == POLLOUT);
	EXPECT_ERROR(splice(p[0], NULL, sock[0], NULL, 1 << 20, SPLICE_F_NONBLOCK), EAGAIN);
	close(p[1]);
	EXPECT(splice(p[0], NULL, sock[0], NULL, 1 << 20, SPLICE_F_NONBLOCK) == 0);
}
