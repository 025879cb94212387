#include "platform.h"

#include <sys/prctl.h>

FACT("PR_SET_PDEATHSIG is forgotten by fork, so grandchildren need another means");

static void
check(void)
{
	int sig = -1, status;
	pid_t pid;

	EXPECT(prctl(PR_SET_PDEATHSIG, SIGUSR1) == 0);
	EXPECT(prctl(PR_GET_PDEATHSIG, &sig) == 0 && sig == SIGUSR1);
	if ((pid = fork()) == 0) {
		EXPECT(prctl(PR_GET_PDEATHSIG, &sig) == 0);
		_exit(sig);
	}
	EXPECT(waitpid(pid, &status, 0) == pid && status == 0);
}
