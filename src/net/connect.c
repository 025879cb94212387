/*
 * The race of RFC 8305: addresses in turn by family (section 4), the next attempt 250 ms after the last one
 * (section 5) or as soon as one fails; the first to connect wins and the others are closed.
 */
#include "net/connect.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"

#define CONNECT_ATTEMPT_DELAY LOOP_MS(250)

struct connect_attempt {
	struct connect_race *race;
	struct loop_source source;
	int fd; /* -1: not started, or over */
	struct sockaddr_storage ss;
	socklen_t len;
	struct addrinfo ai;
};

struct connect_race {
	struct loop *loop;
	struct loop_timer timer;
	struct loop_task reaper;
	struct connect_request request;
	struct connect_attempt *attempts;
	size_t n, next, running;
	bool is_over;
	int error;
	const struct connect_attempt *failed;
};

static void
connect_reap(struct loop_task *t)
{
	struct connect_race *r = t->arg;

	free(r->attempts);
	free(r);
}

static void
connect_close_attempt(struct connect_attempt *a)
{
	if (a->fd == -1)
		return;
	loop_source_stop(a->race->loop, &a->source);
	io_close(&a->fd);
	a->race->running--;
}

static void
connect_end(struct connect_race *r)
{
	if (r->is_over)
		return;
	r->is_over = true;
	loop_timer_stop(r->loop, &r->timer);
	for (size_t i = 0; i < r->n; i++)
		connect_close_attempt(&r->attempts[i]);
	loop_defer(r->loop, &r->reaper);
}

static void
connect_win(struct connect_attempt *a)
{
	struct connect_race *r = a->race;
	int fd = a->fd;

	loop_source_pass_on(r->loop, &a->source);
	a->fd = -1;
	r->running--;
	connect_end(r);
	r->request.done(fd, &a->ss, a->len, r->request.arg);
}

static void connect_next(struct connect_race *);

static void
connect_fail(struct connect_attempt *a, int error)
{
	struct connect_race *r = a->race;

	r->error = error;
	r->failed = a;
	connect_close_attempt(a);
}

static void
connect_ready(struct loop_source *s, uint32_t events)
{
	struct connect_attempt *a = s->arg;
	struct connect_race *r = a->race;
	int error = 0;
	socklen_t len = sizeof(error);

	(void)events;
	if (getsockopt(a->fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		error = errno;
	if (error == 0) {
		connect_win(a);
		return;
	}
	connect_fail(a, -error);
	connect_next(r);
}

/* Returns true when the attempt is under way. */
static bool
connect_try(struct connect_attempt *a)
{
	struct connect_race *r = a->race;
	int error = FAULT("connect");

	a->fd = error != 0 ? -error : r->request.prepare(&a->ai, r->request.arg);
	if (a->fd < 0) {
		error = a->fd;
		a->fd = -1;
		r->error = error;
		r->failed = a;
		return false;
	}
	r->running++;
	loop_source_init(&a->source, a->fd, connect_ready, a);
	if (connect(a->fd, (struct sockaddr *)&a->ss, a->len) == -1 && errno != EINPROGRESS && errno != EINTR) {
		connect_fail(a, -errno);
		return false;
	}
	error = loop_source_want(r->loop, &a->source, EPOLLOUT | EPOLLONESHOT);
	if (error != 0)
		connect_fail(a, error);
	return error == 0;
}

static void
connect_next(struct connect_race *r)
{
	while (r->next < r->n) {
		if (!connect_try(&r->attempts[r->next++]))
			continue;
		if (r->next < r->n)
			loop_timer_set(r->loop, &r->timer, loop_now(r->loop) + CONNECT_ATTEMPT_DELAY);
		return;
	}
	if (r->running > 0)
		return;
	connect_end(r);
	r->request.done(r->error, &r->failed->ss, r->failed->len, r->request.arg);
}

static void
connect_delay_over(struct loop_timer *t)
{
	connect_next(t->arg);
}

static void
connect_add(struct connect_race *r, const struct addrinfo *ai)
{
	struct connect_attempt *a = &r->attempts[r->n++];

	a->race = r;
	a->fd = -1;
	a->ai = *ai;
	a->len = ai->ai_addrlen;
	memcpy(&a->ss, ai->ai_addr, ai->ai_addrlen);
	a->ai.ai_addr = (struct sockaddr *)&a->ss;
	a->ai.ai_next = NULL;
}

/* The resolver's order (RFC 6724), but families in turn, beginning with that of the first. */
static void
connect_sort(struct connect_race *r, const struct addrinfo *list)
{
	const struct addrinfo *same = list, *other = list;
	const int first = list->ai_family;

	while (same != NULL || other != NULL) {
		while (same != NULL && same->ai_family != first)
			same = same->ai_next;
		while (other != NULL && other->ai_family == first)
			other = other->ai_next;
		if (same != NULL) {
			connect_add(r, same);
			same = same->ai_next;
		}
		if (other != NULL) {
			connect_add(r, other);
			other = other->ai_next;
		}
	}
}

struct connect_race *
connect_start(struct loop *loop, const struct connect_request *request)
{
	struct connect_race *r = xcalloc(1, sizeof(*r));
	size_t n = 0;

	assert(request->list != NULL);
	for (const struct addrinfo *ai = request->list; ai != NULL; ai = ai->ai_next)
		n++;
	r->loop = loop;
	r->request = *request;
	r->attempts = xcalloc(n, sizeof(*r->attempts));
	loop_timer_init(&r->timer, connect_delay_over, r);
	loop_task_init(&r->reaper, connect_reap, r);
	connect_sort(r, request->list);
	connect_next(r);
	return r->is_over ? NULL : r;
}

void
connect_cancel(struct connect_race *r)
{
	if (r != NULL)
		connect_end(r);
}
