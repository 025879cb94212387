/* What was written and is still on its way, asked of the kernel: SIOCOUTQ (tcp(7)), FIONREAD of a pipe (pipe(7)). */
#include "endpoint/undelivered.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* The end of our writing counts as a byte, the last one. After a reset the count stands still at what was lost. */
static int
undelivered_tcp(struct endpoint *ep)
{
	int n = 0;

	if (ep->has_delivered || ioctl(ep->wfd, SIOCOUTQ, &n) == -1)
		return 0;
	ep->has_delivered = ep->has_shut && n == 0;
	return ep->has_shut && n > 0 ? n - 1 : n;
}

static int
undelivered_pipe(const struct endpoint *ep)
{
	int n = 0;

	return ioctl(ep->wfd != -1 ? ep->wfd : ep->unread_fd, FIONREAD, &n) == -1 ? 0 : n;
}

bool
endpoint_knows_undelivered(const struct endpoint *ep)
{
	return ep->is_tcp || (ep->io != NULL && ep->io->undelivered != NULL);
}

uint64_t
endpoint_undelivered(struct endpoint *ep)
{
	int n = 0;

	if (ep->io != NULL && ep->io->undelivered != NULL)
		return ep->io->undelivered(ep);
	if (ep->wfd == -1 && ep->unread_fd < 0)
		return 0;
	if (ep->is_tcp)
		n = undelivered_tcp(ep);
	else if (ep->wclass == CLASS_PIPE)
		n = undelivered_pipe(ep);
	return n > 0 ? (uint64_t)n : 0;
}

bool
endpoint_is_connected(const struct endpoint *ep)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	return getsockopt(ep->wfd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 && info.tcpi_state != TCP_CLOSE;
}
