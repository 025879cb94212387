/* Why programs are spawned from the main thread only. */
#include "platform.h"

#include <pthread.h>
#include <sys/prctl.h>

FACT("PR_SET_PDEATHSIG strikes when the thread that forked ends, though its process lives on");

static int asked[2];
static pid_t pid;

static void *
spawn(void *unused)
{
	char c;

	if ((pid = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		EXPECT(write(asked[1], "k", 1) == 1);
		for (;;)
			pause();
	}
	EXPECT(read(asked[0], &c, 1) == 1);
	return unused;
}

static void
check(void)
{
	pthread_t thread;
	int status;

	EXPECT(pipe(asked) == 0);
	EXPECT(pthread_create(&thread, NULL, spawn, NULL) == 0);
	EXPECT(pthread_join(thread, NULL) == 0);
	EXPECT(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}
