#ifndef IPCWIRE_SESSION_DIR_H
#define IPCWIRE_SESSION_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/*
 * Where sessions are: sockets in $XDG_RUNTIME_DIR/ipcwire, or /tmp/ipcwire-UID, of which only we may use anything. What goes wrong is
 * told. Functions return 0 or a descriptor, or -errno.
 */

/* The directory, made if make says so. The caller frees *path. */
int session_dir(bool make, char **path);
/* Whether a session can be called that: letters, digits, '.', '_', '-', no '.' or '-' in front. */
bool session_is_name(const char *name);
/* A socket on which a session of that name can be asked, listening; *path (the caller frees it) and *bound for unixpath_unlink. */
int session_dir_listen(const char *name, char **path, struct stat *bound);
/* A connection to a session, whose process is ours. is_quiet: nothing is told when there is none (-ENOENT, -ECONNREFUSED). */
int session_dir_connect(const char *name, bool is_quiet);
/* Removes what a session that is not any more has left. */
int session_dir_remove(const char *name);
/* The names of all sockets there, sorted. *n is how many. The caller frees them, and the list. */
char **session_dir_list(size_t *n);
/* Whoever is at the other side of a connection is us, or root. */
bool session_is_ours(int fd);

#endif
