/* From a blocked system call to the channels it waits for. A set (poll, select, epoll) is read from the process's memory. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "process/procread.h"
#include "process/waitcall.h"
#include "wire/watch_build.h"

#define WAITS_SET_MAX 4096 /* descriptors in one call */

static pid_t
waits_pid(const struct watch_builder *b, const struct watch_thread *t)
{
	return b->s->processes[t->process].pid;
}

static void
waits_state(struct watch_thread *t, enum watch_state state)
{
	if (t->state < state)
		t->state = state;
}

static void
waits_unseen(struct watch_thread *t, const char *why)
{
	t->state = WATCH_UNSEEN;
	t->call = why;
}

/* What is not there any more has gone just now, so something ran; what is refused cannot be seen. */
static void
waits_refused(struct watch_thread *t, int error, const char *why)
{
	if (error == EACCES || error == EPERM || error == ENOSYS)
		waits_unseen(t, why);
	else
		waits_state(t, WATCH_RUNNING);
}

static void
waits_add(struct watch_builder *b, struct watch_thread *t, enum watch_op op, unsigned channel, bool is_reader)
{
	struct watch_snapshot *s = b->s;

	s->waits = watch_more(s->waits, s->nwaits, sizeof(*s->waits));
	s->waits[s->nwaits++] = (struct watch_wait){ op, channel, is_reader };
	t->nwaits++;
}

/* A pipe is read at one end and written at the other, whatever is asked for; else it can only hang up. */
static void
waits_add_pipe(struct watch_builder *b, struct watch_thread *t, const struct watch_object *o, int flags, bool reads,
    bool writes)
{
	const int mode = flags & O_ACCMODE;

	if (reads && mode != O_WRONLY)
		waits_add(b, t, WATCH_READ, o->in, true);
	else if (writes && mode != O_RDONLY)
		waits_add(b, t, WATCH_WRITE, o->in, false);
	else
		waits_add(b, t, WATCH_HANGUP, o->in, mode != O_WRONLY);
}

static void
waits_add_two_way(struct watch_builder *b, struct watch_thread *t, const struct watch_object *o, bool reads,
    bool writes)
{
	if (reads)
		waits_add(b, t, WATCH_READ, o->in, true);
	if (writes)
		waits_add(b, t, WATCH_WRITE, o->out, false);
	if (!reads && !writes)
		waits_add(b, t, WATCH_HANGUP, o->in, true);
}

static void
waits_add_channel(struct watch_builder *b, struct watch_thread *t, const struct procfs_link *link, int flags,
    bool reads, bool writes)
{
	const unsigned i = watch_object_meet(b, link, false);

	if (link->kind == PROCFS_PIPE)
		waits_add_pipe(b, t, &b->objects[i], flags, reads, writes);
	else
		waits_add_two_way(b, t, &b->objects[i], reads, writes);
}

static void waits_epoll(struct watch_builder *, struct watch_thread *, int fd, int depth);

static void
waits_timer(struct watch_builder *b, struct watch_thread *t, int fd)
{
	char name[32], text[1024];

	snprintf(name, sizeof(name), "fdinfo/%d", fd);
	if (procread_text(waits_pid(b, t), name, text, sizeof(text)) < 0 || procfs_is_armed(text))
		waits_state(t, WATCH_TIMED);
}

static void
waits_fd(struct watch_builder *b, struct watch_thread *t, int fd, bool reads, bool writes, int depth)
{
	struct procfs_link link;
	int flags, error;

	if ((error = procread_fd(waits_pid(b, t), fd, &link, &flags)) != 0) {
		waits_refused(t, -error, "its descriptors may not be looked at");
		return;
	}
	switch (link.kind) {
	case PROCFS_PIPE:
	case PROCFS_SOCKET:
	case PROCFS_PTS:
		waits_add_channel(b, t, &link, flags, reads, writes);
		break;
	case PROCFS_EPOLL:
		waits_epoll(b, t, fd, depth + 1);
		break;
	case PROCFS_EVENTFD:
		waits_add(b, t, WATCH_OWN, 0, false);
		break;
	case PROCFS_TIMERFD:
		waits_timer(b, t, fd);
		break;
	case PROCFS_SIGNALFD: /* only a signal */
		break;
	case PROCFS_TTY:
	case PROCFS_OTHER:
	case PROCFS_KIND_N:
		waits_state(t, WATCH_OUTSIDE);
		break;
	}
}

static void
waits_epoll(struct watch_builder *b, struct watch_thread *t, int fd, int depth)
{
	char name[32], *text;
	uint32_t events;
	int member;

	snprintf(name, sizeof(name), "fdinfo/%d", fd);
	errno = EPERM; /* too deep */
	text = depth < 4 ? procread_long_text(waits_pid(b, t), name) : NULL;
	if (text == NULL) {
		waits_refused(t, errno, "its epoll set may not be looked at");
		return;
	}
	for (const char *p = text; (p = procfs_next_epoll(p, &member, &events)) != NULL;)
		waits_fd(b, t, member, (events & (EPOLLIN | EPOLLPRI | EPOLLRDNORM)) != 0,
		    (events & (EPOLLOUT | EPOLLWRNORM)) != 0, depth);
	free(text);
}

