/*
 * Writing beside the wire. A pipe or terminal is opened anew, because O_NONBLOCK on the description that we were given would
 * be seen by those who share it.
 */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/io.h"

#define OUTPUT_ATOM 4096 /* what a pipe takes without blocking when poll says POLLOUT: PIPE_BUF, pipe(7) */

void
output_init(struct output *o, int fd)
{
	*o = (struct output){ .given = fd, .fd = -1 };
}

void
output_fini(struct output *o)
{
	if (o->fd != o->given)
		io_close(&o->fd);
	output_init(o, o->given);
}

static void
output_open(struct output *o)
{
	struct stat st;
	int copy;

	o->is_ready = true;
	o->fd = o->given;
	if (o->given == -1 || fstat(o->given, &st) == -1 || S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))
		return;
	o->is_socket = S_ISSOCK(st.st_mode);
	if (o->is_socket)
		return;
	copy = io_reopen(o->given, O_WRONLY | O_NONBLOCK);
	if (copy >= 0)
		o->fd = copy;
	else
		o->polls = true;
}

static bool
output_wait(const struct output *o, int patience_ms)
{
	struct pollfd pfd = { .fd = o->fd, .events = POLLOUT };

	return poll(&pfd, 1, patience_ms) != 0;
}

bool
output_has_room(const struct output *o)
{
	return output_wait(o, 0);
}

static ssize_t
output_write_some(const struct output *o, const char *text, size_t len)
{
	ssize_t n = FAULT("output.write");

	if (n != 0)
		return -n;
	if (o->polls && !output_wait(o, 0))
		return -EAGAIN;
	do {
		if (o->is_socket)
			n = send(o->fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		else
			n = write(o->fd, text, o->polls && len > OUTPUT_ATOM ? OUTPUT_ATOM : len);
	} while (n == -1 && errno == EINTR);
	return n == -1 ? -errno : n;
}

size_t
output_write(struct output *o, const char *text, size_t len, int *error)
{
	size_t done = 0;

	if (!o->is_ready)
		output_open(o);
	*error = o->fd == -1 ? -EBADF : 0;
	while (done < len && *error == 0) {
		const ssize_t n = output_write_some(o, text + done, len - done);

		if (n > 0) {
			done += (size_t)n;
			o->is_stalled = false;
		} else if (n == -EAGAIN && !o->is_stalled && output_wait(o, OUTPUT_PATIENCE_MS))
			continue;
		else {
			o->is_stalled = n == -EAGAIN;
			*error = n == 0 ? -EIO : (int)n;
		}
	}
	return done;
}
