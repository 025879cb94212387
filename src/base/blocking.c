/*
 * Helper threads for calls that can only block.
 *
 * A job goes to an idle helper, or to a new one while there are fewer than BLOCKING_MAX; past that it waits.
 * (One helper for all would let the two halves of a FIFO pair wait for each other for ever.) A helper takes
 * jobs under the lock, works without it, and hands each one back through the list of finished jobs and an
 * eventfd. A helper that finds nothing to do for a while stays: there is never more than was once needed.
 *
 * Cancelling: the flag is set, then the thread gets SIGURG, whose handler does nothing but end the system call
 * with EINTR (signal(7)). Should the signal fall between the helper's look at the flag and its call, the
 * timer sends it again until the job comes back.
 */
#include "base/blocking.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"

#define BLOCKING_MAX 64
#define BLOCKING_NUDGE LOOP_MS(10)

struct blocking_thread {
	pthread_t id;
	struct blocking *owner;
};

struct blocking {
	struct loop *loop;
	struct loop_source source;
	struct loop_timer nudge;
	int event_fd;
	pthread_mutex_t lock;
	pthread_cond_t work_there;
	struct blocking_job *waiting, **waiting_tail; /* under the lock */
	struct blocking_job *finished;                /* under the lock */
	struct blocking_job *running;                 /* under the lock */
	unsigned nthreads, nidle;                     /* under the lock */
	bool is_started;
};

static void
blocking_finish(struct blocking *b, struct blocking_job *job)
{
	struct blocking_job **p;
	uint64_t one = 1;

	for (p = &b->running; *p != job; p = &(*p)->next)
		;
	*p = job->next;
	job->thread = NULL;
	job->next = b->finished;
	b->finished = job;
	while (write(b->event_fd, &one, sizeof(one)) == -1 && errno == EINTR)
		;
}

static void *
blocking_main(void *arg)
{
	struct blocking_thread *t = arg;
	struct blocking *b = t->owner;

	pthread_mutex_lock(&b->lock);
	for (;;) {
		struct blocking_job *job;

		while ((job = b->waiting) == NULL)
			pthread_cond_wait(&b->work_there, &b->lock);
		b->waiting = job->next;
		if (b->waiting == NULL)
			b->waiting_tail = &b->waiting;
		b->nidle--;
		job->thread = t;
		job->next = b->running;
		b->running = job;
		pthread_mutex_unlock(&b->lock);
		job->work(job);
		pthread_mutex_lock(&b->lock);
		b->nidle++;
		blocking_finish(b, job);
	}
	return NULL;
}

static void
blocking_interrupted(int signo)
{
	(void)signo;
}

/* The new helper counts as idle from the start, so that two quick jobs get two helpers. */
static int
blocking_start_thread(struct blocking *b)
{
	struct blocking_thread *t = xcalloc(1, sizeof(*t));
	sigset_t all, old;
	int error = FAULT("blocking.thread");

	t->owner = b;
	sigfillset(&all);
	sigdelset(&all, SIGURG);
	if (error == 0) {
		pthread_sigmask(SIG_SETMASK, &all, &old);
		error = pthread_create(&t->id, NULL, blocking_main, t);
		pthread_sigmask(SIG_SETMASK, &old, NULL);
	}
	if (error != 0) {
		free(t);
		return -error;
	}
	pthread_detach(t->id);
	b->nthreads++;
	b->nidle++;
	return 0;
}

static void
blocking_ready(struct loop_source *s, uint32_t events)
{
	struct blocking *b = s->arg;
	struct blocking_job *job, *next;
	uint64_t count;

	(void)events;
	if (read(b->event_fd, &count, sizeof(count)) == -1)
		return;
	pthread_mutex_lock(&b->lock);
	job = b->finished;
	b->finished = NULL;
	pthread_mutex_unlock(&b->lock);
	for (; job != NULL; job = next) {
		next = job->next;
		job->done(job);
	}
}

static void
blocking_nudge(struct loop_timer *t)
{
	struct blocking *b = t->arg;
	struct blocking_job *job;
	bool again = false;

	pthread_mutex_lock(&b->lock);
	for (job = b->running; job != NULL; job = job->next) {
		if (!blocking_is_cancelled(job))
			continue;
		pthread_kill(job->thread->id, SIGURG);
		again = true;
	}
	pthread_mutex_unlock(&b->lock);
	if (again)
		loop_timer_set(b->loop, &b->nudge, loop_now(b->loop) + BLOCKING_NUDGE);
}

struct blocking *
blocking_new(struct loop *loop)
{
	struct blocking *b = xcalloc(1, sizeof(*b));

	b->loop = loop;
	b->event_fd = -1;
	b->waiting_tail = &b->waiting;
	loop_timer_init(&b->nudge, blocking_nudge, b);
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->work_there, NULL);
	return b;
}

void
blocking_free(struct blocking *b)
{
	if (b == NULL)
		return;
	loop_timer_stop(b->loop, &b->nudge);
	if (b->is_started) {
		loop_source_stop(b->loop, &b->source);
		if (b->nthreads > 0)
			return; /* they still use it */
		io_close(&b->event_fd);
	}
	pthread_cond_destroy(&b->work_there);
	pthread_mutex_destroy(&b->lock);
	free(b);
}

static int
blocking_start(struct blocking *b)
{
	struct sigaction act = { .sa_handler = blocking_interrupted };
	int error;

	if (b->is_started)
		return 0;
	b->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (b->event_fd == -1)
		return -errno;
	loop_source_init(&b->source, b->event_fd, blocking_ready, b);
	sigaction(SIGURG, &act, NULL); /* no SA_RESTART: that is the point */
	error = loop_source_want(b->loop, &b->source, EPOLLIN);
	if (error != 0) {
		io_close(&b->event_fd);
		return error;
	}
	b->is_started = true;
	return 0;
}

int
blocking_submit(struct blocking *b, struct blocking_job *job)
{
	int error = blocking_start(b);

	if (error != 0)
		return error;
	pthread_mutex_lock(&b->lock);
	unsigned queued = 0;
	for (const struct blocking_job *j = b->waiting; j != NULL; j = j->next)
		queued++;
	if (b->nidle <= queued && b->nthreads < BLOCKING_MAX)
		error = blocking_start_thread(b);
	if (error == 0 || b->nthreads > 0) {
		error = 0;
		job->is_cancelled = false;
		job->thread = NULL;
		job->next = NULL;
		*b->waiting_tail = job;
		b->waiting_tail = &job->next;
		pthread_cond_signal(&b->work_there);
	}
	pthread_mutex_unlock(&b->lock);
	return error;
}

bool
blocking_is_cancelled(const struct blocking_job *job)
{
	return __atomic_load_n(&job->is_cancelled, __ATOMIC_ACQUIRE);
}

void
blocking_cancel(struct blocking *b, struct blocking_job *job)
{
	__atomic_store_n(&job->is_cancelled, true, __ATOMIC_RELEASE);
	blocking_nudge(&b->nudge);
}
