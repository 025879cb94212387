/* After prctl the child must compare getppid() with its parent's pid: if that is gone already no signal comes. */
#include "platform.h"

#include <sys/prctl.h>

FACT("PR_SET_PDEATHSIG: comes when the parent dies, not if it was dead before");

static int report[2];

static int
signal_within(int timeout_ms)
{
	struct timespec ts = { .tv_nsec = timeout_ms % 1000 * 1000000L, .tv_sec = timeout_ms / 1000 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return sigtimedwait(&set, NULL, &ts);
}

static void
child(pid_t parent, bool is_late, int told)
{
	if (is_late)
		EVENTUALLY(getppid() != parent);
	prctl(PR_SET_PDEATHSIG, SIGUSR1);
	close(told);
	EXPECT(signal_within(is_late ? QUIET_MS : DEADLINE_MS) == (is_late ? -1 : SIGUSR1));
	EXPECT(getppid() != parent);
	_exit(write(report[1], "k", 1) != 1);
}

/* A parent that exits before, or after, its child has asked for the signal. */
static void
check(void)
{
	sigset_t set;
	char c;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	EXPECT(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	for (int late = 0; late < 2; late++) {
		EXPECT(pipe(report) == 0);
		if (fork() == 0) {
			pid_t self = getpid();
			int asked[2];

			EXPECT(pipe(asked) == 0);
			if (fork() == 0) {
				close(asked[0]);
				child(self, late, asked[1]);
			}
			close(asked[1]);
			_exit(late ? 0 : read(asked[0], &c, 1) != 0);
		}
		close(report[1]);
		EXPECT(wait(NULL) > 0 && read(report[0], &c, 1) == 1);
	}
}
