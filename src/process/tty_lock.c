/*
 * The file gets its name when it is complete: link(2) to a file of another name, which only one can do. A stale one is removed
 * only while it is locked by flock(2) and is still the file that was looked at, so that of two who find it stale the second
 * does not remove the new one of the first.
 */
#include "process/tty_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"

#define TTY_LOCK_TRIES 3

char *
tty_lock_path(const char *dir, const char *device)
{
	char *real = realpath(device, NULL), *path, *p;
	const char *name = real != NULL ? real : device;

	if (strncmp(name, "/dev/", 5) == 0)
		name += 5;
	else if (strrchr(name, '/') != NULL)
		name = strrchr(name, '/') + 1;
	path = xasprintf("%s/LCK..%s", dir, name);
	for (p = path + strlen(dir) + 1; *p != '\0'; p++)
		if (*p == '/')
			*p = '_';
	free(real);
	return path;
}

/* Ten digits and a newline; UUCP once wrote the number as it is in memory. 0: something else. */
static pid_t
tty_lock_owner(int fd)
{
	char text[32] = { 0 };
	const ssize_t n = io_readv(fd, &(struct iovec){ text, sizeof(text) - 1 }, 1);
	long pid;
	int binary;

	if (n == (ssize_t)sizeof(binary) && memchr(text, '\n', sizeof(binary)) == NULL) {
		memcpy(&binary, text, sizeof(binary));
		return binary > 0 ? binary : 0;
	}
	pid = strtol(text, NULL, 10);
	return pid > 0 && pid <= INT_MAX ? (pid_t)pid : 0;
}

static bool
tty_lock_is_gone(pid_t owner)
{
	return owner > 0 && kill(owner, 0) == -1 && errno == ESRCH;
}

/* Returns 0 when it is not there any more, so that one may try again. */
static int
tty_lock_look(const char *path, pid_t *owner)
{
	struct stat at, in;
	int fd = io_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0), error = -EBUSY;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	*owner = tty_lock_owner(fd);
	if (tty_lock_is_gone(*owner) && flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &in) == 0) {
		if (lstat(path, &at) == -1)
			error = errno == ENOENT ? 0 : -errno;
		else if (at.st_dev != in.st_dev || at.st_ino != in.st_ino)
			error = 0;
		else
			error = unlink(path) == -1 ? -errno : 0;
	}
	io_close(&fd);
	return error;
}

static int
tty_lock_write(const char *temp)
{
	char text[16];
	int fd = io_open(temp, O_WRONLY | O_CREAT | O_EXCL, 0644);
	const int len = snprintf(text, sizeof(text), "%10ld\n", (long)getpid());
	ssize_t n;

	if (fd < 0)
		return fd;
	n = io_writev(fd, &(struct iovec){ text, (size_t)len }, 1);
	io_close(&fd);
	return n == len ? 0 : n < 0 ? (int)n : -ENOSPC;
}

int
tty_lock_take(const char *path, pid_t *owner)
{
	char *temp = xasprintf("%s.%ld", path, (long)getpid());
	int error;

	*owner = 0;
	unlink(temp);
	error = tty_lock_write(temp);
	for (int i = 0; error == 0 && i < TTY_LOCK_TRIES; i++) {
		if (link(temp, path) == 0)
			break;
		error = errno == EEXIST ? tty_lock_look(path, owner) : -errno;
		if (error == 0 && i == TTY_LOCK_TRIES - 1)
			error = -EBUSY;
	}
	unlink(temp);
	free(temp);
	return error;
}

void
tty_lock_release(const char *path)
{
	int fd = io_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);

	if (fd < 0)
		return;
	if (tty_lock_owner(fd) == getpid())
		unlink(path);
	io_close(&fd);
}
