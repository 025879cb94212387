/* How strangers come to be reaped by a relay that is pid 1 or a subreaper. */
#include "platform.h"

#include <sys/prctl.h>

FACT("a subreaper becomes the parent of orphaned grandchildren, and wait reports their unknown pids");

static void
check(void)
{
	int told[2], gate[2], status;
	pid_t child, orphan;
	char c;

	EXPECT(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 && pipe(told) == 0 && pipe(gate) == 0);
	if ((child = fork()) == 0) {
		if ((orphan = fork()) == 0) {
			close(gate[1]);
			EXPECT(read(gate[0], &c, 1) == 0);
			_exit(5);
		}
		_exit(write(told[1], &orphan, sizeof(orphan)) != sizeof(orphan));
	}
	EXPECT(waitpid(child, &status, 0) == child && status == 0);
	EXPECT(read(told[0], &orphan, sizeof(orphan)) == sizeof(orphan));
	close(gate[1]);
	EXPECT(wait(&status) == orphan && WEXITSTATUS(status) == 5);
	EXPECT_ERROR(wait(&status), ECHILD);
}
