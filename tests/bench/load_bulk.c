/* Bytes in bulk: over one or many connections one way, or to a program and back. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

#define EVENTS 256

struct stream {
	int fd;
	uint32_t number; /* of the connection: its bytes begin at another place of the pattern each time */
	uint64_t position;
};

static uint64_t
bulk_begin(uint32_t number)
{
	return (uint64_t)number * LOAD_ALIGN * 127;
}

/* The server: takes all of every connection. */

static struct stream *
bulk_accept(const struct load *l, int listener)
{
	struct stream *streams = calloc(l->connections, sizeof(*streams));

	for (unsigned i = 0; i < l->connections; i++) {
		struct stream *s = &streams[i];

		s->fd = accept(listener, NULL, NULL);
		if (s->fd == -1)
			err(1, "accept");
		full_read(s->fd, &s->number, sizeof(s->number));
		s->position = bulk_begin(s->number);
		full_write(s->fd, "", 1);
	}
	return streams;
}

/* All streams at once, until go_on has said of each that it is over. */
static void
bulk_many(const struct load *l, struct stream *streams, uint32_t events_wanted,
    bool (*go_on)(const struct load *, struct stream *, void *), void *arg)
{
	struct epoll_event events[EVENTS];
	const int set = epoll_create1(EPOLL_CLOEXEC);
	unsigned left = l->connections;

	for (unsigned i = 0; i < l->connections; i++) {
		struct epoll_event e = { .events = events_wanted, .data.ptr = &streams[i] };

		if (epoll_ctl(set, EPOLL_CTL_ADD, streams[i].fd, &e) == -1)
			err(1, "epoll_ctl");
	}
	while (left > 0) {
		const int n = epoll_wait(set, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			struct stream *s = events[i].data.ptr;

			if (go_on(l, s, arg))
				continue;
			epoll_ctl(set, EPOLL_CTL_DEL, s->fd, NULL);
			left--;
		}
	}
	close(set);
}

/* Returns false at the end of the stream. */
static bool
bulk_take(const struct load *l, struct stream *s, void *buf)
{
	const ssize_t n = recv(s->fd, buf, l->block, MSG_DONTWAIT);

	if (n == -1 && errno == EAGAIN)
		return true;
	if (n == -1)
		err(1, "the server cannot read");
	if (n > 0)
		pattern_compare(l, s->position, buf, (size_t)n);
	s->position += (uint64_t)n;
	if (n > 0)
		return true;
	if (s->position - bulk_begin(s->number) != l->n / l->connections)
		errx(1, "%llu bytes arrived of %llu", (unsigned long long)(s->position - bulk_begin(s->number)),
		    (unsigned long long)(l->n / l->connections));
	return false;
}

static void
bulk_serve_one(const struct load *l, struct stream *s, unsigned char *buf)
{
	for (;;) {
		const ssize_t n = read(s->fd, buf, l->block);

		if (n <= 0)
			break;
		pattern_compare(l, s->position, buf, (size_t)n);
		s->position += (uint64_t)n;
	}
	if (bulk_take(l, s, buf))
		errx(1, "no end after the end");
}

static void
bulk_serve(const struct load *l, int answer)
{
	unsigned char *buf = block_new();
	const int listener = net_listen(l);
	struct stream *streams;

	full_write(answer, "l", 1);
	streams = bulk_accept(l, listener);
	if (l->connections == 1)
		bulk_serve_one(l, &streams[0], buf);
	else
		bulk_many(l, streams, EPOLLIN, bulk_take, buf);
	full_write(answer, "e", 1);
	for (unsigned i = 0; i < l->connections; i++)
		close(streams[i].fd);
	free(streams);
	free(buf);
}

/* The clients. */

static struct stream *
bulk_connect(const struct load *l)
{
	struct stream *streams = calloc(l->connections, sizeof(*streams));

	for (unsigned i = 0; i < l->connections; i++) {
		char ready;

		streams[i] = (struct stream){ net_connect(l), i, bulk_begin(i) };
		full_write(streams[i].fd, &i, sizeof(i));
		full_read(streams[i].fd, &ready, 1);
	}
	return streams;
}

/* Returns false when all of it has been sent. */
static bool
bulk_give(const struct load *l, struct stream *s, int flags)
{
	const uint64_t end = bulk_begin(s->number) + l->n / l->connections, left = end - s->position;
	const ssize_t n =
	    send(s->fd, pattern_at(s->position), left < l->block ? (size_t)left : l->block, flags | MSG_NOSIGNAL);

	if (n == -1 && errno != EAGAIN)
		err(1, "the client cannot write");
	s->position += n > 0 ? (uint64_t)n : 0;
	if (s->position < end)
		return true;
	if (shutdown(s->fd, SHUT_WR) == -1)
		err(1, "shutdown");
	return false;
}

static bool
bulk_give_some(const struct load *l, struct stream *s, void *arg)
{
	(void)arg;
	return bulk_give(l, s, MSG_DONTWAIT);
}

int
load_bulk(const struct load *l)
{
	struct stream *streams;
	uint64_t begin, end;
	char byte;
	int answer;

	need_files(l->connections + 64);
	answer = start_helper(l, bulk_serve);
	full_read(answer, &byte, 1);
	streams = bulk_connect(l);
	begin = clock_ns();
	if (l->connections > 1)
		bulk_many(l, streams, EPOLLOUT, bulk_give_some, NULL);
	else
		while (bulk_give(l, streams, 0))
			;
	full_read(answer, &byte, 1);
	end = clock_ns();
	for (unsigned i = 0; i < l->connections; i++)
		if (recv(streams[i].fd, &byte, 1, 0) != 0)
			errx(1, "the end of the server did not come back");
	free(streams);
	printf("{\"seconds\": %.6f, \"bytes\": %llu}\n", (double)(end - begin) / 1e9, (unsigned long long)l->n);
	return 0;
}

/* To a program that sends back what it gets. */

static int echo_fd;

static void
echo_send(const struct load *l, int answer)
{
	struct stream s = { .fd = echo_fd };

	(void)answer;
	while (bulk_give(l, &s, 0))
		;
}

int
load_echo(const struct load *l)
{
	unsigned char *buf = block_new();
	const uint64_t begin = clock_ns();
	uint64_t position = 0;
	ssize_t n;

	echo_fd = net_connect(l);
	start_helper(l, echo_send);
	while ((n = read(echo_fd, buf, l->block)) > 0) {
		pattern_compare(l, position, buf, (size_t)n);
		position += (uint64_t)n;
	}
	free(buf);
	if (n == -1)
		err(1, "cannot read");
	if (position != l->n)
		errx(1, "%llu bytes came back of %llu", (unsigned long long)position, (unsigned long long)l->n);
	printf("{\"seconds\": %.6f, \"bytes\": %llu}\n", (double)(clock_ns() - begin) / 1e9, (unsigned long long)l->n);
	return 0;
}
