/* How an inherited pipe gets O_NONBLOCK without the other processes that hold it noticing. */
#include "platform.h"

FACT("/proc/self/fd opens a pipe end anew: O_NONBLOCK is not shared, both must be closed for EOF");

static int
reopen(int fd, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, flags | O_NONBLOCK | O_CLOEXEC);
}

static void
check(void)
{
	int fds[2], r, w, copy;
	char buf[4];

	EXPECT(pipe(fds) == 0);
	EXPECT((copy = dup(fds[0])) >= 0);
	set_nonblock(copy);
	EXPECT((fcntl(fds[0], F_GETFL) & O_NONBLOCK) != 0); /* a dup shares it */
	EXPECT(fcntl(copy, F_SETFL, 0) == 0);

	r = reopen(fds[0], O_RDONLY);
	w = reopen(fds[1], O_WRONLY);
	EXPECT(r >= 0 && w >= 0);
	EXPECT((fcntl(fds[0], F_GETFL) & O_NONBLOCK) == 0 && (fcntl(fds[1], F_GETFL) & O_NONBLOCK) == 0);
	EXPECT_ERROR(read(r, buf, 4), EAGAIN);
	EXPECT(write(w, "ab", 2) == 2 && read(fds[0], buf, 4) == 2);
	EXPECT(write(fds[1], "cd", 2) == 2 && read(r, buf, 4) == 2 && memcmp(buf, "cd", 2) == 0);
	close(fds[1]);
	EXPECT_ERROR(read(r, buf, 4), EAGAIN);
	close(w);
	EXPECT(read(r, buf, 4) == 0 && read(fds[0], buf, 4) == 0);
}
