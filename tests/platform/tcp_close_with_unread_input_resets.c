/* Why a served connection is shut down and drained before it is closed. */
#include "platform.h"

FACT("closing a TCP socket with unread input resets and eats the answer; shutdown and drain do not");

/* The client leaves input unread at the server, which answers and goes. Returns the bytes that arrive. */
static size_t
bytes_that_arrive(bool is_careful, size_t *sent, int *end)
{
	int fds[2], ignored;
	size_t got;

	tcp_pair(fds);
	set_nonblock(fds[0]);
	set_nonblock(fds[1]);
	EXPECT(write(fds[0], "request", 7) == 7);
	EXPECT(events(fds[1], POLLIN, DEADLINE_MS) == POLLIN);
	*sent = fill(fds[1]);
	if (is_careful) {
		EXPECT(shutdown(fds[1], SHUT_WR) == 0);
		EXPECT(drain(fds[1], QUIET_MS, &ignored) == 7);
	}
	close(fds[1]);
	got = drain(fds[0], DEADLINE_MS, end);
	close(fds[0]);
	return got;
}

static void
check(void)
{
	size_t sent;
	int end;

	EXPECT(bytes_that_arrive(false, &sent, &end) < sent && end == ECONNRESET);
	EXPECT(bytes_that_arrive(true, &sent, &end) == sent && end == 0);
}
