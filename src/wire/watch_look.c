/*
 * One look at a wire.
 *
 * The members are the processes that descend from the wire's programs, and, when asked for, those that have the other side
 * of a socket at one of its ends. Each thread's wait is found out first; that says which channels matter; then it is seen
 * who holds which side of them. Only if nobody may move then, all other processes are searched for one that has a side of a
 * channel open, too: it counts as somebody who may.
 *
 * /proc may change while it is read. What is gone when it is looked for is taken as running, and a verdict needs two
 * looks that are equal.
 */
#include "wire/watch_look.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/procread.h"
#include "wire/watch_build.h"

#define LOOK_PROCESSES_MAX 512
#define LOOK_THREADS_MAX 4096
#define LOOK_FDS_MAX 65536

/* Members. */

static struct watch_thread *
look_add_thread(struct watch_builder *b, unsigned process, pid_t tid)
{
	struct watch_snapshot *s = b->s;

	s->threads = watch_more(s->threads, s->nthreads, sizeof(*s->threads));
	s->threads[s->nthreads] = (struct watch_thread){ .process = process, .tid = tid, .fd = -1 };
	return &s->threads[s->nthreads++];
}

static void
look_refused(struct watch_builder *b, unsigned process, const char *why)
{
	struct watch_thread *t = look_add_thread(b, process, b->s->processes[process].pid);

	t->state = WATCH_UNSEEN;
	t->call = why;
}

static unsigned
look_add_process(struct watch_builder *b, unsigned end, pid_t pid)
{
	struct watch_snapshot *s = b->s;

	s->processes = watch_more(s->processes, s->nprocesses, sizeof(*s->processes));
	s->processes[s->nprocesses] = (struct watch_process){ .end = end, .pid = pid };
	return s->nprocesses++;
}

static unsigned
look_find_process(const struct watch_snapshot *s, pid_t pid)
{
	for (unsigned i = 0; i < s->nprocesses; i++)
		if (!s->processes[i].is_pump && s->processes[i].pid == pid)
			return i;
	return WATCH_NOTHING;
}

/* The state letter and the switches of one thread; what it waits for is found out later. */
static void
look_at_thread(struct watch_builder *b, unsigned process, pid_t tid)
{
	const pid_t pid = b->s->processes[process].pid;
	char name[64], text[4096];
	struct procfs_stat stat;
	struct watch_thread *t;

	snprintf(name, sizeof(name), "task/%d/stat", (int)tid);
	if (procread_text(pid, name, text, sizeof(text)) < 0 || !procfs_parse_stat(text, &stat))
		return; /* gone */
	if (stat.state == 'Z' || stat.state == 'X')
		return;
	t = look_add_thread(b, process, tid);
	t->state = stat.state == 'S' ? WATCH_BLOCKED :
	    stat.state == 'T'        ? WATCH_STOPPED :
	    stat.state == 't'        ? WATCH_OUTSIDE : /* a debugger has it */
				       WATCH_RUNNING;
	snprintf(name, sizeof(name), "task/%d/status", (int)tid);
	if (procread_text(pid, name, text, sizeof(text)) < 0 || !procfs_parse_switches(text, &t->switches))
		t->state = WATCH_RUNNING;
}

/* Timers of timer_create(2) can be seen, those of setitimer(2) and alarm(2) cannot. */
static bool
look_has_timers(pid_t pid)
{
	char text[256];
	ssize_t n = procread_text(pid, "timers", text, sizeof(text));

	return n > 0 || n == -EFBIG;
}

