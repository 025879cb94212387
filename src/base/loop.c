/*
 * The event loop.
 *
 * One batch: wait (no longer than the next timer), call the ready sources, the always-ready ones, the expired
 * timers, the signals, and at last the deferred tasks. Handlers never free what a source, timer or task
 * belongs to: they defer that, so nothing in the current batch can point to freed memory. A source that is
 * stopped while its event waits in the batch is struck out of it.
 *
 * epoll is level-triggered. It tells EPOLLHUP and EPOLLERR whether asked or not, so a source that can do
 * nothing about them must want nothing (0): it is then taken out of the set and cannot make the loop spin.
 * Regular files and some devices are refused by epoll (EPERM); they are always ready, so while such a source
 * is wanted the loop does not sleep.
 */
#include "base/loop.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"

#define LOOP_BATCH 64

struct loop {
	int epoll_fd;
	bool is_running, is_stopped;
	uint64_t now;
	pthread_mutex_t *turn; /* NULL: nobody else looks */
	struct epoll_event batch[LOOP_BATCH];
	int batch_len;
	struct loop_source *always;
	struct loop_timer **heap; /* binary heap from index 1 */
	size_t heap_len, heap_size;
	struct loop_task *tasks, **tasks_tail;
	int signal_fd;
	bool has_new_signals; /* asked for, but not waited for yet */
	sigset_t signals;
	struct loop_source signal_source;
	struct loop_signal_handler handlers[NSIG];
};

struct loop *
loop_new(void)
{
	struct loop *l = xcalloc(1, sizeof(*l));

	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll_fd == -1) {
		free(l);
		return NULL;
	}
	l->signal_fd = -1;
	sigemptyset(&l->signals);
	l->tasks_tail = &l->tasks;
	l->now = loop_clock();
	return l;
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	if (l->signal_fd != -1) {
		loop_source_stop(l, &l->signal_source);
		io_close(&l->signal_fd);
	}
	io_close(&l->epoll_fd);
	free(l->heap);
	free(l);
}

uint64_t
loop_now(const struct loop *l)
{
	return l->now;
}

void
loop_set_turn(struct loop *l, pthread_mutex_t *turn)
{
	if (l->turn != turn) /* while the loop waits it looks at this without the turn */
		l->turn = turn;
	l->now = loop_clock();
}

void
loop_stop(struct loop *l)
{
	l->is_stopped = true;
}

/* Sources. */

void
loop_source_init(struct loop_source *s, int fd, void (*ready)(struct loop_source *, uint32_t), void *arg)
{
	*s = (struct loop_source){ .fd = fd, .ready = ready, .arg = arg };
}

static void
loop_always_insert(struct loop *l, struct loop_source *s)
{
	if (s->prev != NULL)
		return;
	s->next = l->always;
	if (s->next != NULL)
		s->next->prev = &s->next;
	s->prev = &l->always;
	l->always = s;
}

static void
loop_always_remove(struct loop_source *s)
{
	if (s->prev == NULL)
		return;
	*s->prev = s->next;
	if (s->next != NULL)
		s->next->prev = s->prev;
	s->next = NULL;
	s->prev = NULL;
}

static void
loop_batch_strike(struct loop *l, const struct loop_source *s)
{
	for (int i = 0; i < l->batch_len; i++)
		if (l->batch[i].data.ptr == s)
			l->batch[i].data.ptr = NULL;
}

static int
loop_source_register(struct loop *l, struct loop_source *s, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = s };
	int op = s->is_registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (s->is_registered && s->registered == events)
		return 0;
	/* EEXIST: an owner before us could not take it out of the set; ENOENT: one did. */
	if (epoll_ctl(l->epoll_fd, op, s->fd, &ev) == -1 &&
	    (errno != EEXIST || epoll_ctl(l->epoll_fd, EPOLL_CTL_MOD, s->fd, &ev) == -1) &&
	    (errno != ENOENT || epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, s->fd, &ev) == -1)) {
		if (errno != EPERM)
			return -errno;
		s->is_always = true;
		loop_always_insert(l, s);
		return 0;
	}
	s->is_registered = true;
	s->registered = events;
	return 0;
}

