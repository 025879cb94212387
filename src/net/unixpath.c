/* Binding UNIX sockets to paths without stealing, without leaving anything behind, without a moment of wide access. */
#include "net/unixpath.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"

socklen_t
unixpath_address(struct sockaddr_un *sun, const char *name, bool is_abstract)
{
	size_t len = strlen(name), at = is_abstract ? 1 : 0;

	memset(sun, 0, sizeof(*sun));
	sun->sun_family = AF_UNIX;
	if (len > UNIXPATH_MAX)
		return 0;
	memcpy(sun->sun_path + at, name, len);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1);
}

int
unixpath_probe(const char *path, enum unixpath_state *state)
{
	struct sockaddr_un sun;
	struct stat st;
	socklen_t len = unixpath_address(&sun, path, false);
	int fd, error;

	*state = UNIXPATH_FREE;
	if (lstat(path, &st) == -1)
		return errno == ENOENT ? 0 : -errno;
	*state = UNIXPATH_FOREIGN;
	if (!S_ISSOCK(st.st_mode))
		return 0;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -errno;
	error = connect(fd, (struct sockaddr *)&sun, len) == -1 ? errno : 0;
	io_close(&fd);
	*state = error == ECONNREFUSED ? UNIXPATH_STALE : error == ENOENT ? UNIXPATH_FREE : UNIXPATH_ALIVE;
	return 0;
}

#define UNIXPATH_TRIES 200 /* a millisecond apart */

/*
 * Locks the directory of the path; the lock goes with the descriptor. It keeps two of us apart who find the same stale
 * socket, for moments. Anybody who can read the directory can lock it for as long as he likes: after a while it does without.
 */
static int
unixpath_lock(const char *path)
{
	char *copy = xstrdup(path);
	int fd = io_open(dirname(copy), O_RDONLY | O_DIRECTORY, 0);

	free(copy);
	if (fd < 0)
		return fd;
	for (int i = 0; flock(fd, LOCK_EX | LOCK_NB) == -1; i++) {
		int error = -errno;

		if (error == -EWOULDBLOCK && i < UNIXPATH_TRIES)
			nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
		else if (error != -EINTR) {
			io_close(&fd);
			return error;
		}
	}
	return fd;
}

static int
unixpath_clear(const char *path, bool replace)
{
	enum unixpath_state state;
	int error = unixpath_probe(path, &state);

	if (error != 0)
		return error;
	if (state == UNIXPATH_FREE)
		return 0;
	if (state == UNIXPATH_FOREIGN)
		return -EEXIST;
	if (state == UNIXPATH_ALIVE && !replace)
		return -EADDRINUSE;
	return unlink(path) == -1 && errno != ENOENT ? -errno : 0;
}

int
unixpath_bind(int fd, const char *path, bool replace, struct stat *st)
{
	struct sockaddr_un sun;
	socklen_t len = unixpath_address(&sun, path, false);
	int lock = unixpath_lock(path), error;

	if (lock < 0 && lock != -EACCES && lock != -EWOULDBLOCK)
		return lock;
	error = unixpath_clear(path, replace);
	if (error == 0)
		error = -FAULT("listen.bind");
	/* The mode of the descriptor becomes that of the file, less the umask: no moment of wider access. */
	if (error == 0 && fchmod(fd, 0600) == -1)
		error = -errno;
	if (error == 0 && bind(fd, (struct sockaddr *)&sun, len) == -1)
		error = -errno;
	if (error == 0 && lstat(path, st) == -1)
		error = -errno;
	if (lock >= 0)
		io_close(&lock);
	return error;
}

int
unixpath_refused(const struct log_who *who, int error, const char *taken)
{
	if (error == EADDRINUSE)
		log_msg(LOG_ERROR, who, "cannot listen: another program serves this socket%s", taken);
	else if (error == EEXIST)
		log_msg(LOG_ERROR, who, "cannot listen: something stands there that is no socket, and stays untouched");
	else
		log_errno(LOG_ERROR, who, error, "cannot listen");
	return -error;
}

void
unixpath_unlink(const char *path, const struct stat *bound)
{
	int lock = unixpath_lock(path);

	io_unlink_own(path, bound->st_dev, bound->st_ino);
	if (lock >= 0)
		io_close(&lock);
}
