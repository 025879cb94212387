/* Room for UNIX datagrams: see datagram_room.h. */
#include "net/datagram_room.h"

#include <errno.h>
#include <poll.h>

static void
room_ready(struct loop_source *s, uint32_t events)
{
	struct datagram_room *r = s->arg;

	(void)events;
	r->there(r->arg);
}

void
datagram_room_init(struct datagram_room *r)
{
	*r = (struct datagram_room){ .fd = -1 };
}

void
datagram_room_stop(struct datagram_room *r)
{
	if (r->fd == -1)
		return;
	loop_source_stop(r->loop, &r->source);
	io_close(&r->fd);
}

/* A receiver that is connected to us is not held to its queue's length, only we to our buffer; nobody else can connect to it. */
static int
room_connect(struct datagram_room *r, const struct datagram_address *a)
{
	struct pollfd pfd = { .events = POLLOUT };

	r->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (r->fd == -1)
		return -errno;
	if (connect(r->fd, (const struct sockaddr *)&a->peer, a->peer_len) == -1)
		return errno == EPERM ? DATAGRAM_ROOM_OURS : -errno;
	pfd.fd = r->fd;
	return poll(&pfd, 1, 0) == 1 ? DATAGRAM_ROOM_OURS : DATAGRAM_ROOM_THEIRS;
}

int
datagram_room_wait(struct datagram_room *r, const struct datagram_address *a, struct loop *loop, void (*there)(void *),
    void *arg)
{
	int where;

	datagram_room_stop(r);
	r->loop = loop;
	r->there = there;
	r->arg = arg;
	where = room_connect(r, a);
	if (where == DATAGRAM_ROOM_THEIRS) {
		loop_source_init(&r->source, r->fd, room_ready, r);
		where = loop_source_want(loop, &r->source, EPOLLOUT);
	}
	if (where != DATAGRAM_ROOM_THEIRS && r->fd != -1)
		io_close(&r->fd);
	return where;
}
