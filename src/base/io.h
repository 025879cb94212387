#ifndef IPCWIRE_IO_H
#define IPCWIRE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

/* Wrappers of system calls: EINTR is retried, results are a count, a descriptor or 0, errors are -errno. */

ssize_t io_readv(int fd, const struct iovec *iov, int niov);
ssize_t io_writev(int fd, const struct iovec *iov, int niov);
/* The same on a socket, never blocking (MSG_DONTWAIT) and never raising SIGPIPE. */
ssize_t io_recvv(int fd, struct iovec *iov, int niov);
ssize_t io_sendv(int fd, struct iovec *iov, int niov);
/* What there is to receive, left where it is; never blocking. */
ssize_t io_peek(int fd, void *buf, size_t len);
/* With addresses and what comes beside the bytes, which is close-on-exec. */
ssize_t io_recvmsg(int fd, struct msghdr *);
ssize_t io_sendmsg(int fd, const struct msghdr *);
struct io_message {
	bool is_truncated; /* it had more than there was room for (recvmsg(2), MSG_TRUNC) */
	/* Something came beside the bytes. With SO_PASSCRED every message has its sender's credentials, but the end of
	 * input has not, by which it differs from a message of no bytes. What came is not taken (MSG_CTRUNC). */
	bool has_control;
};
/* One message of a socket, whole. */
ssize_t io_recv_message(int fd, struct iovec *iov, int niov, struct io_message *);
/* Bytes of the next message, which stays there. */
ssize_t io_message_size(int fd);
ssize_t io_splice(int in, int out, size_t len);
/* That result says that these two cannot be spliced, or not now, and nothing of what has become of either. */
bool io_splice_is_refused(ssize_t result);
/* What that result tells of an end, positive errno; 0: nothing. The error of a socket is told once, and then looks like an end. */
int io_splice_error(ssize_t result);

int io_open(const char *path, int flags, mode_t mode); /* CLOEXEC is added */
int io_dup(int fd);                                    /* CLOEXEC, 3 or above */
int io_pipe(int fds[2], int flags);                    /* CLOEXEC is added */
int io_socketpair(int fds[2]);                         /* UNIX stream, CLOEXEC */
/* A description of its own for an inherited pipe, FIFO or terminal, so that O_NONBLOCK is not shared. */
int io_reopen(int fd, int flags);
int io_set_nonblock(int fd, bool on);
/* Removes a name if it is still that of this file: what somebody else has put there since stays. */
void io_unlink_own(const char *path, dev_t, ino_t);
/* Closes *fd unless it is -1, and sets it to -1. Returns what close(2) said. */
int io_close(int *fd);
/* Closes every descriptor from 3 on but those (-1: none). Returns 0 or -errno. */
int io_close_others(const int *keep, size_t n);

#endif
