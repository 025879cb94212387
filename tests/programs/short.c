/*
 * LD_PRELOAD: of what ipcwire reads from and writes to pipes, files and stream sockets at a time, from one to seven bytes are
 * taken; one call in sixteen is interrupted first. Its messages are left alone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static uint32_t
next_random(void)
{
	static _Thread_local uint32_t state = 2463534242;

	state ^= state << 13;
	state ^= state >> 17;
	return state ^= state << 5;
}

static bool
is_cut(int fd)
{
	struct stat st, messages;
	int type = 0;
	socklen_t len = sizeof(type);

	if (strcmp(program_invocation_short_name, "ipcwire") != 0 || fstat(fd, &st) == -1 || fstat(2, &messages) == -1)
		return false;
	if (st.st_dev == messages.st_dev && st.st_ino == messages.st_ino)
		return false;
	if (S_ISSOCK(st.st_mode))
		return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
	return S_ISFIFO(st.st_mode) || S_ISREG(st.st_mode);
}

/* How much of that; 0: interrupted. */
static size_t
cut(int fd, size_t len)
{
	const size_t max = 1 + next_random() % 7;

	if (len == 0 || !is_cut(fd))
		return len;
	if (next_random() % 16 == 0) {
		errno = EINTR;
		return 0;
	}
	return len < max ? len : max;
}

static size_t
total(const struct iovec *iov, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		len += iov[i].iov_len;
	return len;
}

/* The beginning of the areas: len bytes of them. */
static size_t
shorten(struct iovec *to, const struct iovec *from, size_t n, size_t len)
{
	size_t i = 0;

	for (; i < n && len > 0; i++) {
		to[i] = from[i];
		if (to[i].iov_len > len)
			to[i].iov_len = len;
		len -= to[i].iov_len;
	}
	return i;
}

ssize_t
read(int fd, void *buf, size_t len)
{
	const size_t n = cut(fd, len);

	return len > 0 && n == 0 ? -1 : syscall(SYS_read, fd, buf, n);
}

ssize_t
write(int fd, const void *buf, size_t len)
{
	const size_t n = cut(fd, len);

	return len > 0 && n == 0 ? -1 : syscall(SYS_write, fd, buf, n);
}

ssize_t
recv(int fd, void *buf, size_t len, int flags)
{
	const size_t n = (flags & MSG_PEEK) != 0 ? len : cut(fd, len);

	return len > 0 && n == 0 ? -1 : syscall(SYS_recvfrom, fd, buf, n, flags, NULL, NULL);
}

ssize_t
send(int fd, const void *buf, size_t len, int flags)
{
	const size_t n = cut(fd, len);

	return len > 0 && n == 0 ? -1 : syscall(SYS_sendto, fd, buf, n, flags, NULL, 0);
}

static ssize_t
areas(long call, int fd, const struct iovec *iov, int niov)
{
	struct iovec some[64];
	const size_t count = niov < 64 ? (size_t)niov : 64, len = total(iov, count), n = cut(fd, len);

	return len > 0 && n == 0 ? -1 : syscall(call, fd, some, shorten(some, iov, count, n));
}

ssize_t
readv(int fd, const struct iovec *iov, int niov)
{
	return areas(SYS_readv, fd, iov, niov);
}

ssize_t
writev(int fd, const struct iovec *iov, int niov)
{
	return areas(SYS_writev, fd, iov, niov);
}

static ssize_t
message(long call, int fd, const struct msghdr *msg, struct msghdr *given, int flags)
{
	struct iovec some[64];
	const size_t count = msg->msg_iovlen < 64 ? msg->msg_iovlen : 64, len = total(msg->msg_iov, count);
	const size_t n = msg->msg_controllen == 0 ? cut(fd, len) : len;
	struct msghdr m = *msg;
	ssize_t result;

	if (len > 0 && n == 0)
		return -1;
	m.msg_iov = some;
	m.msg_iovlen = shorten(some, msg->msg_iov, count, n);
	result = syscall(call, fd, &m, flags);
	if (given != NULL && result != -1) {
		m.msg_iov = given->msg_iov;
		m.msg_iovlen = given->msg_iovlen;
		*given = m;
	}
	return result;
}

ssize_t
recvmsg(int fd, struct msghdr *msg, int flags)
{
	return message(SYS_recvmsg, fd, msg, msg, flags);
}

ssize_t
sendmsg(int fd, const struct msghdr *msg, int flags)
{
	return message(SYS_sendmsg, fd, msg, NULL, flags);
}

ssize_t
splice(int in, off64_t *in_at, int out, off64_t *out_at, size_t len, unsigned flags)
{
	const size_t n = cut(in, len);

	return len > 0 && n == 0 ? -1 : syscall(SYS_splice, in, in_at, out, out_at, n, flags);
}