static void
look_at_threads(struct watch_builder *b, unsigned process)
{
	const pid_t pid = b->s->processes[process].pid;
	const unsigned before = b->s->nthreads;
	DIR *dir = procread_dir(pid, "task");
	int tid, like;

	if (dir == NULL) {
		b->s->processes[process].is_zombie = true;
		return;
	}
	while ((tid = procread_next_number(dir)) != -1 && b->s->nthreads < LOOK_THREADS_MAX)
		look_at_thread(b, process, tid);
	closedir(dir);
	b->s->processes[process].is_zombie = b->s->nthreads == before;
	if (b->s->nthreads == before)
		return;
	like = procread_is_like_us(pid);
	if (b->s->nthreads == LOOK_THREADS_MAX)
		look_refused(b, process, "there are too many threads");
	else if (like == 0)
		look_refused(b, process, "it is made for another kind of machine");
	else if (like == -EACCES || like == -EPERM)
		look_refused(b, process, "permission denied (set-uid, another user, or Yama)");
	else if (look_has_timers(pid))
		look_add_thread(b, process, pid)->state = WATCH_TIMED;
}

static void
look_at_stat(struct watch_builder *b, unsigned process)
{
	struct watch_process *p = &b->s->processes[process];
	char text[4096];
	struct procfs_stat stat;
	uint64_t written;

	if (procread_text(p->pid, "stat", text, sizeof(text)) >= 0 && procfs_parse_stat(text, &stat)) {
		p->parent = stat.parent;
		memcpy(p->name, stat.name, sizeof(p->name));
	}
	p->has_written =
	    procread_text(p->pid, "io", text, sizeof(text)) < 0 || !procfs_parse_written(text, &written) || written > 0;
}

static void
look_at_fds(struct watch_builder *b, unsigned process)
{
	const pid_t pid = b->s->processes[process].pid;
	DIR *dir = procread_dir(pid, "fd");
	int fd;

	if (dir == NULL) {
		if (errno == EACCES || errno == EPERM)
			look_refused(b, process, "permission denied (set-uid, another user, or Yama)");
		return;
	}
	while ((fd = procread_next_number(dir)) != -1 && b->nfds < LOOK_FDS_MAX) {
		struct watch_fd f = { .process = process, .fd = fd };

		if (procread_fd(pid, fd, &f.link, &f.flags) != 0)
			continue;
		b->fds = watch_more(b->fds, b->nfds, sizeof(*b->fds));
		b->fds[b->nfds++] = f;
	}
	closedir(dir);
	if (b->nfds == LOOK_FDS_MAX)
		look_refused(b, process, "there are too many descriptors");
}

static void look_add_tree(struct watch_builder *, unsigned end, pid_t, bool is_peer);

static void
look_add_children(struct watch_builder *b, unsigned process)
{
	const struct watch_process p = b->s->processes[process];
	char name[64], text[16384];
	DIR *dir = procread_dir(p.pid, "task");
	int tid;

	while (dir != NULL && (tid = procread_next_number(dir)) != -1) {
		const char *at = text;
		ssize_t n;
		pid_t child;

		snprintf(name, sizeof(name), "task/%d/children", tid);
		n = procread_text(p.pid, name, text, sizeof(text));
		if (n < 0) {
			if (n == -EFBIG || access("/proc/thread-self/children", F_OK) == -1)
				look_refused(b, process, "its children cannot be listed");
			continue;
		}
		while ((at = procfs_next_pid(at, &child)) != NULL)
			look_add_tree(b, p.end, child, p.is_peer);
	}
	if (dir != NULL)
		closedir(dir);
}

static void
look_add_tree(struct watch_builder *b, unsigned end, pid_t pid, bool is_peer)
{
	unsigned process;

	if (pid == getpid() || look_find_process(b->s, pid) != WATCH_NOTHING)
		return;
	process = look_add_process(b, end, pid);
	b->s->processes[process].is_peer = is_peer;
	if (b->s->nprocesses > LOOK_PROCESSES_MAX) {
		look_refused(b, process, "there are too many processes");
		return;
	}
	look_at_stat(b, process);
	look_at_threads(b, process);
	if (b->s->processes[process].is_zombie)
		return;
	look_at_fds(b, process);
	look_add_children(b, process);
}

