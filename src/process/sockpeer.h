#ifndef IPCWIRE_SOCKPEER_H
#define IPCWIRE_SOCKPEER_H

#include <stdint.h>

/* The other end of a connected stream socket, if it is on this machine, by inodes as /proc/PID/fd shows them. */
struct sockpeer {
	uint64_t inode;    /* of the other end */
	uint64_t unread;   /* bytes that we have sent and its holder has not read (as far as the kernel tells) */
	uint64_t incoming; /* bytes that wait for the holder of the socket asked for */
};

/* Returns 0, -ENOENT when the other end is not here, or -errno when it cannot be found out. */
int sockpeer_find_unix(uint64_t inode, struct sockpeer *);
int sockpeer_find_tcp(uint64_t inode, struct sockpeer *);

#endif
