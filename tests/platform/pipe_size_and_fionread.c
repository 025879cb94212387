#include "platform.h"

#include <sys/ioctl.h>

FACT("a pipe can be widened to 1 MiB without privilege, keeps its bytes, and FIONREAD works on both ends");

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
	static char buf[4096];
	int fds[2];

	if (getuid() == 0)
		EXPECT(setuid(NOBODYS_UID) == 0);
	EXPECT(pipe(fds) == 0 && fcntl(fds[0], F_GETPIPE_SZ) == 65536);
	EXPECT(queued(fds[0]) == 0 && write(fds[1], buf, 3000) == 3000);
	EXPECT(fcntl(fds[1], F_SETPIPE_SZ, 1 << 20) == 1 << 20);
	EXPECT(queued(fds[0]) == 3000 && queued(fds[1]) == 3000);
	EXPECT_ERROR(fcntl(fds[1], F_SETPIPE_SZ, 1 << 21), EPERM); /* fs.pipe-max-size */
	set_nonblock(fds[1]);
	EXPECT(fill(fds[1]) + 3000 > (1 << 20) - 4096);
	EXPECT_ERROR(fcntl(fds[1], F_SETPIPE_SZ, 65536), EBUSY);
	EXPECT(read(fds[0], buf, 3000) == 3000);
	close(fds[0]);
	EXPECT(queued(fds[1]) > 0); /* bytes nobody will read any more are still counted */
}