/* The wire itself. */

static unsigned
look_end_object(struct watch_builder *b, unsigned end, int fd)
{
	const struct watch_end *e = &b->view->ends[end];
	const unsigned i = watch_object_of_ours(b, fd);

	if (i == WATCH_NOTHING)
		return i;
	b->s->channels[b->objects[i].in].is_wire = b->s->channels[b->objects[i].out].is_wire = true;
	if (e->is_inherited || (e->pid == 0 && b->objects[i].kind == PROCFS_PIPE && !e->is_anonymous)) {
		const struct watch_object *o = &b->objects[i];

		/* others may have any side of it */
		b->s->channels[o->in].outside_reads = b->s->channels[o->in].outside_writes = true;
		b->s->channels[o->out].outside_reads = b->s->channels[o->out].outside_writes = true;
	}
	return i;
}

/* The other side of a socket at one of the wire's ends: whoever has it is looked at when peers are asked for. */
static void
look_mark_peer(struct watch_builder *b, unsigned end, unsigned object)
{
	const struct watch_object *o = &b->objects[object];

	if (o->kind != PROCFS_SOCKET || b->view->ends[end].pid != 0)
		return;
	if (!b->view->with_peers) {
		b->s->channels[o->in].outside_writes = b->s->channels[o->out].outside_reads = true;
		return;
	}
	for (unsigned i = 0; i < b->nobjects; i++)
		if (b->objects[i].kind == PROCFS_SOCKET && i != object && b->objects[i].in == o->out)
			b->objects[i].end = end;
}

static void
look_at_ends(struct watch_builder *b)
{
	for (unsigned i = 0; i < b->view->nends; i++) {
		const int fds[] = { b->view->ends[i].rfd, b->view->ends[i].wfd };

		for (unsigned k = 0; k < 2; k++) {
			const unsigned object = look_end_object(b, i, fds[k]);

			if (object != WATCH_NOTHING)
				look_mark_peer(b, i, object);
		}
	}
}

/* Our own standard descriptors came from outside, and programs may have inherited them. */
static void
look_at_inherited(struct watch_builder *b)
{
	for (int fd = 0; fd <= 2; fd++) {
		struct procfs_link link;
		unsigned i;
		int flags;

		if (procread_fd(getpid(), fd, &link, &flags) != 0 ||
		    (link.kind != PROCFS_PIPE && link.kind != PROCFS_SOCKET))
			continue;
		i = watch_object_meet(b, &link, false);
		b->s->channels[b->objects[i].in].outside_reads = b->s->channels[b->objects[i].in].outside_writes = true;
		b->s->channels[b->objects[i].out].outside_reads = b->s->channels[b->objects[i].out].outside_writes =
		    true;
	}
}

static void
look_add_flow_wait(struct watch_builder *b, struct watch_thread *t, enum watch_op op, unsigned object)
{
	struct watch_snapshot *s = b->s;

	if (object == WATCH_NOTHING) {
		t->state = WATCH_OUTSIDE; /* what is no channel is not looked at */
		return;
	}
	s->waits = watch_more(s->waits, s->nwaits, sizeof(*s->waits));
	s->waits[s->nwaits++] = op == WATCH_READ ? (struct watch_wait){ op, b->objects[object].in, true } :
						   (struct watch_wait){ op, b->objects[object].out, false };
	t->nwaits++;
}

static void
look_add_flow_end(struct watch_builder *b, struct watch_thread *t, unsigned flow, const struct watch_end *e)
{
	if (e->from == flow) {
		const unsigned object = watch_object_of_ours(b, e->rfd);

		if (e->reads)
			look_add_flow_wait(b, t, WATCH_READ, object);
		if (object != WATCH_NOTHING)
			watch_add_hold(b, t->process, b->objects[object].in, false);
	}
	if (e->to == flow) {
		const unsigned object = watch_object_of_ours(b, e->wfd);

		if (e->writes)
			look_add_flow_wait(b, t, WATCH_WRITE, object);
		if (object != WATCH_NOTHING)
			watch_add_hold(b, t->process, b->objects[object].out, true);
	}
}

