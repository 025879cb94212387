#ifndef IPCWIRE_PTY_LINK_H
#define IPCWIRE_PTY_LINK_H

#include <stdbool.h>

/*
 * Makes a symbolic link to a pseudo-terminal. What stands there is replaced only if it is a link of that kind to a terminal that is
 * gone, with is_early any symbolic link. Returns 0 or -errno; -EEXIST: something else stands there, and stays untouched.
 */
int pty_link_make(const char *terminal, const char *path, bool is_early);

#endif
