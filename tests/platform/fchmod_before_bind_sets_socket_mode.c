/* No moment at which the socket file exists with a wider mode, and no umask that threads share is touched. */
#include "platform.h"

#include <sys/stat.h>
#include <sys/un.h>

FACT("fchmod of a UNIX socket before bind decides the mode of its file (less umask)");

static mode_t
mode_after_bind(const char *path, mode_t mode, mode_t mask)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct stat st;

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	umask(mask);
	EXPECT(fchmod(fd, mode) == 0);
	EXPECT(bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0);
	EXPECT(lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) && unlink(path) == 0);
	umask(022);
	close(fd);
	return st.st_mode & 07777;
}

static void
check(void)
{
	EXPECT(mode_after_bind(scratch("a"), 0600, 0) == 0600);
	EXPECT(mode_after_bind(scratch("a"), 0660, 0) == 0660);
	EXPECT(mode_after_bind(scratch("a"), 0660, 077) == 0600);
}
