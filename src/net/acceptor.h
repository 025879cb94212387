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
	struct ucred cred; /* of a sender of datagrams, whose connection does not tell it */
	bool has_cred;
	char **variables; /* by the rule that let it in, for its program; owned, goes with the connection; or NULL */
	struct proxy_header proxied; /* what a proxy has said of it; ss is then the client's */
};

struct acceptor *acceptor_new(struct loop *, const struct log_who *);
/* Adds a bound and listening socket; it is the acceptor's from now on. */
void acceptor_add(struct acceptor *, int fd);
/* A socket whose datagrams make connections (datagrams.h). */
struct datagrams;
void acceptor_add_datagrams(struct acceptor *, struct datagrams *);
unsigned acceptor_len(const struct acceptor *);
int acceptor_fd(const struct acceptor *, unsigned i);
/* One that accepts from the same sockets in another loop, beside this one. Returns 0 or -errno. */
int acceptor_share(const struct acceptor *, struct loop *, const struct log_who *, struct acceptor **);
/*
 * Asks enter before each connection is accepted; false: it stays in the backlog. After each true comes leave, which is told
 * whether there was a connection that was let in.
 */
void acceptor_set_gate(struct acceptor *, bool (*enter)(void *), void (*leave)(void *, bool is_taken), void *arg);
/* For whoever is called with a connection, once: whether it was let in. */
void acceptor_leave(const struct acceptor *, bool is_taken);
/* Calls accepted for every connection until stopped. Returns 0 or -errno. */
int acceptor_start(struct acceptor *, void (*accepted)(const struct acceptor_peer *, void *), void *arg);
/* Leaves further connections in the backlog. */
void acceptor_stop(struct acceptor *);
/* Closes the sockets and frees. NULL is fine. */
void acceptor_free(struct acceptor *);

#endif
