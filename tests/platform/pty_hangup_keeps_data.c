/* EIO on a master is the end of input; what the slave wrote before can be read first. */
#include "platform.h"

#include <termios.h>

FACT("a PTY master whose slave was closed gives the queued data, then HUP and EIO");

static void
one_round(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	struct termios tio;
	char buf[16];

	EXPECT(grantpt(master) == 0 && unlockpt(master) == 0);
	EXPECT((slave = open(ptsname(master), O_RDWR | O_NOCTTY)) >= 0);
	EXPECT(tcgetattr(slave, &tio) == 0);
	cfmakeraw(&tio);
	EXPECT(tcsetattr(slave, TCSANOW, &tio) == 0);
	EXPECT(events(master, POLLIN, 0) == 0);
	EXPECT(write(slave, "hello", 5) == 5);
	close(slave);
	EXPECT(events(master, POLLIN, DEADLINE_MS) == (POLLIN | POLLHUP));
	EXPECT(read(master, buf, sizeof(buf)) == 5);
	EXPECT((events(master, POLLIN, DEADLINE_MS) & POLLHUP) != 0);
	EXPECT_ERROR(read(master, buf, sizeof(buf)), EIO);
	EXPECT((slave = open(ptsname(master), O_RDWR | O_NOCTTY)) >= 0); /* and lives again */
	EXPECT(events(master, POLLIN, 0) == 0);
	close(slave);
	close(master);
}

static void
check(void)
{
	for (int i = 0; i < 200; i++)
		one_round();
}
