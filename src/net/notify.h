#ifndef IPCWIRE_NOTIFY_H
#define IPCWIRE_NOTIFY_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Telling a service manager how it goes: datagrams to NOTIFY_SOCKET, as sd_notify(3) documents them. */
struct notify {
	int fd; /* -1: nobody asked */
	struct sockaddr_un sun;
	socklen_t len;
	uint64_t watchdog; /* ns within which a sign of life is expected; 0: not asked for */
};

/*
 * Before any fork: looks at NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and takes them out of the environment, so that no
 * program speaks in our name. Returns 0, or -errno when there is a socket that cannot be used.
 */
int notify_init(struct notify *);
/* Sends "READY=1" and the like. Returns 0, also when nobody asked, or -errno. */
int notify_send(const struct notify *, const char *text);
void notify_fini(struct notify *);

#endif
