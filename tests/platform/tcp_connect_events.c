#include "platform.h"

FACT("non-blocking TCP connect: OUT when done; OUT, ERR and HUP when refused, SO_ERROR says why once");

static int
start_connect(const struct sockaddr_in *sin)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	EXPECT(events(fd, POLLOUT, 0) == (POLLOUT | POLLHUP)); /* a fresh socket: not to be watched yet */
	EXPECT(connect(fd, (const struct sockaddr *)sin, sizeof(*sin)) == 0 || errno == EINPROGRESS);
	return fd;
}

static int
so_error(int fd)
{
	socklen_t len = sizeof(int);
	int error = -1;

	EXPECT(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0);
	return error;
}

static void
check(void)
{
	struct sockaddr_in sin;
	int listener = tcp_listener(&sin), fd = start_connect(&sin);

	EXPECT(events(fd, POLLIN | POLLOUT, DEADLINE_MS) == POLLOUT && so_error(fd) == 0);
	close(fd);
	close(listener);
	fd = start_connect(&sin);
	EXPECT((events(fd, POLLOUT, DEADLINE_MS) & (POLLOUT | POLLERR | POLLHUP)) == (POLLOUT | POLLERR | POLLHUP));
	EXPECT(so_error(fd) == ECONNREFUSED);
	EXPECT(so_error(fd) == 0);
}
