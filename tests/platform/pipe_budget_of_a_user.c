/* Why the relay widens few pipes, only busy ones, and goes on when it is refused. */
#include "platform.h"

#include <sys/resource.h>

FACT("wide pipes are a budget per user: past it EPERM, and every new pipe is tiny");

static void
check(void)
{
	struct rlimit rl = { 1024, 1024 };
	int fds[2], wide = 0, size;

	if (getuid() != 0)
		SKIP("needs root to become a user without other pipes");
	EXPECT(setrlimit(RLIMIT_NOFILE, &rl) == 0 && setuid(NOBODYS_UID + 1) == 0);
	for (;; wide++) {
		EXPECT(wide < 400 && pipe(fds) == 0);
		if (fcntl(fds[0], F_SETPIPE_SZ, 1 << 20) == -1)
			break;
	}
	EXPECT(errno == EPERM);
	EXPECT(wide >= 8);
	do {
		EXPECT(wide++ < 400 && pipe(fds) == 0);
		size = fcntl(fds[0], F_GETPIPE_SZ);
	} while (size == 65536);
	printf("# %d pipes, then %d bytes\n", wide, size);
	EXPECT(size == 4096 || size == 8192);
	EXPECT_ERROR(fcntl(fds[0], F_SETPIPE_SZ, 65536), EPERM);
}
