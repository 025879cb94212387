/* Descriptors as messages. */
#include "net/fdpass.h"

#include <errno.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/io.h"

#define FDPASS_MOST 253 /* of one message (SCM_MAX_FD) */

int
fdpass_send(int socket, int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { (char[1]){ 0 }, 1 };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	ssize_t n;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	n = io_sendmsg(socket, &m);
	return n < 0 ? (int)n : 0;
}

/* A peer that closes with the message unread leaves an error; its memory is given back in either case. */
int
fdpass_is_waiting(int socket)
{
	int error = 0, waiting = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error != 0)
		return -error;
	if (ioctl(socket, SIOCOUTQ, &waiting) == -1)
		return -errno;
	return waiting > 0;
}

static int
fdpass_first(struct msghdr *m, unsigned *others)
{
	int first = -1;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; CMSG_LEN((i + 1) * sizeof(int)) <= c->cmsg_len; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			if (first == -1) {
				first = fd;
				continue;
			}
			close(fd);
			++*others;
		}
	}
	return first;
}

int
fdpass_receive(int socket, unsigned *others)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(FDPASS_MOST * sizeof(int))];
	} control;
	char byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	ssize_t n;
	int fd;

	*others = 0;
	n = io_recvmsg(socket, &m);
	if (n < 0)
		return (int)n;
	fd = fdpass_first(&m, others);
	return fd != -1 ? fd : n == 0 ? -ENODATA : -ENOMSG;
}
