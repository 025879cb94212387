/* stall: never readable, never at its end, never writable. An eventfd(2) at 0 cannot be read, a full one not written. */
#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "endpoint/endpoint.h"

static int
stall_open(struct endpoint *ep)
{
	const uint64_t full = UINT64_MAX - 1;
	int rfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), wfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	endpoint_set_fds(ep, rfd, wfd);
	ep->rclass = ep->wclass = CLASS_NONE;
	if (rfd == -1 || wfd == -1 || write(wfd, &full, sizeof(full)) == -1)
		return endpoint_fail(ep, errno, "cannot make an event descriptor");
	return 0;
}

static ssize_t
stall_move(struct endpoint *ep, struct iovec *iov, int niov)
{
	(void)ep;
	(void)iov;
	(void)niov;
	return -EAGAIN;
}

const struct endpoint_kind endpoint_stall = {
	.name = "stall",
	.syntax = "stall",
	.example = "stall",
	.help = "never readable, never at its end, never writable",
	.flags = KIND_READ | KIND_WRITE,
	.open = stall_open,
	.read = stall_move,
	.write = stall_move,
};
