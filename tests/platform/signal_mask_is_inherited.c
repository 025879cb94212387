/* Why mask and dispositions are put back in a child before exec. */
#include "platform.h"

#include <sys/signalfd.h>

FACT("signalfd reads blocked signals; mask and ignored signals survive fork and exec");

/* The status of a shell that signals itself. */
static int
shell(const char *script, const sigset_t *mask)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		sigprocmask(SIG_SETMASK, mask, NULL);
		execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(127);
	}
	EXPECT(waitpid(pid, &status, 0) == pid);
	return status;
}

static void
check(void)
{
	struct signalfd_siginfo info;
	sigset_t set, old;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	EXPECT(sigprocmask(SIG_BLOCK, &set, &old) == 0);
	EXPECT((fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)) >= 0);
	EXPECT(events(fd, POLLIN, 0) == 0 && kill(getpid(), SIGUSR1) == 0 && kill(getpid(), SIGUSR1) == 0);
	EXPECT(events(fd, POLLIN, 0) == POLLIN && read(fd, &info, sizeof(info)) == sizeof(info));
	EXPECT(info.ssi_signo == SIGUSR1 && info.ssi_pid == (uint32_t)getpid());
	EXPECT_ERROR(read(fd, &info, sizeof(info)), EAGAIN); /* two became one */

	EXPECT(shell("kill -USR1 $$; exit 7", &set) == 7 << 8);
	EXPECT(WTERMSIG(shell("kill -USR1 $$; exit 7", &old)) == SIGUSR1);
	EXPECT(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
	EXPECT(shell("kill -USR1 $$; exit 7", &old) == 7 << 8);
}
