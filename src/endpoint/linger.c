/* A connection closed with unread input is reset, and what its peer has not read yet is lost: so that is read before. */
#include "endpoint/linger.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"

#define LINGER_TIME LOOP_SEC(2)
#define LINGER_ROUNDS 16

struct linger {
	struct endpoint *ep;
	struct loop_timer timer;
	struct loop_task reaper;
};

void
linger_count(void *arg, bool is_busy)
{
	struct endpoint_env *env = arg;

	if (is_busy)
		env->lingering++;
	else if (--env->lingering == 0 && env->lingered != NULL)
		env->lingered(env->lingered_arg);
}

static void
linger_reap(struct loop_task *t)
{
	free(t->arg);
}

static void
linger_end(struct linger *l)
{
	struct loop *loop = endpoint_loop(l->ep);
	struct endpoint_env *env = l->ep->env;

	loop_timer_stop(loop, &l->timer);
	endpoint_free(l->ep);
	loop_defer(loop, &l->reaper);
	linger_count(env, false);
}

static void
linger_expired(struct loop_timer *t)
{
	linger_end(t->arg);
}

static void
linger_ready(struct endpoint *ep, uint32_t events, bool is_read_side)
{
	char buf[16384];

	(void)events;
	(void)is_read_side;
	for (int round = 0; round < LINGER_ROUNDS; round++) {
		struct iovec iov = { buf, sizeof(buf) };
		ssize_t n = endpoint_read(ep, &iov, 1);

		if (n == -EAGAIN)
			return;
		if (n <= 0) {
			linger_end(ep->owner);
			return;
		}
	}
}

void
linger(struct endpoint *ep, bool has_input)
{
	struct linger *l;

	endpoint_shutdown(ep);
	if (!has_input || ep->rclass != CLASS_SOCKET) {
		endpoint_free(ep);
		return;
	}
	l = xcalloc(1, sizeof(*l));
	l->ep = ep;
	linger_count(ep->env, true);
	loop_timer_init(&l->timer, linger_expired, l);
	loop_task_init(&l->reaper, linger_reap, l);
	ep->owner = l;
	ep->ready = linger_ready;
	loop_timer_set(endpoint_loop(ep), &l->timer, loop_now(endpoint_loop(ep)) + LINGER_TIME);
	if (endpoint_want(ep, true, false, true) != 0)
		linger_end(l);
}
