#ifndef IPCWIRE_PROCFS_H
#define IPCWIRE_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What the files below /proc/PID say, proc(5). Pure: text in, numbers out; a text that is not as expected is refused. */

struct procfs_stat {
	pid_t pid, parent;
	char state;       /* R S D T t Z X I */
	int64_t terminal; /* its controlling one, when that is a pseudo-terminal: the number; -1 */
	char name[32];
};

struct procfs_syscall {
	bool is_running;
	long number; /* -1: blocked, but not in a system call */
	uint64_t args[6];
};

enum procfs_kind {
	PROCFS_OTHER, /* a file, a device, and whatever else is not below */
	PROCFS_PIPE,
	PROCFS_SOCKET,
	PROCFS_PTS, /* the terminal's side of a pseudo-terminal; id: its number */
	PROCFS_TTY, /* another terminal */
	PROCFS_EPOLL,
	PROCFS_EVENTFD,
	PROCFS_SIGNALFD,
	PROCFS_TIMERFD,
	PROCFS_KIND_N
};

/* Two descriptors with the same kind and id (pipes, sockets, pts) are the same object. */
struct procfs_link {
	enum procfs_kind kind;
	uint64_t id;
};

struct procfs_map {
	uint64_t start, end, offset, device, inode;
	const char *path; /* in the text, not terminated */
	size_t path_len;
};

/* A TCP socket. */
struct procfs_inet_address {
	char host[36]; /* as the kernel writes it, 8 or 32 digits */
	unsigned port;
};

struct procfs_inet {
	struct procfs_inet_address local, remote;
	uint64_t unsent, unread; /* bytes the other side has not taken, and those that wait for the holder */
	uint64_t inode;
};

/* Each returns false when the text says something else. */
bool procfs_parse_stat(const char *text, struct procfs_stat *);
bool procfs_parse_syscall(const char *text, struct procfs_syscall *);
/* status: how often the thread has left the processor, by itself or not. */
bool procfs_parse_switches(const char *text, uint64_t *count);
/* fdinfo: the flags of open(2). */
bool procfs_parse_flags(const char *text, int *flags);
/* fdinfo of a timerfd: whether it is set to go off. */
bool procfs_is_armed(const char *text);
/* io: bytes that the process has written so far, to anything. */
bool procfs_parse_written(const char *text, uint64_t *nbytes);

/* What a link of /proc/PID/fd points to. */
struct procfs_link procfs_parse_link(const char *target);

/* Walks: each gives the next item and the place to go on from, NULL when there is none. */
const char *procfs_next_pid(const char *text, pid_t *pid);                        /* task/TID/children */
const char *procfs_next_epoll(const char *text, int *fd, uint32_t *events);       /* fdinfo of an epoll set */
const char *procfs_next_map(const char *text, struct procfs_map *);               /* maps */
const char *procfs_next_inet(const char *text, struct procfs_inet *);             /* net/tcp, net/tcp6 */
bool procfs_inet_is_pair(const struct procfs_inet *, const struct procfs_inet *); /* ends of one connection */

#endif