/* What one of our pumps moves, as a process of one thread that waits for any of its sources and sinks. */
static void
look_add_flow(struct watch_builder *b, unsigned flow)
{
	const unsigned process = look_add_process(b, 0, 0);
	struct watch_thread *t = look_add_thread(b, process, 0);

	b->s->processes[process].is_pump = true;
	t->first_wait = b->s->nwaits;
	for (unsigned i = 0; i < b->view->nends; i++)
		look_add_flow_end(b, t, flow, &b->view->ends[i]);
}

/* Descriptors 0 and 1 of a program, or what fdin= and fdout= say, are on the wire. */
static void
look_mark_wire(struct watch_builder *b, unsigned end)
{
	const struct watch_end *e = &b->view->ends[end];
	const unsigned root = look_find_process(b->s, e->pid);

	if (e->pid == 0 || root == WATCH_NOTHING)
		return;
	b->s->processes[root].is_root = true;
	for (unsigned i = 0; i < b->nfds; i++) {
		const struct watch_fd *f = &b->fds[i];
		unsigned object;

		if (f->process != root || (f->fd != e->fdin && f->fd != e->fdout) ||
		    (f->link.kind != PROCFS_PIPE && f->link.kind != PROCFS_SOCKET && f->link.kind != PROCFS_PTS))
			continue;
		object = watch_object_meet(b, &f->link, false);
		b->s->channels[b->objects[object].in].is_wire = true;
		b->s->channels[b->objects[object].out].is_wire = true;
	}
}

/* Who holds what, and who else. */

static void
look_add_holds(struct watch_builder *b)
{
	for (unsigned i = 0; i < b->nfds; i++) {
		const struct watch_fd *f = &b->fds[i];
		const unsigned object = watch_object_find(b, &f->link, false);
		const int mode = f->flags & O_ACCMODE;

		if (object == WATCH_NOTHING)
			continue;
		if (f->link.kind != PROCFS_PIPE || mode != O_WRONLY)
			watch_add_hold(b, f->process, b->objects[object].in, false);
		if (f->link.kind != PROCFS_PIPE || mode != O_RDONLY)
			watch_add_hold(b, f->process, b->objects[object].out, true);
	}
}

/* What we have open ourselves beside the ends of this wire (a program's stderr) is served by our loop. */
static bool
look_is_end(const struct watch_view *v, int fd)
{
	for (unsigned i = 0; i < v->nends; i++)
		if (v->ends[i].rfd == fd || v->ends[i].wfd == fd)
			return true;
	return false;
}

static void
look_at_stranger_fd(struct watch_builder *b, pid_t pid, int fd, bool takes_peers)
{
	struct procfs_link link;
	unsigned i;
	int flags;

	if (procread_fd(pid, fd, &link, &flags) != 0 || (i = watch_object_find(b, &link, false)) == WATCH_NOTHING)
		return;
	if (pid == getpid() && look_is_end(b->view, fd))
		return;
	if (!takes_peers)
		watch_object_is_outside(b, i, link.kind != PROCFS_PIPE || (flags & O_ACCMODE) != O_WRONLY,
		    link.kind != PROCFS_PIPE || (flags & O_ACCMODE) != O_RDONLY);
	else if (b->objects[i].end != WATCH_NOTHING)
		look_add_tree(b, b->objects[i].end, pid, true);
}

static void
look_at_stranger(struct watch_builder *b, pid_t pid, bool takes_peers)
{
	DIR *dir = procread_dir(pid, "fd");
	int fd;

	while (dir != NULL && (fd = procread_next_number(dir)) != -1)
		look_at_stranger_fd(b, pid, fd, takes_peers);
	if (dir != NULL)
		closedir(dir);
}

