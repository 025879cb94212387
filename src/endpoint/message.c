/* Messages of endpoints: see message.h. */
#include "endpoint/message.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/io.h"

bool
endpoint_keeps_messages(const struct endpoint *ep, enum endpoint_role role)
{
	return (role == ROLE_READ ? ep->rclass : ep->wclass) == CLASS_PACKET;
}

bool
endpoint_is_packet_connection(int fd)
{
	int type = SOCK_DGRAM;
	socklen_t len = sizeof(type);

	return fd != -1 && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_SEQPACKET;
}

bool
endpoint_says_end(const struct endpoint *ep)
{
	return ep->wclass != CLASS_PACKET || ep->kind->shutdown != NULL || endpoint_is_packet_connection(ep->wfd);
}

void
endpoint_tell_empty_apart(int fd)
{
	const int on = 1;

	if (endpoint_is_packet_connection(fd)) /* if it is refused, an empty message is an end, as ever */
		setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
}

ssize_t
endpoint_message_room(struct endpoint *ep)
{
	ssize_t size;

	if (ep->message_max > 0 || ep->rfd == -1)
		return ep->message_max > 0 ? (ssize_t)ep->message_max : (ssize_t)MESSAGE_DATAGRAM_MAX;
	size = io_message_size(ep->rfd);
	return size != 0 ? size : 1;
}

/* No bytes: a datagram, or the end of a connection (SOCK_SEQPACKET) as of a stream, recv(2), unless it had credentials. */
static bool
message_is_end(int fd, const struct io_message *m)
{
	int type = SOCK_DGRAM;
	socklen_t len = sizeof(type);

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len);
	return type != SOCK_DGRAM && !m->has_control;
}

int
endpoint_receive_socket(struct endpoint *ep, struct iovec *iov, int niov, struct chunk *c)
{
	struct io_message m;
	ssize_t n = io_recv_message(ep->rfd, iov, niov, &m);

	if (n == -ECONNRESET) /* the peer has left something unread; what it sent before comes after that (unix(7)) */
		n = io_recv_message(ep->rfd, iov, niov, &m);
	if (n < 0)
		return (int)n;
	c->len = (size_t)n;
	c->is_truncated = m.is_truncated;
	c->is_end = n == 0 && message_is_end(ep->rfd, &m);
	c->ends_message = !c->is_end;
	return 0;
}

int
endpoint_receive(struct endpoint *ep, struct iovec *iov, int niov, struct chunk *c)
{
	ssize_t n;

	*c = (struct chunk){ 0 };
	if (ep->rclass == CLASS_PACKET)
		return ep->kind->receive != NULL ? ep->kind->receive(ep, iov, niov, c) :
						   endpoint_receive_socket(ep, iov, niov, c);
	n = endpoint_read(ep, iov, niov);
	if (n < 0)
		return (int)n;
	c->len = (size_t)n;
	c->is_end = n == 0;
	return 0;
}

static size_t
message_len(const struct iovec *iov, int niov)
{
	size_t len = 0;

	for (int i = 0; i < niov; i++)
		len += iov[i].iov_len;
	return len;
}

int
endpoint_send(struct endpoint *ep, struct iovec *iov, int niov)
{
	ssize_t n;

	if (ep->send_max > 0 && message_len(iov, niov) > ep->send_max)
		return -EMSGSIZE;
	if (ep->kind->send != NULL)
		return ep->kind->send(ep, iov, niov);
	n = io_sendv(ep->wfd, iov, niov);
	return n < 0 ? (int)n : 0; /* a message goes whole or not at all: socket(7) */
}
