#ifndef IPCWIRE_DATAGRAM_IO_H
#define IPCWIRE_DATAGRAM_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/io.h"
#include "base/log.h"

/* Datagrams with their addresses: where one came from, and to which of our addresses, so that an answer comes from there. */

/*
 * Room beside a UNIX message for its sender's credentials and nothing else: descriptors come behind them (unix(7)), and what has no
 * room is closed by the kernel. Nobody fills our table of descriptors by sending us some.
 */
#define DATAGRAM_CREDENTIALS CMSG_SPACE(sizeof(struct ucred))

struct datagram_address {
	struct sockaddr_storage peer, own; /* own_len 0: the system chooses */
	socklen_t peer_len, own_len;
	struct ucred cred; /* of who has sent it, where a UNIX socket asks for it (SO_PASSCRED) */
	bool has_cred;
};

uint32_t datagram_address_hash(const struct datagram_address *); /* of the peer, and its user */
bool datagram_address_equals(const struct datagram_address *, const struct datagram_address *); /* the same */

/* Datagrams that the kernel has dropped for want of room (SO_RXQ_OVFL, socket(7)), as what comes beside others tells. */
struct datagram_drops {
	uint64_t n, told;
	uint64_t told_at; /* ns */
	uint32_t last;
};

void datagram_drops_note(struct datagram_drops *, const struct cmsghdr *);
/* Warns of those that nobody was told of, once in a second at most; is_last: whatever the time. */
void datagram_drops_tell(struct datagram_drops *, const struct log_who *, uint64_t now, bool is_last);

/* A place for what comes; one for any number of sockets. */
struct datagram_receiver {
	unsigned char *buf; /* the last message */
	size_t size;
	struct datagram_drops drops;
	struct sockaddr_storage own; /* what the socket is bound to */
	socklen_t own_len;
};

/* For that bound socket: asks the kernel for what datagram_receive tells. */
void datagram_receiver_init(struct datagram_receiver *, int fd);
void datagram_receiver_fini(struct datagram_receiver *);
/* One datagram into buf, whole. Returns its length or -errno. */
ssize_t datagram_receive(struct datagram_receiver *, int fd, struct datagram_address *);
/* The same from a socket that has no addresses. */
ssize_t datagram_receive_message(struct datagram_receiver *, int fd, struct io_message *);
/* To the peer, from our own address. Returns 0 or -errno; -ENOTCONN: it has no address. */
int datagram_send(int fd, const struct datagram_address *, struct iovec *, int niov);

#endif
