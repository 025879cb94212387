#ifndef IPCWIRE_CONNECT_H
#define IPCWIRE_CONNECT_H

#include <netdb.h>
#include <sys/socket.h>

#include "base/loop.h"

/* Connecting to the first of several addresses that answers (RFC 8305, "Happy Eyeballs"). */
struct connect_race;

struct connect_request {
	const struct addrinfo *list; /* only read during connect_start */
	/* Makes a non-blocking socket for this address, options and local address set. Returns it or -errno. */
	int (*prepare)(const struct addrinfo *, void *arg);
	/* Called once: the connected descriptor (the callee's now), or -errno and the address that failed last. */
	void (*done)(int result, const struct sockaddr_storage *, socklen_t, void *arg);
	void *arg;
};

/* Starts the race; done may be called before this returns, NULL is returned then. */
struct connect_race *connect_start(struct loop *, const struct connect_request *);
/* Gives up: closes all attempts, done is not called. NULL is fine. */
void connect_cancel(struct connect_race *);

#endif