static void
loop_source_unregister(struct loop *l, struct loop_source *s)
{
	if (!s->is_registered)
		return;
	epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, s->fd, NULL);
	s->is_registered = false;
	loop_batch_strike(l, s);
}

int
loop_source_want(struct loop *l, struct loop_source *s, uint32_t wanted)
{
	int error = FAULT("loop.want");

	if (error != 0)
		return -error;
	s->wanted = wanted;
	if (wanted == 0) {
		loop_always_remove(s);
		loop_source_unregister(l, s);
		return 0;
	}
	if (s->fd == -1)
		s->is_always = true;
	if (!s->is_always)
		return loop_source_register(l, s, wanted & ~LOOP_WATCH);
	if ((wanted & ~LOOP_WATCH) == 0)
		loop_always_remove(s);
	else
		loop_always_insert(l, s);
	return 0;
}

void
loop_source_stop(struct loop *l, struct loop_source *s)
{
	loop_always_remove(s);
	loop_source_unregister(l, s);
	s->wanted = 0;
	s->fd = -1;
}

void
loop_source_pass_on(struct loop *l, struct loop_source *s)
{
	s->is_registered = false;
	loop_batch_strike(l, s);
	loop_source_stop(l, s);
}

static void
loop_run_always(struct loop *l)
{
	struct loop_source *s, *next;

	/* A handler may stop its neighbour, so the list is walked anew from a mark that cannot go stale. */
	for (s = l->always; s != NULL; s = next) {
		struct loop_source mark = { .fd = -1, .next = s->next, .prev = &s->next };

		if (mark.next != NULL)
			mark.next->prev = &mark.next;
		s->next = &mark;
		s->ready(s, s->wanted & ~LOOP_WATCH);
		next = mark.next;
		loop_always_remove(&mark);
	}
}

/* Timers. */

void
loop_timer_init(struct loop_timer *t, void (*expired)(struct loop_timer *), void *arg)
{
	*t = (struct loop_timer){ .expired = expired, .arg = arg };
}

static void
loop_heap_place(struct loop *l, size_t i, struct loop_timer *t)
{
	l->heap[i] = t;
	t->index = i;
}

static void
loop_heap_sift(struct loop *l, size_t i)
{
	struct loop_timer *t = l->heap[i];

	for (; i > 1 && l->heap[i / 2]->when > t->when; i /= 2)
		loop_heap_place(l, i, l->heap[i / 2]);
	for (size_t child; (child = 2 * i) <= l->heap_len; i = child) {
		if (child < l->heap_len && l->heap[child + 1]->when < l->heap[child]->when)
			child++;
		if (l->heap[child]->when >= t->when)
			break;
		loop_heap_place(l, i, l->heap[child]);
	}
	loop_heap_place(l, i, t);
}

void
loop_timer_stop(struct loop *l, struct loop_timer *t)
{
	size_t i = t->index;
	struct loop_timer *last;

	if (i == 0)
		return;
	t->index = 0;
	last = l->heap[l->heap_len--];
	if (last == t)
		return;
	loop_heap_place(l, i, last);
	loop_heap_sift(l, i);
}

void
loop_timer_set(struct loop *l, struct loop_timer *t, uint64_t when)
{
	loop_timer_stop(l, t);
	if (l->heap_len + 1 >= l->heap_size) {
		l->heap_size = l->heap_size == 0 ? 16 : 2 * l->heap_size;
		l->heap = xreallocarray(l->heap, l->heap_size, sizeof(*l->heap));
	}
	t->when = when;
	loop_heap_place(l, ++l->heap_len, t);
	loop_heap_sift(l, t->index);
}

static void
loop_run_timers(struct loop *l)
{
	while (l->heap_len > 0 && l->heap[1]->when <= l->now) {
		struct loop_timer *t = l->heap[1];

		loop_timer_stop(l, t);
		t->expired(t);
	}
}

