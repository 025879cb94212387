/* What has been read is known only when the slave has no input: poll(2) carries over what is still on its way to it. */
#include "platform.h"

#include <sys/ioctl.h>
#include <termios.h>

FACT("a PTY takes more than FIONREAD tells of, TIOCOUTQ is 0 meanwhile, and it stops taking before 200 KB");

static void
check(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave, unlock = 0, n = 0, end;
	struct termios t;
	size_t taken;

	EXPECT(ioctl(master, TIOCSPTLCK, &unlock) == 0);
	EXPECT((slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY)) >= 0);
	EXPECT(tcgetattr(slave, &t) == 0);
	cfmakeraw(&t);
	EXPECT(tcsetattr(slave, TCSANOW, &t) == 0);
	set_nonblock(master);
	set_nonblock(slave);
	taken = fill(master);
	EXPECT(taken > 4096 && taken < 200000);
	EVENTUALLY(ioctl(slave, FIONREAD, &n) == 0 && n > 0);
	EXPECT((size_t)n < taken && n <= 4096);
	EXPECT(ioctl(master, TIOCOUTQ, &n) == 0 && n == 0);
	EXPECT(drain(slave, 10 * QUIET_MS, &end) == taken);
	EXPECT(events(slave, POLLIN, 0) == 0 && ioctl(slave, FIONREAD, &n) == 0 && n == 0);
}
