#ifndef IPCWIRE_COMPAT_H
#define IPCWIRE_COMPAT_H

#include <sys/types.h>

/* System calls that not every C library wraps. Results as the calls themselves: -1 and errno. */
int compat_pidfd_open(pid_t pid);
int compat_close_range_cloexec(unsigned first);

#endif
