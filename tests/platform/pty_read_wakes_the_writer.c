/* So it is known without looking again and again that a program has read the end of its input. */
#include "platform.h"

#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <termios.h>

FACT(
    "a read of a pseudo-terminal is an edge of EPOLLOUT on its master, that of an end too; tcflush is one, TCSAFLUSH is none");

static int
edges(int epoll, int timeout)
{
	struct epoll_event e;

	return epoll_wait(epoll, &e, 1, timeout);
}

static void
tell_end(int epoll, int master, int slave)
{
	EXPECT(write(master, "\4", 1) == 1);
	EXPECT((events(slave, POLLIN, DEADLINE_MS) & POLLIN) != 0);
	while (edges(epoll, 0) > 0)
		continue;
}

static void
check(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK), slave, unlock = 0;
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event e = { .events = EPOLLOUT | EPOLLET };
	struct termios t;
	char buf[16];

	EXPECT(epoll != -1 && ioctl(master, TIOCSPTLCK, &unlock) == 0);
	EXPECT((slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY)) >= 0);
	EXPECT(epoll_ctl(epoll, EPOLL_CTL_ADD, master, &e) == 0);
	tell_end(epoll, master, slave);
	EXPECT(edges(epoll, QUIET_MS) == 0);
	EXPECT(read(slave, buf, sizeof(buf)) == 0);
	EXPECT(edges(epoll, DEADLINE_MS) == 1);
	tell_end(epoll, master, slave);
	EXPECT(tcgetattr(slave, &t) == 0);
	t.c_lflag &= ~(tcflag_t)ICANON;
	EXPECT(tcsetattr(slave, TCSADRAIN, &t) == 0);
	EXPECT(read(slave, buf, sizeof(buf)) == 1);
	EXPECT(edges(epoll, DEADLINE_MS) == 1);
	t.c_lflag |= ICANON;
	EXPECT(tcsetattr(slave, TCSADRAIN, &t) == 0);
	tell_end(epoll, master, slave);
	EXPECT(tcflush(slave, TCIFLUSH) == 0);
	EXPECT(edges(epoll, DEADLINE_MS) == 1);
	tell_end(epoll, master, slave);
	EXPECT(tcsetattr(slave, TCSAFLUSH, &t) == 0);
	EXPECT(edges(epoll, QUIET_MS) == 0);
}
