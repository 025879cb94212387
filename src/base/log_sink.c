/*
 * A sink for log lines. A pipe or terminal is opened anew, non-blocking, because the description we were given is shared
 * with others; a socket is written with MSG_DONTWAIT; a file never blocks. Where opening anew is refused, poll(2) is asked
 * first: it says POLLOUT for a pipe only when a whole line (LOG_LINE_MAX is PIPE_BUF) goes in. What the reader does not take
 * is kept, up to a limit, and written when it reads again; beyond that lines are lost, and counted.
 */
#include "base/log_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/crlines.h"
#include "base/fault.h"
#include "base/mem.h"

#define SINK_KEEP (192u << 10)        /* bytes of pending lines */
#define SINK_KEEP_ERRORS (256u << 10) /* the same when an error is to be told */
#define SINK_ATOM 4096

static void sink_flush(struct log_sink *);

static void
sink_ready(struct loop_source *source, uint32_t events)
{
	struct log_sink *s = source->arg;

	(void)events;
	if (s->lock != NULL)
		pthread_mutex_lock(s->lock);
	sink_flush(s);
	if (s->lock != NULL)
		pthread_mutex_unlock(s->lock);
}

void
log_sink_init(struct log_sink *s, int fd)
{
	*s = (struct log_sink){ .given = fd, .fd = -1, .lock = s->lock, .defer = s->defer };
	loop_source_init(&s->source, -1, sink_ready, s);
}

/* Not through base/io: what tests make fail there is the path of the bytes. */
static int
sink_reopen(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static void
sink_open(struct log_sink *s)
{
	struct stat st;
	int copy;

	s->is_ready = true;
	s->fd = s->given;
	if (s->given == -1 || fstat(s->given, &st) == -1 || S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))
		return;
	s->is_socket = S_ISSOCK(st.st_mode);
	copy = s->is_socket ? -1 : sink_reopen(s->given);
	if (copy == -1) {
		s->polls = !s->is_socket;
		copy = fcntl(s->given, F_DUPFD_CLOEXEC, 3);
	}
	if (copy != -1)
		s->fd = copy;
	loop_source_init(&s->source, s->fd, sink_ready, s);
}

static bool
sink_is_writable(const struct log_sink *s, int patience_ms)
{
	struct pollfd pfd = { .fd = s->fd, .events = POLLOUT };

	return poll(&pfd, 1, patience_ms) == 1;
}

static ssize_t
sink_write_some(struct log_sink *s, const char *line, size_t len)
{
	ssize_t n = FAULT("log.write");

	if (n != 0)
		return -n;
	if (s->polls && !sink_is_writable(s, 0))
		return -EAGAIN;
	do {
		if (s->is_socket)
			n = send(s->fd, line, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		else
			n = write(s->fd, line, s->polls && len > SINK_ATOM ? SINK_ATOM : len);
	} while (n == -1 && errno == EINTR);
	return n == -1 ? -errno : n;
}

/* Writes what goes in; returns how much of it is dealt with, which includes what an error has made impossible. */
static size_t
sink_push(struct log_sink *s, const char *text, size_t len)
{
	size_t done = 0;

	while (done < len) {
		const ssize_t n = sink_write_some(s, text + done, len - done);

		if (n == -EAGAIN)
			break;
		if (n <= 0) {
			s->is_torn = done > 0 && text[done - 1] != '\n';
			s->error = n == 0 ? EIO : (int)-n;
			for (; done < len; done++)
				s->lost += text[done] == '\n';
			break;
		}
		done += (size_t)n;
	}
	return done;
}

static void
sink_wait(struct log_sink *s)
{
	const uint32_t wanted = s->len > 0 ? EPOLLOUT : 0;

	/* If it cannot be waited for, the next line tries again. */
	if (s->loop != NULL && s->fd != s->given && s->source.wanted != wanted && (s->defer == NULL || !s->defer()))
		loop_source_want(s->loop, &s->source, wanted);
}

static void
sink_flush(struct log_sink *s)
{
	const size_t done = sink_push(s, s->pending, s->len);

	s->len -= done;
	memmove(s->pending, s->pending + done, s->len);
	if (s->len == 0) {
		free(s->pending);
		s->pending = NULL;
		s->size = 0;
	}
	sink_wait(s);
}

static void
sink_keep(struct log_sink *s, const char *text, size_t len)
{
	if (s->len + len > s->size) {
		s->size = s->len + len + 16384;
		s->pending = xreallocarray(s->pending, s->size, 1);
	}
	memcpy(s->pending + s->len, text, len);
	s->len += len;
	sink_wait(s);
}

void
log_sink_tend(struct log_sink *s)
{
	sink_wait(s);
}

void
log_sink_attach(struct log_sink *s, struct loop *loop)
{
	if (s->loop != NULL)
		loop_source_stop(s->loop, &s->source);
	s->loop = loop;
	sink_wait(s);
}

static void
sink_write(struct log_sink *s, const char *line, size_t len, bool is_error)
{
	size_t done = 0;

	if (!s->is_ready)
		sink_open(s);
	if (s->fd == -1) {
		s->lost++;
		return;
	}
	if (s->len > 0)
		sink_flush(s);
	if (s->len > 0 && s->len + len > (is_error ? SINK_KEEP_ERRORS : SINK_KEEP)) {
		s->lost++;
		s->error = 0;
		return;
	}
	if (s->is_torn && sink_push(s, "\n", 1) == 1 && s->error == 0)
		s->is_torn = false;
	if (s->len == 0)
		done = sink_push(s, line, len);
	if (done < len)
		sink_keep(s, line + done, len - done);
}

void
log_sink_write(struct log_sink *s, const char *line, size_t len, bool is_error)
{
	char *copy;

	if (s->given != STDERR_FILENO || !crlines_are_needed()) {
		sink_write(s, line, len, is_error);
		return;
	}
	copy = crlines_make(line, &len);
	sink_write(s, copy, len, is_error);
	free(copy);
}

static int
sink_ms_until(const struct timespec *end)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int)((end->tv_sec - now.tv_sec) * 1000 + (end->tv_nsec - now.tv_nsec) / 1000000);
}

bool
log_sink_drain(struct log_sink *s, int patience_ms)
{
	struct timespec end;
	int left = patience_ms;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += patience_ms / 1000;
	end.tv_nsec += patience_ms % 1000 * 1000000L;
	while (s->len > 0 && left > 0) {
		if (sink_is_writable(s, left))
			sink_flush(s);
		left = sink_ms_until(&end);
	}
	return s->len == 0;
}

void
log_sink_fini(struct log_sink *s, int patience_ms)
{
	log_sink_attach(s, NULL);
	log_sink_drain(s, patience_ms);
	free(s->pending);
	if (s->fd != -1 && s->fd != s->given)
		close(s->fd);
	log_sink_init(s, s->given);
}
