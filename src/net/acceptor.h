#ifndef IPCWIRE_ACCEPTOR_H
#define IPCWIRE_ACCEPTOR_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/loop.h"
#include "net/proxy_header.h"

/* One or several listening sockets (IPv4 and IPv6 of one address) from which connections are accepted. */
struct acceptor;

#define ACCEPTOR_SOCKETS 8 /* listening sockets that one takes */

struct peercount_entry;

struct acceptor_peer {
	int fd; /* the connection, CLOEXEC and non-blocking: the callee's */
	struct sockaddr_storage ss;
	socklen_t len;
	struct peercount_entry
	    *counted;      /* or NULL; goes with the connection, to be given back when it is closed (net/peercount) */
	unsigned nclients; /* of its address or user when it came, itself included; 0: nobody counts */
	struct proxy_header proxied; /* what a proxy has said of it; ss is then the client's */
};

struct acceptor *acceptor_new(struct loop *, const struct log_who *);
/* Adds a bound and listening socket; it is the acceptor's from now on. */
void acceptor_add(struct acceptor *, int fd);
unsigned acceptor_len(const struct acceptor *);
int acceptor_fd(const struct acceptor *, unsigned i);
/* Calls accepted for every connection until stopped. Returns 0 or -errno. */
int acceptor_start(struct acceptor *, void (*accepted)(const struct acceptor_peer *, void *), void *arg);
/* Leaves further connections in the backlog. */
void acceptor_stop(struct acceptor *);
/* Closes the sockets and frees. NULL is fine. */
void acceptor_free(struct acceptor *);

#endif
