/*
 * scheme=threads:N. Each thread has a part of the server: a loop, a child table, helper threads, and a listener on the same
 * sockets, from which it accepts by itself; a session stays where it was accepted. Shared is what the door (a lock, held from
 * the look at max= and rate= until a client is in or out) guards, the log, and the admission.
 * Where clients cannot be accepted by several, the main thread does so and deals them out (threads_deal.c).
 *
 *   main thread -> part   by the part's mailbox: drain, signal the programs, accept again
 *   part -> main thread   by its mailbox: it accepts no more, it is over, the log needs the loop, a program is to be started
 *
 * Programs are started by the main thread, because PR_SET_PDEATHSIG follows the thread that forks; the part waits for that as
 * it would for its own fork. While a loop does not wait for events its thread has the turn (loop_set_turn); who takes it from
 * all of them may look at their sessions. A thread that waits for the main one has given it up.
 */
#include "serve/threads.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/charset.h"
#include "base/compat.h"
#include "base/console.h"
#include "base/fault.h"
#include "base/io.h"
#include "base/mailbox.h"
#include "base/mem.h"
#include "endpoint/socket_groups.h"
#include "process/preload_report.h"
#include "process/spawn.h"
#include "serve/server_state.h"
#include "serve/threads_deal.h"
#include "serve/threads_state.h"
#include "wire/pump.h"
#include "wire/traffic.h"

/* ---- programs: the main thread starts them ---- */

struct threads_spawn {
	struct threads *all;
	const struct spawn *what;
	enum spawn_stage *stage;
	pid_t pid;
	bool is_done; /* under spawn_lock */
};

static void
threads_spawn(void *arg)
{
	struct threads_spawn *s = arg;
	struct threads *all = s->all;
	const pid_t pid = spawn_start(s->what, s->stage);

	if (pid > 0)
		child_table_expect(all->server->env->children, pid);
	pthread_mutex_lock(&all->spawn_lock);
	s->pid = pid;
	s->is_done = true;
	pthread_cond_broadcast(&all->spawned);
	pthread_mutex_unlock(&all->spawn_lock);
}

static pid_t
thread_ask_spawn(const struct spawn *what, enum spawn_stage *stage, void *arg)
{
	struct thread *t = arg;
	struct threads *all = t->all;
	struct threads_spawn s = { .all = all, .what = what, .stage = stage };

	pthread_mutex_unlock(&t->turn);
	mailbox_post(&all->mailbox, threads_spawn, &s);
	pthread_mutex_lock(&all->spawn_lock);
	while (!s.is_done)
		pthread_cond_wait(&all->spawned, &all->spawn_lock);
	pthread_mutex_unlock(&all->spawn_lock);
	pthread_mutex_lock(&t->turn);
	return s.pid;
}

/* ---- the log: what concerns the loop is the main thread's ---- */

static void
threads_tend_log(void *arg)
{
	(void)arg;
	log_tend();
}

static void
threads_ask_log(void *arg)
{
	struct threads *all = arg;

	mailbox_post(&all->mailbox, threads_tend_log, NULL);
}

/* ---- the door ---- */

static bool
thread_enter(void *arg)
{
	struct thread *t = arg;
	struct threads *all = t->all;
	struct listener *l = listener_of(t->part->listener);
	bool is_full, has_to_wait;

	pthread_mutex_lock(&all->door);
	is_full = all->inside >= all->max;
	has_to_wait = !all->refuses && (is_full || admission_next(l->admission) != 0);
	if (!has_to_wait) {
		all->inside++;
		l->is_full = is_full;
		return true;
	}
	t->is_waiting = is_full;
	pthread_mutex_unlock(&all->door);
	listener_pause(t->part->listener, is_full);
	return false;
}

static void
thread_go_on(void *arg)
{
	struct thread *t = arg;

	if (t->part->listener != NULL && !t->part->is_paused)
		listener_pause(t->part->listener, false);
}

/* With the door held: there is room again. */
static void
threads_wake(struct threads *all)
{
	for (unsigned i = 0; i < all->n; i++) {
		struct thread *t = &all->list[i];

		if (t->is_waiting)
			mailbox_post(&t->mailbox, thread_go_on, t);
		t->is_waiting = false;
	}
	threads_deal_wake(all);
}

static void
thread_leave(void *arg, bool is_taken)
{
	struct threads *all = ((struct thread *)arg)->all;

	if (!is_taken) {
		all->inside--;
		threads_wake(all);
	}
	pthread_mutex_unlock(&all->door);
}

unsigned long
threads_next_id(struct thread *t)
{
	unsigned long id;

	pthread_mutex_lock(&t->all->door);
	id = ++t->all->last_id;
	pthread_mutex_unlock(&t->all->door);
	return id;
}

void
threads_leave(struct thread *t)
{
	pthread_mutex_lock(&t->all->door);
	t->all->inside--;
	threads_wake(t->all);
	pthread_mutex_unlock(&t->all->door);
}

