/*
 * One datagram socket for the whole run: at the limit of descriptors a sign of life must still go out. The manager reads
 * quickly; one that does not is waited for a second, no longer.
 */
#include "net/notify.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "net/unixpath.h"

#define NOTIFY_PATIENCE 1000 /* ms */

static uint64_t
notify_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID"), *error = NULL;
	const long long n = usec != NULL ? strtonum(usec, 1, INT64_MAX / 1000, &error) : 0;

	if (error != NULL || (pid != NULL && strtonum(pid, 1, INT32_MAX, &error) != (long long)getpid()))
		return 0;
	return (uint64_t)n * 1000;
}

static int
notify_open(struct notify *n, const char *name)
{
	const bool is_abstract = *name == '@';

	if (*name != '/' && !is_abstract)
		return -EAFNOSUPPORT;
	n->len = unixpath_address(&n->sun, name + (is_abstract ? 1 : 0), is_abstract);
	if (n->len == 0)
		return -ENAMETOOLONG;
	n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return n->fd == -1 ? -errno : 0;
}

int
notify_init(struct notify *n)
{
	const char *name = getenv("NOTIFY_SOCKET");
	int error = 0;

	*n = (struct notify){ .fd = -1 };
	if (name != NULL && *name != '\0')
		error = notify_open(n, name);
	if (n->fd != -1)
		n->watchdog = notify_watchdog();
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	return error;
}

static int
notify_try(const struct notify *n, const char *text)
{
	const ssize_t sent =
	    sendto(n->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&n->sun, n->len);

	return sent == -1 ? -errno : 0;
}

int
notify_send(const struct notify *n, const char *text)
{
	struct pollfd pfd = { .fd = n->fd, .events = POLLOUT };
	int error;

	if (n->fd == -1)
		return 0;
	error = notify_try(n, text);
	if (error == -EAGAIN && poll(&pfd, 1, NOTIFY_PATIENCE) == 1)
		error = notify_try(n, text);
	return error;
}

void
notify_fini(struct notify *n)
{
	io_close(&n->fd);
}
