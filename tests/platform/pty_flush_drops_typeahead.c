/* So a secret is sent when the program waits for it, not before. */
#include "platform.h"

#include <sys/ioctl.h>
#include <termios.h>

FACT("TCSAFLUSH throws away what was typed; that ECHO is off is seen on the master at once");

static void
check(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave, unlock = 0;
	struct termios t, seen;
	char buf[16];

	EXPECT(ioctl(master, TIOCSPTLCK, &unlock) == 0);
	EXPECT((slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY)) >= 0);
	EXPECT(write(master, "secret\n", 7) == 7);
	EXPECT((events(slave, POLLIN, DEADLINE_MS) & POLLIN) != 0);
	EXPECT(tcgetattr(slave, &t) == 0);
	t.c_lflag &= ~(tcflag_t)ECHO;
	EXPECT(tcsetattr(slave, TCSAFLUSH, &t) == 0);
	EXPECT(events(slave, POLLIN, QUIET_MS) == 0);
	EXPECT(tcgetattr(master, &seen) == 0 && (seen.c_lflag & ECHO) == 0);
	EXPECT(write(master, "again\n", 6) == 6);
	EXPECT((events(slave, POLLIN, DEADLINE_MS) & POLLIN) != 0 && read(slave, buf, sizeof(buf)) == 6);
}
