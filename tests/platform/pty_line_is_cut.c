/* No error tells of it: who writes must know (process/pty_line.h). */
#include "platform.h"

#include <sys/ioctl.h>
#include <termios.h>

FACT("a PTY in canonical mode takes a line of 4095 bytes, drops what is beyond it silently, and VKILL takes it back");

static int master, slave;

/* A line of so many bytes, behind what `before` says, read back: how long it is. */
static ssize_t
line(size_t len, const char *before)
{
	static char bytes[8192];
	ssize_t n = 0;

	memset(bytes, 'x', sizeof(bytes));
	EXPECT(write(master, bytes, len) == (ssize_t)len);
	EXPECT(write(master, before, strlen(before)) == (ssize_t)strlen(before) && write(master, "\n", 1) == 1);
	EXPECT((events(slave, POLLIN, DEADLINE_MS) & POLLIN) != 0);
	n = read(slave, bytes, sizeof(bytes));
	EXPECT(n > 0 && bytes[n - 1] == '\n');
	return n - 1;
}

static void
check(void)
{
	struct termios t;
	int unlock = 0;

	master = posix_openpt(O_RDWR | O_NOCTTY);
	EXPECT(ioctl(master, TIOCSPTLCK, &unlock) == 0);
	EXPECT((slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY)) >= 0);
	EXPECT(tcgetattr(slave, &t) == 0);
	t.c_lflag &= ~(tcflag_t)ECHO;
	EXPECT(tcsetattr(slave, TCSANOW, &t) == 0);
	EXPECT(line(4095, "") == 4095);
	EXPECT(line(4096, "") == 4095);
	EXPECT(line(6000, "") == 4095);
	EXPECT(line(4095, "\025ok") == 2);
	EXPECT(line(6000, "\025ok") == 2);
}
