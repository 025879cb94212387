/* Two starts that both find a stale socket file must not both replace it. */
#include "platform.h"

#include <sys/file.h>

FACT("flock on a directory excludes a second opener, until the last copy of the descriptor is closed");

static void
check(void)
{
	char dir[108];
	int fd, second, copy;

	snprintf(dir, sizeof(dir), "%s", scratch("a"));
	*strrchr(dir, '/') = '\0';
	EXPECT((fd = open(dir, O_RDONLY | O_DIRECTORY)) >= 0);
	EXPECT((second = open(dir, O_RDONLY | O_DIRECTORY)) >= 0);
	EXPECT((copy = dup(fd)) >= 0);
	EXPECT(flock(fd, LOCK_EX | LOCK_NB) == 0 && flock(copy, LOCK_EX | LOCK_NB) == 0);
	EXPECT_ERROR(flock(second, LOCK_EX | LOCK_NB), EWOULDBLOCK);
	close(fd);
	EXPECT_ERROR(flock(second, LOCK_EX | LOCK_NB), EWOULDBLOCK);
	close(copy);
	EXPECT(flock(second, LOCK_EX | LOCK_NB) == 0);
}
