/* The size is set before a program starts; packet mode must not be on by accident. */
#include "platform.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>

FACT("TIOCSWINSZ sends SIGWINCH only if the size changed; packet mode puts a byte before the data");

static volatile sig_atomic_t changes;

static void
changed(int signo)
{
	(void)signo;
	changes++;
}

static void
be_a_program(int slave)
{
	static const struct timespec little = { .tv_nsec = 1000000 };

	signal(SIGWINCH, changed);
	EXPECT(setsid() != -1 && ioctl(slave, TIOCSCTTY, 0) == 0);
	EXPECT(write(slave, "r", 1) == 1);
	while (changes == 0)
		nanosleep(&little, NULL);
	for (int i = 0; i < QUIET_MS; i++)
		nanosleep(&little, NULL);
	_exit(changes == 1 ? 0 : 1);
}

static void
check(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave, unlock = 0, on = 1, status;
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	char buf[16];
	pid_t pid;

	EXPECT(ioctl(master, TIOCSPTLCK, &unlock) == 0 && ioctl(master, TIOCSWINSZ, &size) == 0);
	EXPECT((slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY)) >= 0);
	EXPECT((pid = fork()) >= 0);
	if (pid == 0)
		be_a_program(slave);
	EXPECT(read(master, buf, sizeof(buf)) == 1 && buf[0] == 'r');
	EXPECT(ioctl(master, TIOCSWINSZ, &size) == 0);
	EXPECT(ioctl(master, TIOCSWINSZ, &size) == 0);
	size.ws_col = 100;
	EXPECT(ioctl(master, TIOCSWINSZ, &size) == 0);
	EXPECT(waitpid(pid, &status, 0) == pid && status == 0);
	EXPECT(ioctl(master, TIOCPKT, &on) == 0 && write(slave, "x", 1) == 1);
	EXPECT(read(master, buf, sizeof(buf)) == 2 && buf[0] == TIOCPKT_DATA && buf[1] == 'x');
}
