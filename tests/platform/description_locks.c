/* Who is there at a work queue (src/endpoint/jobs_lock.c). */
#include "platform.h"

#include <sys/file.h>

FACT(
    "locks of open file descriptions are flock's no business, follow a rename, end with the last descriptor, and work on directories");

static short
seen(int fd)
{
	struct flock lock = { .l_type = F_WRLCK };

	EXPECT(fcntl(fd, F_OFD_GETLK, &lock) == 0);
	return lock.l_type;
}

static void
check(void)
{
	struct flock write_lock = { .l_type = F_WRLCK }, read_lock = { .l_type = F_RDLCK };
	char dir[108];
	int fd, reader, a, b;

	EXPECT((fd = open(scratch("a"), O_RDWR | O_CREAT, 0600)) >= 0);
	EXPECT(fcntl(fd, F_OFD_SETLK, &write_lock) == 0);
	EXPECT(rename(scratch("a"), scratch("b")) == 0);
	EXPECT((reader = open(scratch("b"), O_RDONLY)) >= 0);
	EXPECT(flock(reader, LOCK_EX | LOCK_NB) == 0);
	EXPECT(seen(reader) == F_WRLCK);
	close(fd);
	EXPECT(seen(reader) == F_UNLCK);

	snprintf(dir, sizeof(dir), "%s", scratch("a"));
	*strrchr(dir, '/') = '\0';
	EXPECT((a = open(dir, O_RDONLY | O_DIRECTORY)) >= 0);
	EXPECT((b = open(dir, O_RDONLY | O_DIRECTORY)) >= 0);
	EXPECT(seen(b) == F_UNLCK);
	EXPECT(fcntl(a, F_OFD_SETLK, &read_lock) == 0);
	EXPECT(fcntl(b, F_OFD_SETLK, &read_lock) == 0);
	EXPECT(seen(b) == F_RDLCK);
	close(a);
	EXPECT(seen(b) == F_UNLCK);
}
