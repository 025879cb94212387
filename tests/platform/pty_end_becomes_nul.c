/* So the end of input is told again to a program that goes on reading. */
#include "platform.h"

#include <sys/ioctl.h>
#include <termios.h>

FACT(
    "an end of input that waits while the terminal leaves its line mode is read as a NUL byte; poll tells one that waits");

static void
check(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave, unlock = 0;
	struct termios t;
	char buf[16] = "x";

	EXPECT(ioctl(master, TIOCSPTLCK, &unlock) == 0);
	EXPECT((slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY)) >= 0);
	EXPECT(write(master, "\4\4", 2) == 2);
	EXPECT((events(slave, POLLIN, DEADLINE_MS) & POLLIN) != 0);
	EXPECT(read(slave, buf, sizeof(buf)) == 0);
	EXPECT((events(slave, POLLIN, DEADLINE_MS) & POLLIN) != 0);
	EXPECT(tcgetattr(slave, &t) == 0);
	t.c_lflag &= ~(tcflag_t)ICANON;
	EXPECT(tcsetattr(slave, TCSADRAIN, &t) == 0);
	EXPECT(read(slave, buf, sizeof(buf)) == 1 && buf[0] == '\0');
	EXPECT(events(slave, POLLIN, QUIET_MS) == 0);
}