void
threads_count(const struct threads *all, unsigned long *running, unsigned long *total)
{
	pthread_mutex_t *door = (pthread_mutex_t *)(uintptr_t)&all->door;

	pthread_mutex_lock(door);
	*running = all->inside;
	*total = all->last_id;
	pthread_mutex_unlock(door);
}

static void
threads_counted(void *arg)
{
	struct threads *all = arg;
	unsigned long running, total;

	pthread_mutex_lock(&all->door);
	all->is_counting = false;
	pthread_mutex_unlock(&all->door);
	threads_count(all, &running, &total);
	ready_count(all->server->env, running, total);
}

/* The counts have changed: the main thread is told, but not of each change. */
static void
thread_counts(unsigned long running, unsigned long total, void *arg)
{
	struct threads *all = ((struct thread *)arg)->all;
	bool is_new;

	(void)running;
	(void)total;
	pthread_mutex_lock(&all->door);
	is_new = !all->is_counting;
	all->is_counting = true;
	pthread_mutex_unlock(&all->door);
	if (is_new)
		mailbox_post(&all->mailbox, threads_counted, all);
}

/* ---- the end ---- */

/* In the main thread: nobody accepts any more when this has come from all. */
static void
threads_closed(void *arg)
{
	struct threads *all = arg;
	struct server *s = all->server;

	if (--all->naccepting > 0)
		return;
	endpoint_free(s->listener);
	s->listener = NULL;
}

static void
thread_fini(struct thread *t)
{
	server_free(t->part);
	if (t->env.loop == NULL)
		return;
	mailbox_fini(&t->mailbox);
	loop_run_rest(t->env.loop);
	child_table_free(t->env.children);
	preload_reports_free(t->env.reports);
	blocking_free(t->env.blocking);
	loop_free(t->env.loop);
	pthread_mutex_destroy(&t->turn);
}

static void
threads_over(void *arg)
{
	struct thread *t = arg;
	struct threads *all = t->all;
	struct server *s = all->server;

	pthread_join(t->id, NULL);
	t->is_running = false;
	if (s->status == 0)
		s->status = t->part->status;
	if (traffic_absorb(s->env->traffic, t->env.traffic) != 0 && s->status == 0)
		s->status = 1;
	console_fini(&t->console);
	if (--all->nrunning == 0)
		server_check(s);
}

static void
thread_check(void *arg)
{
	struct thread *t = arg;

	if (t->is_through && t->env.lingering == 0)
		loop_stop(t->env.loop);
}

static void
thread_through(int status, void *arg)
{
	struct thread *t = arg;

	(void)status; /* of the part */
	t->is_through = true;
	thread_check(t);
}

/* ---- what the main thread asks for ---- */

static void
thread_drain(void *arg)
{
	struct thread *t = arg;
	const bool accepted = t->part->listener != NULL;

	server_drain(t->part, t->all->patience);
	if (accepted)
		mailbox_post(&t->all->mailbox, threads_closed, t->all);
}

void
threads_drain(struct threads *all, uint64_t patience)
{
	all->patience = patience;
	threads_deal_stop(all);
	for (unsigned i = 0; i < all->n; i++)
		if (all->list[i].is_running)
			mailbox_post(&all->list[i].mailbox, thread_drain, &all->list[i]);
}

/* It may be over when this comes: then there is nothing to do, and nothing to free. */
static void
thread_signal_programs(void *arg)
{
	struct thread *t = arg;
	const uint64_t signals = __atomic_exchange_n(&t->signals, 0, __ATOMIC_RELAXED);

	for (int signo = 1; signo < 64; signo++)
		if ((signals >> signo) & 1)
			child_table_signal(t->env.children, signo);
}

void
threads_signal_programs(struct threads *all, int signo)
{
	for (unsigned i = 0; i < all->n; i++) {
		struct thread *t = &all->list[i];

		if (!t->is_running)
			continue;
		__atomic_fetch_or(&t->signals, UINT64_C(1) << signo, __ATOMIC_RELAXED);
		mailbox_post(&t->mailbox, thread_signal_programs, t);
	}
}

bool
threads_are_over(const struct threads *all)
{
	return all == NULL || all->nrunning == 0;
}

void
threads_hold(struct threads *all)
{
	for (unsigned i = 0; i < all->n; i++) {
		pthread_mutex_lock(&all->list[i].turn);
		loop_set_turn(all->list[i].env.loop, &all->list[i].turn);
	}
}

void
threads_release(struct threads *all)
{
	for (unsigned i = 0; i < all->n; i++)
		pthread_mutex_unlock(&all->list[i].turn);
}

struct server *
threads_part(const struct threads *all, unsigned i)
{
	return i < all->n ? all->list[i].part : NULL;
}

/* ---- a thread ---- */

