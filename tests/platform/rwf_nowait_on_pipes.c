/* A way not to block that leaves the description alone, but only on pipes of our own making and sockets. */
#include "platform.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 8
#endif

FACT("RWF_NOWAIT on a blocking pipe or socket gives EAGAIN; a FIFO, reopened pipe or PTY refuses it");

static int
nowait_read(int fd)
{
	struct iovec iov = { .iov_base = (char[1]){ 0 }, .iov_len = 1 };

	return syscall(SYS_preadv2, fd, &iov, 1L, -1L, -1L, RWF_NOWAIT) == -1 ? errno : 0;
}

static ssize_t
nowait_write(int fd)
{
	struct iovec iov = { .iov_base = (char[8192]){ 0 }, .iov_len = 8192 };

	return syscall(SYS_pwritev2, fd, &iov, 1L, -1L, -1L, RWF_NOWAIT);
}

static void
check(void)
{
	static char buf[4096];
	int fds[2], sock[2], fd;
	char path[64];

	EXPECT(pipe(fds) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, sock) == 0);
	if (nowait_read(fds[0]) == EOPNOTSUPP)
		SKIP("this kernel knows no RWF_NOWAIT on pipes");
	EXPECT(nowait_read(fds[0]) == EAGAIN && nowait_read(sock[0]) == EAGAIN);
	set_nonblock(fds[1]);
	fill(fds[1]);
	EXPECT(fcntl(fds[1], F_SETFL, 0) == 0);
	EXPECT_ERROR(nowait_write(fds[1]), EAGAIN);
	EXPECT(read(fds[0], buf, 4096) == 4096);
	EXPECT(nowait_write(fds[1]) == 4096); /* a part, and no waiting for the rest */

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	EXPECT((fd = open(path, O_RDONLY)) >= 0 && nowait_read(fd) == EOPNOTSUPP);
	EXPECT(mkfifo(scratch("a"), 0600) == 0 && (fd = open(scratch("a"), O_RDWR)) >= 0);
	EXPECT(nowait_read(fd) == EOPNOTSUPP);
	EXPECT((fd = posix_openpt(O_RDWR | O_NOCTTY)) >= 0 && nowait_read(fd) == EOPNOTSUPP);
}
