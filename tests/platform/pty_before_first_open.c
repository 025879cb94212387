/* So a pty whose slave nobody has had yet is no end of input, and its modes are set by the master. */
#include "platform.h"

#include <sys/ioctl.h>
#include <termios.h>

FACT("a PTY has no hang-up before its slave is opened, keeps modes and input, and hangs up with each last close");

static void
check(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave, unlock = 0;
	struct termios t;
	char c;

	set_nonblock(master);
	EXPECT(ioctl(master, TIOCSPTLCK, &unlock) == 0);
	EXPECT((events(master, POLLIN, 0) & POLLHUP) == 0);
	EXPECT_ERROR(read(master, &c, 1), EAGAIN);
	EXPECT(tcgetattr(master, &t) == 0);
	cfmakeraw(&t);
	EXPECT(tcsetattr(master, TCSANOW, &t) == 0);
	EXPECT(write(master, "x", 1) == 1);
	for (int i = 0; i < 2; i++) {
		EXPECT((slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)) >= 0);
		EXPECT((events(master, POLLIN, 0) & POLLHUP) == 0);
		EXPECT(tcgetattr(slave, &t) == 0 && (t.c_lflag & (ICANON | ECHO)) == 0);
		if (i == 0)
			EXPECT(read(slave, &c, 1) == 1 && c == 'x');
		close(slave);
		EXPECT((events(master, POLLIN, DEADLINE_MS) & POLLHUP) != 0);
		EXPECT_ERROR(read(master, &c, 1), EIO);
	}
}
