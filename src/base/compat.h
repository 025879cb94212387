#ifndef IPCWIRE_COMPAT_H
#define IPCWIRE_COMPAT_H

#include <signal.h>
#include <sys/syscall.h>
#include <sys/types.h>

/* Calls that newer machines lack, or older headers do not know: a number that no call has. */
#ifdef SYS_poll
#define COMPAT_SYS_poll SYS_poll
#else
#define COMPAT_SYS_poll (-2)
#endif
#ifdef SYS_select
#define COMPAT_SYS_select SYS_select
#else
#define COMPAT_SYS_select (-2)
#endif
#ifdef SYS_epoll_wait
#define COMPAT_SYS_epoll_wait SYS_epoll_wait
#else
#define COMPAT_SYS_epoll_wait (-2)
#endif
#ifdef SYS_epoll_pwait2
#define COMPAT_SYS_epoll_pwait2 SYS_epoll_pwait2
#else
#define COMPAT_SYS_epoll_pwait2 441
#endif
#ifdef SYS_pause
#define COMPAT_SYS_pause SYS_pause
#else
#define COMPAT_SYS_pause (-2)
#endif

/* Gives memory that was freed back to the system, where the C library does not do that by itself: malloc_trim(3). */
void compat_trim_memory(void);

/* System calls that not every C library wraps. Results as the calls themselves: -1 and errno. */
int compat_pidfd_open(pid_t pid);
int compat_close_range_cloexec(unsigned first);
/* Of the calling thread alone, all three ids: what a child of vfork(2) may call. */
int compat_setgroups_alone(size_t n, const gid_t *groups);
int compat_setgid_alone(gid_t);
int compat_setuid_alone(uid_t);
/* Closes first to last; what is not open is skipped. */
int compat_close_range(unsigned first, unsigned last);
/* info NULL: as kill(2) does. Needs Linux 5.1. */
int compat_pidfd_send_signal(int pidfd, int signo, const siginfo_t *info);
/* A duplicate of another process's descriptor; needs the right to trace it. */
int compat_pidfd_getfd(int pidfd, int fd);

#endif