/* Milliseconds that epoll may sleep, rounded up so that it does not wake too early; -1: until an event. */
static int
loop_patience(const struct loop *l)
{
	uint64_t ms;

	if (l->always != NULL || l->tasks != NULL)
		return 0;
	if (l->heap_len == 0)
		return -1;
	if (l->heap[1]->when <= l->now)
		return 0;
	ms = (l->heap[1]->when - l->now + LOOP_MS(1) - 1) / LOOP_MS(1);
	return ms > 86400000 ? 86400000 : (int)ms;
}

/* Deferred work. */

void
loop_task_init(struct loop_task *t, void (*run)(struct loop_task *), void *arg)
{
	*t = (struct loop_task){ .run = run, .arg = arg };
}

void
loop_defer(struct loop *l, struct loop_task *t)
{
	if (t->is_queued)
		return;
	t->is_queued = true;
	t->next = NULL;
	*l->tasks_tail = t;
	l->tasks_tail = &t->next;
}

void
loop_run_rest(struct loop *l)
{
	while (l->tasks != NULL) {
		struct loop_task *t = l->tasks;

		l->tasks = t->next;
		if (l->tasks == NULL)
			l->tasks_tail = &l->tasks;
		t->is_queued = false;
		t->run(t);
	}
}

/* Signals. */

static void
loop_signals_ready(struct loop_source *s, uint32_t events)
{
	struct loop *l = s->arg;
	struct signalfd_siginfo info;

	(void)events;
	while (read(l->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		const struct loop_signal_handler *h = &l->handlers[info.ssi_signo];

		if (h->received != NULL)
			h->received((int)info.ssi_signo, h->arg);
	}
}

/* All that were asked for, at once. */
static int
loop_signals_apply(struct loop *l)
{
	int fd;

	if (!l->has_new_signals)
		return 0;
	l->has_new_signals = false;
	if (sigprocmask(SIG_BLOCK, &l->signals, NULL) == -1)
		return -errno;
	fd = signalfd(l->signal_fd, &l->signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd == -1)
		return -errno;
	if (l->signal_fd != -1)
		return 0;
	l->signal_fd = fd;
	loop_source_init(&l->signal_source, fd, loop_signals_ready, l);
	return loop_source_want(l, &l->signal_source, EPOLLIN);
}

int
loop_signal(struct loop *l, int signo, void (*received)(int, void *), void *arg)
{
	assert(signo > 0 && signo < NSIG);
	sigaddset(&l->signals, signo);
	l->handlers[signo] = (struct loop_signal_handler){ received, arg };
	l->has_new_signals = true;
	return l->is_running ? loop_signals_apply(l) : 0;
}

bool
loop_has_signal(const struct loop *l, int signo)
{
	return l->handlers[signo].received != NULL;
}

static int
loop_wait(struct loop *l)
{
	const int patience = loop_patience(l);
	int n;

	if (l->turn != NULL)
		pthread_mutex_unlock(l->turn);
	n = epoll_wait(l->epoll_fd, l->batch, LOOP_BATCH, patience);
	n = n != -1 ? n : errno == EINTR ? 0 : -errno;
	if (l->turn != NULL)
		pthread_mutex_lock(l->turn);
	return n;
}

int
loop_run(struct loop *l)
{
	const int error = loop_signals_apply(l);

	if (error != 0)
		return error;
	l->is_running = true;
	l->is_stopped = false;
	while (!l->is_stopped) {
		const int n = loop_wait(l);

		if (n < 0)
			return n;
		l->now = loop_clock();
		l->batch_len = n;
		for (int i = 0; i < l->batch_len; i++) {
			struct loop_source *s = l->batch[i].data.ptr;

			if (s != NULL)
				s->ready(s, l->batch[i].events);
		}
		l->batch_len = 0;
		loop_run_always(l);
		loop_run_timers(l);
		loop_run_rest(l);
	}
	return 0;
}
