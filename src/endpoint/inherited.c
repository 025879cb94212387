/* Descriptors we were started with: never closed under somebody's feet, never made non-blocking. */
#include "endpoint/inherited.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/io.h"
#include "net/inetaddr.h"

static bool inherited_was_closed[3]; /* fixed at the start of the program */

int
inherited_guard_stdio(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		inherited_was_closed[fd] = true;
		if (open("/dev/null", O_RDWR) != fd)
			return -errno;
	}
	return 0;
}

bool
inherited_is_open(int fd)
{
	if (fd >= 0 && fd <= 2)
		return !inherited_was_closed[fd];
	return fcntl(fd, F_GETFD) != -1;
}

static int
inherited_check(struct endpoint *ep, int fd, enum endpoint_role role)
{
	static const char names[][20] = { "standard input", "standard output", "standard error" };
	const int refused = role == ROLE_READ ? O_WRONLY : O_RDONLY;
	int mode;

	if (!inherited_is_open(fd)) {
		if (fd <= 2)
			log_msg(LOG_ERROR, &ep->who, "%s is closed", names[fd]);
		else
			log_msg(LOG_ERROR, &ep->who, "descriptor %d is not open", fd);
		return -EBADF;
	}
	mode = fcntl(fd, F_GETFL);
	if (mode != -1 && (mode & O_ACCMODE) == refused) {
		log_msg(LOG_ERROR, &ep->who, "descriptor %d is not open for %s", fd,
		    role == ROLE_READ ? "reading" : "writing");
		return -EBADF;
	}
	if (mode != -1 && role == ROLE_WRITE && (mode & O_APPEND))
		ep->has_append = true;
	return 0;
}

static bool
inherited_is_tcp(int fd)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);

	return getsockname(fd, (struct sockaddr *)&ss, &len) == 0 && inetaddr_is_family(ss.ss_family);
}

int
inherited_claim(struct endpoint *ep, int rfd, int wfd)
{
	int error = rfd != -1 ? inherited_check(ep, rfd, ROLE_READ) : 0;

	if (error == 0 && wfd != -1)
		error = inherited_check(ep, wfd, ROLE_WRITE);
	if (error != 0)
		return error;
	ep->is_inherited = true;
	endpoint_set_fds(ep, rfd, wfd);
	ep->is_tcp = inherited_is_tcp(wfd != -1 ? wfd : rfd);
	return 0;
}
