#include "platform.h"

#include <sys/sendfile.h>

FACT("sendfile to a non-blocking pipe or socket: partial counts, and the file offset is what was taken");

#define FILE_SIZE (32 << 20)

static void
send_to(int file, int out, int in)
{
	off_t at = 4096;
	size_t sent = 0;
	ssize_t n;
	int end;

	EXPECT(lseek(file, 0, SEEK_SET) == 0);
	while ((n = sendfile(out, file, NULL, FILE_SIZE)) > 0) {
		sent += (size_t)n;
		EXPECT(lseek(file, 0, SEEK_CUR) == (off_t)sent);
	}
	EXPECT(n == -1 && errno == EAGAIN && sent > 0 && sent < FILE_SIZE);
	EXPECT(lseek(file, 0, SEEK_CUR) == (off_t)sent);
	EXPECT_ERROR(sendfile(out, file, &at, 10), EAGAIN);
	EXPECT(at == 4096);
	EXPECT(drain(in, 10 * QUIET_MS, &end) == sent && end == ETIMEDOUT);
}

static void
check(void)
{
	int file = open(scratch("a"), O_RDWR | O_CREAT, 0600), fds[2];

	EXPECT(ftruncate(file, FILE_SIZE) == 0 && pipe(fds) == 0);
	set_nonblock(fds[1]);
	send_to(file, fds[1], fds[0]);
	tcp_pair(fds);
	set_nonblock(fds[0]);
	send_to(file, fds[0], fds[1]);
	EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	set_nonblock(fds[0]);
	send_to(file, fds[0], fds[1]);
	EXPECT(lseek(file, 0, SEEK_END) == FILE_SIZE && sendfile(fds[0], file, NULL, 10) == 0);
}
