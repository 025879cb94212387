#ifndef IPCWIRE_LOOP_H
#define IPCWIRE_LOOP_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

/* The event loop: descriptors (level-triggered epoll), timers, signals, deferred work. It owns nothing. */
struct loop;

#define LOOP_MS(n) (UINT64_C(1000000) * (n))
#define LOOP_SEC(n) (UINT64_C(1000000000) * (n))

struct loop_source {
	int fd;                                               /* -1: no descriptor */
	uint32_t wanted;                                      /* EPOLLIN | EPOLLOUT | LOOP_WATCH */
	uint32_t registered;                                  /* what epoll was told, when is_registered */
	bool is_registered;                                   /* in the epoll set */
	bool is_always;                                       /* epoll cannot watch it: ready whenever it is wanted */
	void (*ready)(struct loop_source *, uint32_t events); /* EPOLLIN | EPOLLOUT | EPOLLHUP | EPOLLERR */
	void *arg;
	struct loop_source *next, **prev; /* list of wanted always-ready sources */
};

#define LOOP_WATCH (1u << 24) /* wanted only for hang-up and error, which epoll tells in any case */

struct loop_timer {
	uint64_t when; /* loop_now() scale; LOOP_NEVER: not running */
	size_t index;  /* in the heap, from 1; 0: not running */
	void (*expired)(struct loop_timer *);
	void *arg;
};

struct loop_task {
	void (*run)(struct loop_task *);
	void *arg;
	bool is_queued;
	struct loop_task *next;
};

struct loop_signal_handler {
	void (*received)(int signo, void *arg);
	void *arg;
};

struct loop *loop_new(void);
void loop_free(struct loop *);
/* Runs until loop_stop. Returns 0 or -errno when the kernel's part fails. */
int loop_run(struct loop *);
void loop_stop(struct loop *);
/* After loop_run: carries out what is still deferred, so that everything gets freed. */
void loop_run_rest(struct loop *);
/*
 * Held by the loop's thread but while it waits for events: who has it instead may look at what belongs to the loop, and sets it
 * once more to have loop_now at the present.
 */
void loop_set_turn(struct loop *, pthread_mutex_t *turn);
/* Monotonic time in nanoseconds, as of the current batch of events. */
uint64_t loop_now(const struct loop *);

/* The same clock at this moment, for who has no loop or must know better. */
uint64_t loop_clock(void);

void loop_source_init(struct loop_source *, int fd, void (*ready)(struct loop_source *, uint32_t), void *arg);
/* What the source waits for from now on; 0: nothing, it leaves the epoll set. Returns 0 or -errno. */
int loop_source_want(struct loop *, struct loop_source *, uint32_t wanted);
/*
 * The source, which was wanted with EPOLLONESHOT and has had its event, is no more; the descriptor may stay in the epoll set,
 * where it is silent (hang-ups, too), and goes to another source that is told so, before it wants anything.
 */
void loop_source_pass_on(struct loop *, struct loop_source *);
static inline void
loop_source_passed_on(struct loop_source *s)
{
	s->is_registered = true;
	s->registered = EPOLLONESHOT; /* nobody's wish: the first one is told to epoll, whatever it is */
}
/* Before the descriptor is closed, always. A pending event of this batch is dropped. */
void loop_source_stop(struct loop *, struct loop_source *);

void loop_timer_init(struct loop_timer *, void (*expired)(struct loop_timer *), void *arg);
void loop_timer_set(struct loop *, struct loop_timer *, uint64_t when);
void loop_timer_stop(struct loop *, struct loop_timer *);
static inline bool
loop_timer_is_set(const struct loop_timer *t)
{
	return t->index != 0;
}

/* Runs the task once after the current batch of events; the place where handlers have memory freed. */
void loop_task_init(struct loop_task *, void (*run)(struct loop_task *), void *arg);
void loop_defer(struct loop *, struct loop_task *);

/* Takes over signal signo, from loop_run on: blocked, read by signalfd. Returns 0 or -errno. */
int loop_signal(struct loop *, int signo, void (*received)(int, void *), void *arg);
/* Whether somebody has. */
bool loop_has_signal(const struct loop *, int signo);

#endif
