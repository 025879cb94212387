/*
 * Our processes from start to end.
 *
 * Each has a pidfd in the loop: readable means ended (pidfd_open(2)), so no SIGCHLD is needed and no process can be
 * confused with another. The ladder sends HUP, TERM and KILL to the whole group where there is one of its own.
 */
#include "process/child.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"

/* The processes of several tables. */
struct child_family {
	pthread_mutex_t lock;
	pid_t *pids;
	size_t len, size;
};

struct child_table {
	struct child_family *family; /* NULL: there is no other table */
	bool is_beside;              /* the family is another's */
	struct loop *loop;
	struct child *first;
	struct loop_task look;
	bool uses_sigchld, adopts_strangers;
};

static void child_collect(struct child *);
static void child_table_first_look(struct loop_task *);

static const int child_ladder[] = { SIGHUP, SIGTERM, SIGKILL };
#define CHILD_RUNGS ((int)(sizeof(child_ladder) / sizeof(*child_ladder)))

struct child_table *
child_table_new(struct loop *loop)
{
	struct child_table *t = xcalloc(1, sizeof(*t));

	t->loop = loop;
	loop_task_init(&t->look, child_table_first_look, t);
	return t;
}

void
child_table_free(struct child_table *t)
{
	if (t->family != NULL && !t->is_beside) {
		pthread_mutex_destroy(&t->family->lock);
		free(t->family->pids);
		free(t->family);
	}
	free(t);
}

struct child_table *
child_table_new_beside(struct child_table *first, struct loop *loop)
{
	struct child_table *t = child_table_new(loop);

	if (first->family == NULL) {
		first->family = xcalloc(1, sizeof(*first->family));
		pthread_mutex_init(&first->family->lock, NULL);
	}
	t->family = first->family;
	t->is_beside = true;
	return t;
}

static size_t
family_find(const struct child_family *f, pid_t pid)
{
	size_t i;

	for (i = 0; i < f->len && f->pids[i] != pid; i++)
		;
	return i;
}

static void
family_add(struct child_family *f, pid_t pid)
{
	if (f == NULL)
		return;
	pthread_mutex_lock(&f->lock);
	if (f->len == f->size) {
		f->size = f->size == 0 ? 16 : 2 * f->size;
		f->pids = xreallocarray(f->pids, f->size, sizeof(*f->pids));
	}
	if (family_find(f, pid) == f->len)
		f->pids[f->len++] = pid;
	pthread_mutex_unlock(&f->lock);
}

static void
family_remove(struct child_family *f, pid_t pid)
{
	size_t i;

	if (f == NULL)
		return;
	pthread_mutex_lock(&f->lock);
	i = family_find(f, pid);
	if (i < f->len)
		f->pids[i] = f->pids[--f->len];
	pthread_mutex_unlock(&f->lock);
}

static bool
family_has(struct child_family *f, pid_t pid)
{
	bool has;

	if (f == NULL)
		return false;
	pthread_mutex_lock(&f->lock);
	has = family_find(f, pid) < f->len;
	pthread_mutex_unlock(&f->lock);
	return has;
}

void
child_table_expect(struct child_table *t, pid_t pid)
{
	family_add(t->family, pid);
}

bool
child_table_is_empty(const struct child_table *t)
{
	return t->first == NULL;
}

unsigned long
child_table_len(const struct child_table *t)
{
	unsigned long n = 0;

	for (const struct child *c = t->first; c != NULL; c = c->next)
		n++;
	return n;
}

void
child_table_signal(struct child_table *t, int signo)
{
	for (struct child *c = t->first; c != NULL; c = c->next)
		child_signal(c, signo);
}

static struct child *
child_table_find(struct child_table *t, pid_t pid)
{
	struct child *c;

	for (c = t->first; c != NULL && c->pid != pid; c = c->next)
		;
	return c;
}

static void
child_table_reap_strangers(struct child_table *t)
{
	for (;;) {
		siginfo_t info = { .si_pid = 0 };

		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == -1 || info.si_pid == 0)
			return;
		if (child_table_find(t, info.si_pid) != NULL || family_has(t->family, info.si_pid))
			return; /* it is collected by its own way; the strangers behind it come with the next SIGCHLD */
		waitpid(info.si_pid, NULL, WNOHANG);
	}
}

static void
child_table_look(struct child_table *t)
{
	struct child *next;

	for (struct child *c = t->first; c != NULL; c = next) {
		next = c->next;
		if (c->pidfd == -1)
			child_collect(c);
	}
	if (t->adopts_strangers)
		child_table_reap_strangers(t);
}

static void
child_table_signalled(int signo, void *arg)
{
	(void)signo;
	child_table_look(arg);
}

static void
child_table_first_look(struct loop_task *task)
{
	child_table_look(task->arg);
}

/* A process may have ended before SIGCHLD was ours, so there is one look without a signal. */
static int
child_table_use_sigchld(struct child_table *t)
{
	int error = t->uses_sigchld ? 0 : loop_signal(t->loop, SIGCHLD, child_table_signalled, t);

	if (error != 0)
		return error;
	t->uses_sigchld = true;
	loop_defer(t->loop, &t->look);
	return 0;
}

