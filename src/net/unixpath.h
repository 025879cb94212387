#ifndef IPCWIRE_UNIXPATH_H
#define IPCWIRE_UNIXPATH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/log.h"

/* UNIX sockets in the file system: names that fit, safe binding, removal of what is ours only. */

#define UNIXPATH_MAX (sizeof(((struct sockaddr_un *)0)->sun_path) - 1)

/* Fills an address from a path, or from a name in the abstract namespace. Returns its length, which counts the NUL
 * after a path and the one before an abstract name; 0: too long. */
socklen_t unixpath_address(struct sockaddr_un *, const char *name, bool is_abstract);

enum unixpath_state { UNIXPATH_FREE, UNIXPATH_STALE, UNIXPATH_ALIVE, UNIXPATH_FOREIGN };

/*
 * What stands at the path: nothing, a socket that nobody serves, one that is served (its owner is not disturbed: a
 * connect of the other socket type is refused with EPROTOTYPE before it gets to the backlog), or no socket at all.
 * Returns 0 or -errno.
 */
int unixpath_probe(const char *path, enum unixpath_state *);
/*
 * Binds the socket fd to the path with file mode 0600, replacing a stale socket, all under a lock of the directory
 * (flock(2)) so that two starters cannot take it from each other. Returns 0, *st being the new file; -EADDRINUSE when
 * the path is served, -EEXIST when something stands there that is no socket; another -errno.
 * replace: also takes the place of a served socket (unlink-early).
 */
int unixpath_bind(int fd, const char *path, bool replace, struct stat *st);
/* Tells why it could not be bound; taken: what helps when another program serves it, or "". Returns -error. */
int unixpath_refused(const struct log_who *, int error, const char *taken);
/* Removes the path if it is still the file that was bound. */
void unixpath_unlink(const char *path, const struct stat *bound);

#endif
