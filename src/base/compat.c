/*
 * pidfd_open(2), pidfd_getfd(2), pidfd_send_signal(2) and close_range(2) by number: musl has no wrappers, older glibc neither.
 * malloc_trim(3) is glibc's.
 */
#include "base/compat.h"

#include <errno.h>
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

void
compat_trim_memory(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

int
compat_pidfd_open(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

int
compat_pidfd_send_signal(int pidfd, int signo, const siginfo_t *info)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, signo, info, 0);
}

int
compat_pidfd_getfd(int pidfd, int fd)
{
	return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

/* Called between fork and exec: only system calls. Before Linux 5.11 there is no CLOEXEC flag. */
int
compat_close_range_cloexec(unsigned first)
{
	if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		return 0;
	if (errno != ENOSYS && errno != EINVAL)
		return -1;
	for (int fd = (int)first; fd < 65536; fd++)
		if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 && errno != EBADF)
			return -1;
	return 0;
}

/* 16 bits wide without the suffix, on machines that have both. */
#ifdef SYS_setresuid32
#define COMPAT_SETGROUPS SYS_setgroups32
#define COMPAT_SETRESGID SYS_setresgid32
#define COMPAT_SETRESUID SYS_setresuid32
#else
#define COMPAT_SETGROUPS SYS_setgroups
#define COMPAT_SETRESGID SYS_setresgid
#define COMPAT_SETRESUID SYS_setresuid
#endif

int
compat_setgroups_alone(size_t n, const gid_t *groups)
{
	return (int)syscall(COMPAT_SETGROUPS, n, groups);
}

int
compat_setgid_alone(gid_t gid)
{
	return (int)syscall(COMPAT_SETRESGID, gid, gid, gid);
}

int
compat_setuid_alone(uid_t uid)
{
	return (int)syscall(COMPAT_SETRESUID, uid, uid, uid);
}

int
compat_close_range(unsigned first, unsigned last)
{
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return 0;
	if (errno != ENOSYS)
		return -1;
	for (unsigned fd = first; fd <= last && fd < 65536; fd++)
		close((int)fd);
	return 0;
}
