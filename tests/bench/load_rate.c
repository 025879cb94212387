/* Many connections: how fast they come and go, and what they cost while they stay. */
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
#define REQUEST 8

/* The server: answers one request of every connection by the same bytes, and ends it; or keeps it (hold). */

static void
rate_answer(const struct load *l, int set, int fd, void *keeps)
{
	char request[REQUEST];
	const ssize_t n = recv(fd, request, sizeof(request), MSG_DONTWAIT);

	(void)l;
	if (n == -1 && errno == EAGAIN)
		return;
	if (n > 0)
		full_write(fd, request, (size_t)n);
	if (keeps != NULL && n > 0)
		return;
	epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL);
	close(fd);
}

static void
rate_serve(const struct load *l, int answer)
{
	net_serve(l, answer, rate_answer, NULL);
}

static void
hold_serve(const struct load *l, int answer)
{
	bool keeps = true;

	net_serve(l, answer, rate_answer, &keeps);
}

/* The clients. */

struct visit {
	int fd;
	uint64_t number;
	size_t got;
};

struct visits {
	const struct load *l;
	bool has_request;
	int set;
	uint64_t begun, done;
};

static void
visit_begin(struct visits *all, struct visit *v)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = v };

	*v = (struct visit){ .fd = net_connect(all->l), .number = all->begun++ };
	if (all->has_request)
		full_write(v->fd, pattern_at(v->number), REQUEST);
	if (epoll_ctl(all->set, EPOLL_CTL_ADD, v->fd, &e) == -1)
		err(1, "epoll_ctl");
}

/* Returns true when the visit is over. */
static bool
visit_go_on(const struct visits *all, struct visit *v)
{
	unsigned char buf[4096];
	const ssize_t n = recv(v->fd, buf, sizeof(buf), MSG_DONTWAIT);

	if (n == -1 && errno == EAGAIN)
		return false;
	if (n == -1)
		err(1, "connection %llu", (unsigned long long)v->number);
	if (n > 0) {
		if (!all->has_request || v->got + (size_t)n > REQUEST ||
		    memcmp(buf, pattern_at(v->number) + v->got, (size_t)n) != 0)
			errx(1, "a wrong answer to connection %llu", (unsigned long long)v->number);
		v->got += (size_t)n;
		return false;
	}
	if (v->got != (all->has_request ? REQUEST : 0))
		errx(1, "the answer to connection %llu is cut", (unsigned long long)v->number);
	close(v->fd);
	return true;
}

static int
rate_visit(const struct load *l, bool has_request)
{
	struct visits all = { .l = l, .has_request = has_request, .set = epoll_create1(EPOLL_CLOEXEC) };
	struct visit *visits = calloc(l->connections, sizeof(*visits));
	struct epoll_event events[EVENTS];
	const uint64_t begin = clock_ns();

	for (unsigned i = 0; i < l->connections && i < l->n; i++)
		visit_begin(&all, &visits[i]);
	while (all.done < l->n) {
		const int n = epoll_wait(all.set, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			struct visit *v = events[i].data.ptr;

			if (!visit_go_on(&all, v))
				continue;
			all.done++;
			if (all.begun < l->n)
				visit_begin(&all, v);
		}
	}
	free(visits);
	printf("{\"seconds\": %.6f, \"connections\": %llu}\n", (double)(clock_ns() - begin) / 1e9,
	    (unsigned long long)l->n);
	return 0;
}

int
load_connect(const struct load *l)
{
	char ready;

	full_read(start_helper(l, rate_serve), &ready, 1);
	return rate_visit(l, true);
}

int
load_spawn(const struct load *l)
{
	return rate_visit(l, false);
}

int
load_hold(const struct load *l)
{
	char buf[REQUEST];

	need_files(l->connections + 64);
	full_read(start_helper(l, hold_serve), buf, 1);
	for (unsigned i = 0; i < l->connections; i++) {
		const int fd = net_connect(l);

		full_write(fd, pattern_at(i), REQUEST);
		full_read(fd, buf, REQUEST);
		if (memcmp(buf, pattern_at(i), REQUEST) != 0)
			errx(1, "a wrong answer to connection %u", i);
	}
	printf("{\"held\": %u}\n", l->connections);
	fflush(stdout);
	while (read(STDIN_FILENO, buf, sizeof(buf)) > 0)
		;
	return 0;
}
