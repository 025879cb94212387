#ifndef IPCWIRE_MESSAGE_H
#define IPCWIRE_MESSAGE_H

#include "endpoint/endpoint.h"

/*
 * Messages: endpoints whose class is CLASS_PACKET keep their boundaries, in each direction. One receiving gives one message,
 * whole; one sending takes one, or nothing. A kind with descriptors only needs sockets; others have the hooks.
 */

#define MESSAGE_DATAGRAM_MAX (64u * 1024) /* no UDP datagram is longer (RFC 768) */

#define MESSAGE_UDP_MAX 65507 /* nor, over IPv4, what it carries */

bool endpoint_keeps_messages(const struct endpoint *, enum endpoint_role);
/* Packets of a connection (SOCK_SEQPACKET), whose end the other side learns, as that of a stream. */
bool endpoint_is_packet_connection(int fd);
/* The other side learns when our writing ends: what only sends datagrams cannot tell. */
bool endpoint_says_end(const struct endpoint *);
/* So that an empty message of such a connection is not taken for its end. */
void endpoint_tell_empty_apart(int fd);
/* Bytes of room that its next message needs, at least 1; -EAGAIN: there is none now; other -errno. */
ssize_t endpoint_message_room(struct endpoint *);
/* What came, of messages or bytes. Returns 0 or -errno (-EAGAIN: nothing now); the chunk is set in any case. */
int endpoint_receive(struct endpoint *, struct iovec *, int niov, struct chunk *);
/* For receive hooks: what it does without one. */
int endpoint_receive_socket(struct endpoint *, struct iovec *, int niov, struct chunk *);
/*
 * One message. Returns 0; -EAGAIN: not now; -EMSGSIZE: it is too long for the peer, or, for send hooks that have explained it,
 * -EHOSTUNREACH: nobody takes it; in both cases others may go. Or another -errno.
 */
int endpoint_send(struct endpoint *, struct iovec *, int niov);

#endif
