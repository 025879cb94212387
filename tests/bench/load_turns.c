/* Round trips: every connection has one message under way, which a server behind the relay sends back. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

#define EVENTS 256

struct turn {
	int fd;
	uint64_t begin;
	size_t got; /* bytes of the answer */
};

static void
turns_echo(const struct load *l, int set, int fd, void *buf)
{
	const ssize_t n = recv(fd, buf, l->block, MSG_DONTWAIT);

	if (n > 0) {
		full_write(fd, buf, (size_t)n);
		return;
	}
	if (n == -1 && errno == EAGAIN)
		return;
	epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL);
	close(fd);
}

static void
turns_serve(const struct load *l, int answer)
{
	net_serve(l, answer, turns_echo, malloc(l->block));
}

static void
turn_begin(const struct load *l, struct turn *t, uint64_t number)
{
	t->got = 0;
	t->begin = clock_ns();
	full_write(t->fd, pattern_at(number), l->block);
}

/* Returns true when the whole answer is there. */
static bool
turn_take(const struct load *l, struct turn *t, unsigned char *buf, int flags)
{
	const ssize_t n = recv(t->fd, buf + t->got, l->block - t->got, flags);

	if (n == 0 || (n == -1 && errno != EAGAIN))
		err(1, "no answer");
	t->got += n > 0 ? (size_t)n : 0;
	return t->got == l->block;
}

static struct turn *
turns_connect(const struct load *l, unsigned n)
{
	struct turn *turns = calloc(n, sizeof(*turns));
	unsigned char *buf = malloc(l->block);

	for (unsigned i = 0; i < n; i++) {
		turns[i].fd = net_connect(l);
		turn_begin(l, &turns[i], i);
		while (!turn_take(l, &turns[i], buf, 0))
			;
	}
	free(buf);
	return turns;
}

static void
turns_alone(const struct load *l, struct turn *t, uint64_t *times)
{
	unsigned char *buf = malloc(l->block);

	for (uint64_t i = 0; i < l->n; i++) {
		turn_begin(l, t, i);
		while (!turn_take(l, t, buf, 0))
			;
		times[i] = clock_ns() - t->begin;
		pattern_compare(l, i, buf, l->block);
	}
	free(buf);
}

static void
turns_together(const struct load *l, struct turn *turns, uint64_t *times)
{
	struct epoll_event events[EVENTS];
	const int set = epoll_create1(EPOLL_CLOEXEC);
	unsigned char *bufs = malloc(l->block * l->connections);
	uint64_t done = 0;

	for (unsigned i = 0; i < l->connections; i++) {
		struct epoll_event e = { .events = EPOLLIN, .data.u32 = i };

		if (epoll_ctl(set, EPOLL_CTL_ADD, turns[i].fd, &e) == -1)
			err(1, "epoll_ctl");
		turn_begin(l, &turns[i], i);
	}
	while (done < l->n) {
		const int n = epoll_wait(set, events, EVENTS, -1);

		for (int i = 0; i < n && done < l->n; i++) {
			const uint32_t which = events[i].data.u32;
			unsigned char *buf = bufs + which * l->block;

			if (!turn_take(l, &turns[which], buf, MSG_DONTWAIT))
				continue;
			times[done++] = clock_ns() - turns[which].begin;
			pattern_compare(l, which, buf, l->block);
			turn_begin(l, &turns[which], which);
		}
	}
	free(bufs);
}

static int
turns_order(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

int
load_turns(const struct load *l)
{
	uint64_t *times = calloc(l->n, sizeof(*times)), begin;
	struct turn *idle, *turns;
	double seconds;
	char ready;

	need_files(l->connections + l->idle + 64);
	full_read(start_helper(l, turns_serve), &ready, 1);
	idle = turns_connect(l, l->idle);
	turns = turns_connect(l, l->connections);
	begin = clock_ns();
	if (l->connections == 1)
		turns_alone(l, turns, times);
	else
		turns_together(l, turns, times);
	seconds = (double)(clock_ns() - begin) / 1e9;
	free(idle);
	free(turns);
	qsort(times, l->n, sizeof(*times), turns_order);
	printf("{\"seconds\": %.6f, \"turns\": %llu, \"p50_us\": %.2f, \"p99_us\": %.2f}\n", seconds,
	    (unsigned long long)l->n, (double)times[l->n / 2] / 1e3, (double)times[l->n - 1 - l->n / 100] / 1e3);
	free(times);
	return 0;
}