int
child_table_adopt_strangers(struct child_table *t)
{
	t->adopts_strangers = true;
	return child_table_use_sigchld(t);
}

static void
child_insert(struct child *c, struct child_table *t)
{
	family_add(t->family, c->pid);
	c->next = t->first;
	if (c->next != NULL)
		c->next->prev = &c->next;
	c->prev = &t->first;
	t->first = c;
}

static void
child_remove(struct child *c)
{
	if (c->prev == NULL)
		return;
	family_remove(c->table->family, c->pid);
	*c->prev = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	c->prev = NULL;
}

static void
child_leave(struct child *c)
{
	loop_source_stop(c->table->loop, &c->source);
	loop_timer_stop(c->table->loop, &c->timer);
	io_close(&c->pidfd);
	child_remove(c);
}

/* A leader that was told to go, or would be, takes its group with it; not yet reaped, its number cannot be another's. */
static void
child_clear_group(struct child *c)
{
	if (c->is_group && (c->rung != -1 || (c->is_abandoned != NULL && c->is_abandoned(c))))
		kill(-c->pid, SIGKILL);
}

/* With a group to clear, the end must be known before the leader is reaped. */
static bool
child_is_dead(const struct child *c)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) == -1 || info.si_pid != 0;
}

static void
child_collect(struct child *c)
{
	pid_t pid;

	if (!child_is_dead(c))
		return;
	child_clear_group(c);
	do {
		pid = waitpid(c->pid, &c->wait_status, WNOHANG);
	} while (pid == -1 && errno == EINTR);
	if (pid == 0)
		return;
	if (pid == -1) {
		log_errno(LOG_ERROR, c->who, errno, "lost track of process %d", (int)c->pid);
		c->wait_status = 1 << 8;
	}
	c->has_ended = true;
	child_leave(c);
	log_msg(LOG_DEBUG, c->who, "process %d ended, exit status %d", (int)c->pid, child_exit_status(c));
	c->ended(c);
}

static void
child_ready(struct loop_source *s, uint32_t events)
{
	(void)events;
	child_collect(s->arg);
}

bool
child_is_zombie(const struct child *c)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == c->pid;
}

void
child_signal(struct child *c, int signo)
{
	if (c->has_ended || c->pid <= 0)
		return;
	if (!child_is_zombie(c))
		c->signals_sent |= UINT64_C(1) << signo;
	log_msg(LOG_DEBUG, c->who, "sending signal %d (%s) to process %d", signo, strsignal(signo), (int)c->pid);
	if (c->is_group && kill(-c->pid, signo) == 0)
		return;
	if (kill(c->pid, signo) == -1 && errno != ESRCH)
		log_errno(LOG_WARN, c->who, errno, "cannot signal process %d", (int)c->pid);
}

static void
child_climb(struct loop_timer *t)
{
	struct child *c = t->arg;

	if (c->rung + 1 >= CHILD_RUNGS)
		return;
	child_signal(c, child_ladder[++c->rung]);
	if (c->rung + 1 < CHILD_RUNGS)
		loop_timer_set(c->table->loop, &c->timer, loop_now(c->table->loop) + c->kill_after);
}

void
child_stop(struct child *c, uint64_t kill_after)
{
	if (c->has_ended || c->pid <= 0 || c->rung != -1)
		return;
	c->kill_after = kill_after;
	child_climb(&c->timer);
}

int
child_start(struct child *c, struct child_table *t, pid_t pid)
{
	int error = FAULT("child.pidfd");

	c->pid = pid;
	c->table = t;
	c->rung = -1;
	c->pidfd = error != 0 ? -1 : compat_pidfd_open(pid);
	if (c->pidfd == -1)
		error = error != 0 ? error : errno;
	loop_source_init(&c->source, c->pidfd, child_ready, c);
	loop_timer_init(&c->timer, child_climb, c);
	if (error == ENOSYS || error == EPERM) /* an old kernel, or a sandbox that knows no pidfd */
		error = -child_table_use_sigchld(t);
	else if (error == 0)
		error = -loop_source_want(t->loop, &c->source, EPOLLIN);
	if (error != 0)
		goto fail;
	child_insert(c, t);
	return 0;
fail:
	io_close(&c->pidfd);
	kill(c->is_group ? -pid : pid, SIGKILL);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
	family_remove(t->family, pid);
	c->pid = 0;
	return -error;
}

void
child_fini(struct child *c)
{
	if (c->pid <= 0)
		return;
	if (!c->has_ended) {
		child_signal(c, SIGKILL);
		while (waitpid(c->pid, NULL, 0) == -1 && errno == EINTR)
			;
		child_leave(c);
		c->has_ended = true;
	}
	c->pid = 0;
}

int
child_exit_status(const struct child *c)
{
	if (!c->has_ended)
		return 0;
	if (WIFSIGNALED(c->wait_status))
		return (c->signals_sent >> WTERMSIG(c->wait_status)) & 1 ? 0 : 128 + WTERMSIG(c->wait_status);
	return WEXITSTATUS(c->wait_status);
}
