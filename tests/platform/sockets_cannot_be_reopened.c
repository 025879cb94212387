/* What a program meets that opens /dev/stdout when it was given a socket: the reason for via=pipe. */
#include "platform.h"

FACT("opening /proc/self/fd/N of a socket gives ENXIO, an inherited O_NONBLOCK is shared");

static void
check(void)
{
	char path[64];
	int fds[2], status;
	pid_t pid;

	EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	EXPECT_ERROR(open(path, O_RDWR), ENXIO);
	if ((pid = fork()) == 0) {
		set_nonblock(fds[0]);
		_exit(0);
	}
	EXPECT(waitpid(pid, &status, 0) == pid && status == 0);
	EXPECT((fcntl(fds[0], F_GETFL) & O_NONBLOCK) != 0);
}