static void *
thread_main(void *arg)
{
	struct thread *t = arg;
	int error;

	log_enter_thread();
	spawn_set_ask(thread_ask_spawn, t);
	pthread_mutex_lock(&t->turn);
	server_serve(t->part);
	error = t->is_through ? 0 : loop_run(t->env.loop);
	if (error != 0) {
		log_errno(LOG_ERROR, NULL, -error, "the event loop of a thread failed");
		t->part->status = 1;
	}
	loop_run_rest(t->env.loop);
	pthread_mutex_unlock(&t->turn);
	pump_trim_memory();
	mailbox_post(&t->all->mailbox, threads_over, t);
	return NULL;
}

static int
thread_init_env(struct thread *t)
{
	struct server *s = t->all->server;

	t->env = *s->env;
	t->env.loop = loop_new();
	if (t->env.loop == NULL)
		return -errno;
	pthread_mutex_init(&t->turn, NULL);
	loop_set_turn(t->env.loop, &t->turn);
	t->env.blocking = blocking_new(t->env.loop);
	t->env.children = child_table_new_beside(s->env->children, t->env.loop);
	t->env.reports = NULL;
	t->env.traffic = NULL;
	t->env.lingering = 0;
	t->env.lingered = thread_check;
	t->env.lingered_arg = t;
	t->env.ready = (struct ready){ .is_told = true, .count = thread_counts, .arg = t };
	console_init(&t->console);
	t->console.lock = &t->all->console_lock;
	return traffic_open(&t->env.traffic, s->spec, t->env.loop, &t->console);
}

static int
thread_init(struct thread *t, struct threads *all)
{
	struct endpoint *listener;
	int error;

	t->all = all;
	error = thread_init_env(t);
	if (error == 0)
		error = mailbox_init(&t->mailbox, t->env.loop);
	if (error == 0)
		error = listener_share(all->server->listener, &t->env, !all->deals, &listener);
	if (error != 0)
		return error;
	acceptor_set_gate(listener_of(listener)->acceptor, thread_enter, thread_leave, t);
	t->part = server_new_part(all->server, &t->env, t, listener, thread_through, t);
	t->part->room.limit /= all->n; /* each has its share */
	return 0;
}

static int
thread_start(struct thread *t)
{
	sigset_t set, old;
	int error = FAULT("serve.thread");

	if (error != 0)
		return -error;
	sigfillset(&set);
	pthread_sigmask(SIG_SETMASK, &set, &old);
	error = pthread_create(&t->id, NULL, thread_main, t);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (error != 0)
		return -error;
	t->is_running = true;
	t->all->nrunning++;
	t->all->naccepting++;
	return 0;
}

/* ---- all of them ---- */

static unsigned
threads_default(void)
{
	const long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 1 ? (unsigned)n : 2;
}

struct threads *
threads_new(struct server *s, unsigned n)
{
	const struct listen_opts *o = listener_opts(s->spec->ends[s->spec->server].in);
	struct threads *all = xcalloc(1, sizeof(*all));

	all->server = s;
	all->n = n != 0 ? n : threads_default();
	all->list = xcalloc(all->n, sizeof(*all->list));
	all->max = s->max;
	all->refuses = o->over == LISTEN_OVER_REFUSE;
	all->deals = threads_deal_is_needed(s->spec->ends[s->spec->server].in);
	pthread_mutex_init(&all->door, NULL);
	pthread_mutex_init(&all->console_lock, NULL);
	pthread_mutex_init(&all->spawn_lock, NULL);
	pthread_cond_init(&all->spawned, NULL);
	return all;
}

/* A process must be followed without SIGCHLD, which only one loop can have. */
static int
threads_need_pidfd(void)
{
	int fd = compat_pidfd_open(getpid()), error = fd == -1 ? -errno : 0;

	io_close(&fd);
	return error;
}

int
threads_start(struct threads *all)
{
	const struct log_who *who = &all->server->listener->who;
	int error = threads_need_pidfd();

	charset_use(); /* while there is one thread */
	if (error == 0)
		error = mailbox_init(&all->mailbox, all->server->env->loop);
	log_share(threads_ask_log, all);
	for (unsigned i = 0; i < all->n && error == 0; i++)
		error = thread_init(&all->list[i], all);
	for (unsigned i = 0; i < all->n && error == 0; i++)
		error = thread_start(&all->list[i]);
	if (error != 0) {
		log_errno(LOG_ERROR, who, -error, "cannot start %u threads", all->n);
		threads_drain(all, 0);
		return error;
	}
	log_msg(LOG_INFO, who, "served by %u threads", all->n);
	if (all->deals)
		return threads_deal_start(all);
	ready_listener(all->server->listener);
	return 0;
}

void
threads_free(struct threads *all)
{
	if (all == NULL || all->nrunning > 0) /* the loop has failed: they still use it */
		return;
	log_share(NULL, NULL);
	for (unsigned i = 0; i < all->n; i++)
		thread_fini(&all->list[i]);
	mailbox_fini(&all->mailbox);
	pthread_cond_destroy(&all->spawned);
	pthread_mutex_destroy(&all->spawn_lock);
	pthread_mutex_destroy(&all->console_lock);
	pthread_mutex_destroy(&all->door);
	free(all->list);
	free(all);
}
