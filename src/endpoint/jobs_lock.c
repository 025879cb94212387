/*
 * Locks of open file descriptions (F_OFD_SETLK, fcntl(2)): flock(2) does not see them, so that a worker may claim a file whose
 * writer has not let go of it yet.
 */
#include "endpoint/jobs_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/io.h"

static int
lock_set(int fd, short type)
{
	struct flock whole = { .l_type = type, .l_whence = SEEK_SET };

	return fcntl(fd, F_OFD_SETLK, &whole) == -1 ? -errno : 0;
}

bool
jobs_lock_is_held(int fd)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
}

int
jobs_lock_hold(int fd)
{
	return lock_set(fd, F_WRLCK);
}

static int
lock_open_work(const struct jobs_dir *d)
{
	const int fd = openat(d->fd, jobs_place_name(JOBS_WORK), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd == -1 ? -errno : fd;
}

/* A directory is never open for writing, so the lock is one for reading. */
int
jobs_lock_serve(const struct jobs_dir *d)
{
	int fd = lock_open_work(d), error = fd < 0 ? fd : lock_set(fd, F_RDLCK);

	if (error == 0)
		return fd;
	if (fd >= 0)
		io_close(&fd);
	return error;
}

bool
jobs_lock_is_served(const struct jobs_dir *d)
{
	int fd = lock_open_work(d);
	const bool is_served = fd >= 0 && jobs_lock_is_held(fd);

	if (fd >= 0)
		io_close(&fd);
	return is_served;
}
