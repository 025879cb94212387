#ifndef IPCWIRE_DATAGRAM_ROOM_H
#define IPCWIRE_DATAGRAM_ROOM_H

#include "base/loop.h"
#include "net/datagram_io.h"

/*
 * Waiting until a UNIX socket takes another datagram. Of a sender that is not connected the kernel says that it may write as long as
 * its own buffer has room (unix(7)); so a socket of its own is connected to the receiver, only to be waited for.
 */
struct datagram_room {
	struct loop *loop;
	struct loop_source source;
	void (*there)(void *); /* also when the receiver is gone */
	void *arg;
	int fd;
};

enum { DATAGRAM_ROOM_THEIRS, DATAGRAM_ROOM_OURS };

void datagram_room_init(struct datagram_room *);
/*
 * After an EAGAIN. Returns where room is missing: at the receiver, and `there` is called when there may be some; or in our own
 * socket, of which EPOLLOUT tells; or -errno.
 */
int datagram_room_wait(struct datagram_room *, const struct datagram_address *, struct loop *, void (*there)(void *),
    void *arg);
void datagram_room_stop(struct datagram_room *);

#endif
