/* How a socket file that is in the way is told alive or stale. */
#include "platform.h"

#include <sys/stat.h>
#include <sys/un.h>

FACT("connecting the wrong socket type: EPROTOTYPE if alive, ECONNREFUSED if stale or no socket, owner unaware");

static struct sockaddr_un sun = { .sun_family = AF_UNIX };

static int
probe(int type)
{
	int fd = socket(AF_UNIX, type, 0), error;

	error = connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ? errno : 0;
	close(fd);
	return error;
}

static void
check(void)
{
	int owner = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), file;
	struct stat by_fd, by_name;

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", scratch("a"));
	EXPECT(probe(SOCK_DGRAM) == ENOENT);
	EXPECT(bind(owner, (struct sockaddr *)&sun, sizeof(sun)) == 0);
	EXPECT(probe(SOCK_DGRAM) == EPROTOTYPE); /* before listen, too */
	EXPECT(listen(owner, 1) == 0);
	for (int i = 0; i < 5; i++)
		EXPECT(probe(SOCK_DGRAM) == EPROTOTYPE && probe(SOCK_SEQPACKET) == EPROTOTYPE);
	EXPECT(events(owner, POLLIN, QUIET_MS) == 0);
	EXPECT_ERROR(accept(owner, NULL, NULL), EAGAIN);
	/* "Our own file" is known by lstat after bind, not by fstat. */
	EXPECT(fstat(owner, &by_fd) == 0 && lstat(sun.sun_path, &by_name) == 0);
	EXPECT(by_fd.st_ino != by_name.st_ino || by_fd.st_dev != by_name.st_dev);
	close(owner);
	EXPECT(probe(SOCK_DGRAM) == ECONNREFUSED && probe(SOCK_STREAM) == ECONNREFUSED);
	EXPECT(unlink(sun.sun_path) == 0 && (file = open(sun.sun_path, O_WRONLY | O_CREAT, 0600)) >= 0);
	EXPECT(probe(SOCK_DGRAM) == ECONNREFUSED); /* so lstat first */
}