static void
waits_poll(struct watch_builder *b, struct watch_thread *t, const struct waitcall *w)
{
	struct pollfd *fds;
	int error;

	if (w->count > WAITS_SET_MAX) {
		waits_unseen(t, "it waits for too much at once");
		return;
	}
	fds = xcalloc(w->count + 1, sizeof(*fds));
	error = procread_memory(waits_pid(b, t), w->sets[0], fds, w->count * sizeof(*fds));
	if (error != 0)
		waits_refused(t, -error, "its memory may not be read");
	else
		for (size_t i = 0; i < w->count; i++)
			if (fds[i].fd >= 0)
				waits_fd(b, t, fds[i].fd, (fds[i].events & (POLLIN | POLLPRI | POLLRDNORM)) != 0,
				    (fds[i].events & (POLLOUT | POLLWRNORM)) != 0, 0);
	free(fds);
}

static bool
waits_has_bit(const unsigned long *set, unsigned fd)
{
	const unsigned bits = 8 * sizeof(*set);

	return (set[fd / bits] >> (fd % bits) & 1) != 0;
}

static void
waits_select(struct watch_builder *b, struct watch_thread *t, const struct waitcall *w)
{
	unsigned long sets[3][WAITS_SET_MAX / (8 * sizeof(unsigned long))] = { { 0 } };
	const size_t word = sizeof(unsigned long), len = (w->count + 8 * word - 1) / (8 * word) * word;

	if (w->count > WAITS_SET_MAX) {
		waits_unseen(t, "it waits for too much at once");
		return;
	}
	for (int i = 0; i < 3; i++) {
		const int error = w->sets[i] != 0 ? procread_memory(waits_pid(b, t), w->sets[i], sets[i], len) : 0;

		if (error != 0) {
			waits_refused(t, -error, "its memory may not be read");
			return;
		}
	}
	for (unsigned fd = 0; fd < w->count; fd++) {
		const bool reads = waits_has_bit(sets[0], fd), writes = waits_has_bit(sets[1], fd);

		if (reads || writes || waits_has_bit(sets[2], fd))
			waits_fd(b, t, (int)fd, reads, writes, 0);
	}
}

/* A socket may have a time limit of its own, which the call does not show. */
static void
waits_socket_limit(struct watch_builder *b, struct watch_thread *t, int fd, bool reads)
{
	int copy = watch_borrow_fd(waits_pid(b, t), fd);
	struct timeval limit = { 0 };
	socklen_t len = sizeof(limit);

	if (copy < 0) {
		waits_refused(t, -copy, "its descriptors may not be borrowed");
		return;
	}
	if (getsockopt(copy, SOL_SOCKET, reads ? SO_RCVTIMEO : SO_SNDTIMEO, &limit, &len) == 0 &&
	    (limit.tv_sec != 0 || limit.tv_usec != 0))
		waits_state(t, WATCH_TIMED);
	io_close(&copy);
}

static void
waits_one(struct watch_builder *b, struct watch_thread *t, const struct waitcall *w)
{
	const bool reads = w->kind == WAITCALL_READ;
	struct procfs_link link;
	int flags;

	waits_fd(b, t, w->fd, reads, !reads, 0);
	if (t->state == WATCH_BLOCKED && procread_fd(waits_pid(b, t), w->fd, &link, &flags) == 0 &&
	    link.kind == PROCFS_SOCKET)
		waits_socket_limit(b, t, w->fd, reads);
}

static void
waits_of_call(struct watch_builder *b, struct watch_thread *t, const struct waitcall *w)
{
	static const enum watch_state states[WAITCALL_N] = {
		[WAITCALL_CHILD] = WATCH_CHILD,
		[WAITCALL_THREAD] = WATCH_THREAD,
		[WAITCALL_SIGNAL] = WATCH_SIGNAL,
		[WAITCALL_TIMED] = WATCH_TIMED,
		[WAITCALL_OUTSIDE] = WATCH_OUTSIDE,
		[WAITCALL_RUNNING] = WATCH_RUNNING,
	};
	const enum waitcall_kind kind = w->kind == WAITCALL_TIMED && b->with_timed ? w->within : w->kind;

	t->call = w->name;
	t->fd = w->fd;
	t->child = w->pid;
	t->state = states[w->kind];
	t->first_wait = b->s->nwaits;
	if (kind == WAITCALL_READ || kind == WAITCALL_WRITE)
		waits_one(b, t, w);
	else if (kind == WAITCALL_POLL)
		waits_poll(b, t, w);
	else if (kind == WAITCALL_SELECT)
		waits_select(b, t, w);
	else if (kind == WAITCALL_EPOLL)
		waits_epoll(b, t, w->fd, 0);
	else if (kind == WAITCALL_UNKNOWN) {
		waits_unseen(t, "it is in a system call that is not known here");
		t->in_unknown_call = true;
	}
}

static uint64_t
waits_print(const struct procfs_syscall *s)
{
	uint64_t print = (uint64_t)s->number + (s->is_running ? 1 : 0);

	for (int i = 0; i < 6; i++)
		print = print * UINT64_C(0x100000001b3) + s->args[i];
	return print;
}

void
watch_find_waits(struct watch_builder *b, struct watch_thread *t)
{
	char name[64], text[512];
	struct procfs_syscall call;
	struct waitcall w;
	ssize_t n;

	snprintf(name, sizeof(name), "task/%d/syscall", (int)t->tid);
	n = procread_text(waits_pid(b, t), name, text, sizeof(text));
	if (n == -ENOENT && access("/proc/self/syscall", F_OK) == -1) {
		waits_unseen(t, "no /proc/PID/syscall here");
		return;
	}
	if (n < 0) {
		waits_refused(t, (int)-n, "permission denied (set-uid, another user, or Yama)");
		return;
	}
	if (!procfs_parse_syscall(text, &call)) {
		t->state = WATCH_RUNNING; /* it ends just now */
		return;
	}
	t->print = waits_print(&call);
	waitcall_decode(&call, &w);
	waits_of_call(b, t, &w);
}
