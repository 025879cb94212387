#ifndef IPCWIRE_DATAGRAMS_H
#define IPCWIRE_DATAGRAMS_H

#include "net/acceptor.h"

/*
 * Connections made of datagrams: one bound socket, and for everybody who sends to it a connection of its own, a pair of sockets
 * that keep messages (unix(7), SOCK_SEQPACKET), of which the acceptor's owner gets one end. What the peer sends comes out there;
 * what is written there goes to the peer, from the address that it has sent to. When that end is closed and everything has gone
 * out, the peer is forgotten; what it sends then makes a new connection.
 */
struct datagrams;

struct datagrams_setup {
	struct loop *loop;
	struct log_who who;
	int fd;         /* bound, non-blocking; owned from now on */
	bool is_single; /* each datagram makes a connection of its own, with nothing but its answers */
	bool waits; /* a connection that takes no more holds up all, for nothing may be lost (UNIX); else it loses them (UDP) */
	void (*busy)(void *arg, bool is_busy); /* there are connections, there are none any more; or NULL */
	void *arg;
};

struct datagrams *datagrams_new(const struct datagrams_setup *);
int datagrams_fd(const struct datagrams *);
/* Starts to receive. New connections are handed to `accepted`; NULL: what strangers send is refused and counted. Returns 0 or -errno. */
int datagrams_welcome(struct datagrams *, void (*accepted)(const struct acceptor_peer *, void *), void *arg);
/* There are no new connections any more. The socket is closed when the last one has gone. NULL is fine. */
void datagrams_leave(struct datagrams *);
/* The loop has ended: what is left of all of them is given up, and freed by the last of what it has deferred. */
void datagrams_end(void);

#endif
