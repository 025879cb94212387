#ifndef IPCWIRE_LISTEN_FDS_H
#define IPCWIRE_LISTEN_FDS_H

#include <stddef.h>

/* Listening sockets that a service manager has opened for us: LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES, as sd_listen_fds(3) has them. */

/*
 * Once, before anything is opened and before any fork: remembers which descriptors are meant for this process, makes them
 * close-on-exec, and takes the variables out of the environment, so that no program takes them for its own.
 */
void listen_fds_take(void);
/* The descriptors of that name (NULL: all), at most max. Returns how many there are. */
size_t listen_fds_find(const char *name, int *fds, size_t max);
/* "web, admin, admin" for messages, "" when there are none. The caller frees it. */
char *listen_fds_names(void);

#endif
