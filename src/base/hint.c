/* The first row that fits counts, so what is special stands before what is general. */
#include "base/hint.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* clang-format off */
const struct hint hint_table[] = {
	{ ECONNREFUSED, "cannot connect", "is a server listening there? 'ss -ltn' shows who listens here" },
	{ ECONNREFUSED, "cannot read", "nobody takes datagrams there: 'ss -lun' shows who does here" },
	{ ECONNREFUSED, "cannot write", "nobody takes datagrams there: 'ss -lun' shows who does here" },
	{ EADDRNOTAVAIL, "cannot join", "'ip maddr' shows the groups, 'ip addr' the interfaces; GROUP%INTERFACE names one" },
	{ ENODEV, "cannot join", "'ip link' shows the interfaces; GROUP%INTERFACE names one, or a route to 224.0.0.0/4 does" },
	{ ENETUNREACH, "cannot write", "no route leads there; for multicast name the interface: multicast-if=" },
	{ ETIMEDOUT, "cannot connect", "nobody answers there: a firewall, or a wrong address" },
	{ EHOSTUNREACH, "cannot connect", "is the host up, and in this network? 'ip route get ADDRESS' shows the way" },
	{ ENETUNREACH, "cannot connect", "no route leads there; for IPv6 try tcp4:" },
	{ EACCES, "cannot connect", "the socket or a directory on its way is closed to this user: see mode= and user=" },
	{ EPERM, "cannot connect", "a firewall or a security policy forbids it" },
	{ ENOENT, "cannot connect", "is the server running? the socket file is made by its listener" },
	{ EAGAIN, "cannot connect", "the server's queue of waiting clients is full" },
	{ ENAMETOOLONG, "cannot connect", "change to its directory first and use a relative path" },
	{ EADDRNOTAVAIL, "cannot use local address", "'ip addr' shows the addresses of this machine" },
	{ EADDRINUSE, "cannot use local address", "another socket has it; without a port the system chooses a free one" },
	{ EADDRINUSE, "cannot listen", "the port is in use, or was a minute ago by a program without SO_REUSEADDR: 'ss -tanp' shows it" },
	{ EADDRNOTAVAIL, "cannot listen", "'ip addr' shows the addresses of this machine; '*' stands for all" },
	{ EACCES, "cannot listen on", "ports below 1024 are for root, or for who has CAP_NET_BIND_SERVICE" },
	{ EACCES, "cannot listen", "the directory must be writable for this user" },
	{ ENOENT, "cannot listen", "the directory of the socket does not exist" },
	{ EROFS, "cannot listen", "the file system is mounted read-only" },
	{ ENOENT, "cannot open it for", "the directory does not exist" },
	{ ENOENT, "cannot make the FIFO", "the directory does not exist" },
	{ ENOENT, "cannot enter", "the option chdir= names it" },
	{ EINVAL, "cannot make the message queue", "sysctl fs.mqueue.msg_max and msgsize_max limit maxmsg= and msgsize=" },
	{ EMFILE, "cannot make the message queue", "'ulimit -q' limits the bytes of all message queues of a user" },
	{ ENOSPC, "cannot make the message queue", "sysctl fs.mqueue.queues_max limits their number" },
	{ EACCES, "cannot open the message queue", "its mode closes it to this user, or to this direction" },
	{ ENOENT, "cannot make the directory of the queue", "the directory it is to stand in does not exist" },
	{ EMFILE, "cannot watch the queue", "sysctl fs.inotify.max_user_instances limits what a user may watch" },
	{ ENOSPC, "cannot watch the queue", "sysctl fs.inotify.max_user_watches limits what a user may watch" },
	{ ENOSPC, "cannot make a pseudo-terminal", "all pseudo-terminals are taken: sysctl kernel.pty.max limits them, or max= of devpts" },
	{ ENXIO, "cannot make a pseudo-terminal", "is devpts mounted at /dev/pts?" },
	{ ENOENT, "cannot make a pseudo-terminal", "is devpts mounted at /dev/pts?" },
	{ EACCES, "cannot open the line", "serial lines are mostly for the group dialout: 'ls -l' shows it" },
	{ ENOTDIR, "", "something on its path is a file, no directory" },
	{ EACCES, "cannot run", "chmod +x makes it executable; the file system may be mounted noexec" },
	{ EACCES, "cannot open", "'ls -ld' shows who may; this user may not" },
	{ EACCES, "cannot make", "the directory must be writable for this user" },
	{ EISDIR, "", "name a file in it" },
	{ ELOOP, "", "a symbolic link leads back to itself" },
	{ ETXTBSY, "", "the program is running, or somebody still writes it" },
	{ ENXIO, "cannot open", "nobody reads this FIFO, or the device is not there" },
	{ EROFS, "", "the file system is mounted read-only" },
	{ EBUSY, "cannot open", "another program has it: 'fuser -v FILE' shows which" },
	{ EMFILE, "", "the limit of open files of this process: 'ulimit -n' raises it, max= limits a server's sessions" },
	{ ENFILE, "", "the limit of open files of the system: sysctl fs.file-max" },
	{ ENOSPC, "", "the file system is full: 'df' shows it, and 'df -i' its inodes" },
	{ EDQUOT, "", "the disk quota of this user is used up" },
	{ ENOBUFS, "", "what it goes to is full: limit= of a queue, or the memory of a socket" },
	{ EFBIG, "", "the largest size of a file: 'ulimit -f', or the file system's own" },
	{ EAGAIN, "cannot start", "the limit of processes of this user: 'ulimit -u'" },
	{ ENOMEM, "", "memory is short: 'free' shows it, as may the limit of a container" },
	{ EPERM, "cannot change the owner", "only root can give files away" },
	{ EPERM, "cannot become", "only root can become another user" },
	{ ENODEV, "cannot set option", "'ip link' shows the interfaces" },
	{ EPERM, "cannot set option", "this option is for root, or for who has CAP_NET_ADMIN" },
	{ EINVAL, "cannot run", "the program was made for another machine or is damaged: 'file' tells" },
	{ E2BIG, "cannot run", "arguments and environment are too large: clearenv makes it smaller" },
	{ 0, "", "" },
};
/* clang-format on */

const char *
hint_find(int error, const char *message)
{
	for (const struct hint *h = hint_table; h->error != 0; h++)
		if (h->error == error && strncmp(message, h->tried, strlen(h->tried)) == 0)
			return h->text;
	return NULL;
}