/* All processes that are no members: takes in those behind a socket of the wire, or marks what they have open. */
static void
look_at_strangers(struct watch_builder *b, bool takes_peers)
{
	DIR *dir = procread_dir(0, ".");
	int pid;

	while (dir != NULL && (pid = procread_next_number(dir)) != -1)
		if (look_find_process(b->s, pid) == WATCH_NOTHING)
			look_at_stranger(b, pid, takes_peers);
	if (dir != NULL)
		closedir(dir);
}

static void
look_find_waits(struct watch_builder *b)
{
	for (unsigned i = 0; i < b->s->nthreads; i++) {
		const struct watch_thread *t = &b->s->threads[i];

		if (t->state == WATCH_BLOCKED && !b->s->processes[t->process].is_pump)
			watch_find_waits(b, &b->s->threads[i]);
	}
}

/* A peer that nobody was found to hold belongs to somebody who cannot be looked at. */
static void
look_at_absent_peers(struct watch_builder *b)
{
	for (unsigned i = 0; i < b->nobjects; i++) {
		const struct watch_object *o = &b->objects[i];
		bool is_held = false;

		for (unsigned k = 0; k < b->s->nholds; k++)
			is_held |= b->s->holds[k].channel == o->in && !b->s->holds[k].is_writer;
		if (o->end != WATCH_NOTHING && !is_held)
			watch_object_is_outside(b, i, true, true);
	}
}

/* What is held back on its way to a channel that matters. */
static void
look_at_held(struct watch_builder *b)
{
	for (unsigned i = 0; i < b->nfds; i++) {
		const struct watch_fd *f = &b->fds[i];
		struct watch_process *p = &b->s->processes[f->process];

		if (f->fd == 1 && watch_object_find(b, &f->link, false) != WATCH_NOTHING)
			heldbytes_look(p->pid, &p->held);
	}
}

static void
look_at_members(struct watch_builder *b)
{
	for (unsigned i = 0; i < b->view->nends; i++)
		if (b->view->ends[i].pid != 0)
			look_add_tree(b, i, b->view->ends[i].pid, false);
	for (unsigned i = 0; i < b->view->nends; i++)
		look_mark_wire(b, i);
}

void
watch_look_at_waits(const struct watch_view *view, struct watch_snapshot *s, unsigned *channel)
{
	struct watch_builder b = { .s = s, .view = view, .with_timed = true };
	unsigned object;

	*s = (struct watch_snapshot){ 0 };
	look_at_ends(&b);
	look_at_members(&b);
	if (view->with_peers)
		look_at_strangers(&b, true);
	look_find_waits(&b);
	watch_measure(&b);
	object = watch_object_of_ours(&b, view->ends[0].wfd);
	*channel = object != WATCH_NOTHING ? b.objects[object].out : WATCH_NOTHING;
	free(b.objects);
	free(b.fds);
}

void
watch_look(const struct watch_view *view, struct watch_snapshot *s, struct watch_verdict *v)
{
	struct watch_builder b = { .s = s, .view = view };

	*s = (struct watch_snapshot){ .has_moved = view->has_moved };
	look_at_inherited(&b);
	look_at_ends(&b);
	look_at_members(&b);
	if (view->with_peers)
		look_at_strangers(&b, true);
	look_find_waits(&b);
	for (unsigned i = 0; i < view->nflows; i++)
		look_add_flow(&b, i);
	look_add_holds(&b);
	look_at_absent_peers(&b);
	for (unsigned i = 0; i < s->nprocesses; i++)
		s->has_moved |= s->processes[i].has_written;
	watch_measure(&b);
	look_at_held(&b);
	watch_judge(s, v);
	if (watch_is_stall(v->class)) {
		look_at_strangers(&b, false);
		watch_judge(s, v);
	}
	free(b.objects);
	free(b.fds);
}
