/* System calls of the byte path: every result is looked at here once, EINTR is retried here only. */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/fault.h"

#define IO_RETRY(result, call)     \
	do {                       \
		(result) = (call); \
	} while ((result) == -1 && errno == EINTR)

ssize_t
io_readv(int fd, const struct iovec *iov, int niov)
{
	ssize_t n;

	if ((n = FAULT("io.read")) != 0)
		return -n;
	IO_RETRY(n, niov == 1 ? read(fd, iov->iov_base, iov->iov_len) : readv(fd, iov, niov));
	return n == -1 ? -errno : n;
}

ssize_t
io_writev(int fd, const struct iovec *iov, int niov)
{
	ssize_t n;

	if ((n = FAULT("io.write")) != 0)
		return -n;
	IO_RETRY(n, niov == 1 ? write(fd, iov->iov_base, iov->iov_len) : writev(fd, iov, niov));
	return n == -1 ? -errno : n;
}

ssize_t
io_recvv(int fd, struct iovec *iov, int niov)
{
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = (size_t)niov };
	ssize_t n;

	if ((n = FAULT("io.recv")) != 0)
		return -n;
	IO_RETRY(n, niov == 1 ? recv(fd, iov->iov_base, iov->iov_len, MSG_DONTWAIT) : recvmsg(fd, &msg, MSG_DONTWAIT));
	return n == -1 ? -errno : n;
}

ssize_t
io_peek(int fd, void *buf, size_t len)
{
	ssize_t n;

	if ((n = FAULT("io.peek")) != 0)
		return -n;
	IO_RETRY(n, recv(fd, buf, len, MSG_PEEK | MSG_DONTWAIT));
	return n == -1 ? -errno : n;
}

ssize_t
io_sendv(int fd, struct iovec *iov, int niov)
{
	const int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = (size_t)niov };
	ssize_t n;

	if ((n = FAULT("io.send")) != 0)
		return -n;
	IO_RETRY(n, niov == 1 ? send(fd, iov->iov_base, iov->iov_len, flags) : sendmsg(fd, &msg, flags));
	return n == -1 ? -errno : n;
}

ssize_t
io_recvmsg(int fd, struct msghdr *msg)
{
	ssize_t n;

	if ((n = FAULT("io.recv")) != 0)
		return -n;
	IO_RETRY(n, recvmsg(fd, msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC));
	return n == -1 ? -errno : n;
}

ssize_t
io_sendmsg(int fd, const struct msghdr *msg)
{
	ssize_t n;

	if ((n = FAULT("io.send")) != 0)
		return -n;
	IO_RETRY(n, sendmsg(fd, msg, MSG_DONTWAIT | MSG_NOSIGNAL));
	return n == -1 ? -errno : n;
}

ssize_t
io_recv_message(int fd, struct iovec *iov, int niov, struct io_message *m)
{
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = (size_t)niov };
	ssize_t n = io_recvmsg(fd, &msg);

	*m = (struct io_message){ n >= 0 && (msg.msg_flags & MSG_TRUNC) != 0,
		n >= 0 && (msg.msg_flags & MSG_CTRUNC) != 0 };
	return n;
}

ssize_t
io_message_size(int fd)
{
	ssize_t n;

	IO_RETRY(n, recv(fd, NULL, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT));
	return n == -1 ? -errno : n;
}

ssize_t
io_splice(int in, int out, size_t len)
{
	ssize_t n;

	if ((n = FAULT("io.splice")) != 0)
		return -n;
	IO_RETRY(n, splice(in, NULL, out, NULL, len, SPLICE_F_MOVE | SPLICE_F_NONBLOCK));
	return n == -1 ? -errno : n;
}

bool
io_splice_is_refused(ssize_t result)
{
	return result == -EINVAL || result == -ENOSYS || result == -EPERM || result == -EOPNOTSUPP ||
	    result == -ENOMEM || result == -ENOBUFS;
}

int
io_splice_error(ssize_t result)
{
	return result < 0 && result != -EAGAIN && !io_splice_is_refused(result) ? (int)-result : 0;
}

int
io_open(const char *path, int flags, mode_t mode)
{
	int fd;

	if ((fd = FAULT("io.open")) != 0)
		return -fd;
	IO_RETRY(fd, open(path, flags | O_CLOEXEC, mode));
	return fd == -1 ? -errno : fd;
}

int
io_dup(int fd)
{
	int copy;

	if ((copy = FAULT("io.dup")) != 0)
		return -copy;
	IO_RETRY(copy, fcntl(fd, F_DUPFD_CLOEXEC, 3));
	return copy == -1 ? -errno : copy;
}

int
io_pipe(int fds[2], int flags)
{
	int error = FAULT("io.pipe");

	if (error != 0)
		return -error;
	return pipe2(fds, flags | O_CLOEXEC) == -1 ? -errno : 0;
}

int
io_socketpair(int fds[2])
{
	int error = FAULT("io.socketpair");

	if (error != 0)
		return -error;
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == -1 ? -errno : 0;
}

int
io_reopen(int fd, int flags)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return io_open(path, flags | O_NOCTTY, 0);
}

int
io_set_nonblock(int fd, bool on)
{
	int flags, error;

	if ((error = FAULT("io.nonblock")) != 0)
		return -error;
	if ((flags = fcntl(fd, F_GETFL)) == -1)
		return -errno;
	if (((flags & O_NONBLOCK) != 0) == on)
		return 0;
	flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	return fcntl(fd, F_SETFL, flags) == -1 ? -errno : 0;
}

/* On Linux the descriptor is gone even after EINTR (close(2)), so close is never repeated. */
void
io_unlink_own(const char *path, dev_t dev, ino_t ino)
{
	struct stat st;

	if (lstat(path, &st) == 0 && st.st_dev == dev && st.st_ino == ino)
		unlink(path);
}

int
io_close(int *fd)
{
	int error;

	if (*fd == -1)
		return 0;
	error = close(*fd) == -1 && errno != EINTR ? -errno : -FAULT("io.close");
	*fd = -1;
	return error;
}

int
io_close_others(const int *keep, size_t n)
{
	for (int first = 3, next;; first = next + 1) {
		next = INT_MAX;
		for (size_t i = 0; i < n; i++)
			if (keep[i] >= first && keep[i] < next)
				next = keep[i];
		if (first < next && compat_close_range((unsigned)first, (unsigned)next - 1) == -1)
			return -errno;
		if (next == INT_MAX)
			return 0;
	}
}
