/* Pipes, sockets and pseudo-terminals as channels, by the inodes that /proc/PID/fd shows. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/io.h"
#include "base/mem.h"
#include "process/procread.h"
#include "process/sockpeer.h"
#include "wire/watch_build.h"

void *
watch_more(void *items, unsigned n, size_t size)
{
	if (n != 0 && (n < 8 || (n & (n - 1)) != 0))
		return items;
	return xreallocarray(items, n < 8 ? 8 : 2 * (size_t)n, size);
}

unsigned
watch_object_find(const struct watch_builder *b, const struct procfs_link *link, bool is_master)
{
	for (unsigned i = 0; i < b->nobjects; i++)
		if (b->objects[i].kind == link->kind && b->objects[i].id == link->id &&
		    b->objects[i].is_master == is_master)
			return i;
	return WATCH_NOTHING;
}

static unsigned
object_channel(struct watch_builder *b)
{
	struct watch_snapshot *s = b->s;

	s->channels = watch_more(s->channels, s->nchannels, sizeof(*s->channels));
	s->channels[s->nchannels] = (struct watch_channel){ 0 };
	return s->nchannels++;
}

static unsigned
object_add(struct watch_builder *b, const struct procfs_link *link, bool is_master, unsigned in, unsigned out)
{
	b->objects = watch_more(b->objects, b->nobjects, sizeof(*b->objects));
	b->objects[b->nobjects] = (struct watch_object){ .kind = link->kind,
		.id = link->id,
		.is_master = is_master,
		.in = in,
		.out = out,
		.end = WATCH_NOTHING };
	return b->nobjects++;
}

void
watch_object_is_outside(struct watch_builder *b, unsigned object, bool reads, bool writes)
{
	const struct watch_object *o = &b->objects[object];

	b->s->channels[o->in].outside_reads |= reads;
	b->s->channels[o->out].outside_writes |= writes;
}

/* Whoever has the other side of a socket or terminal that is not here reads what this side writes, and writes what it reads. */
static void
object_lacks_other_side(struct watch_builder *b, const struct watch_object *o)
{
	b->s->channels[o->out].outside_reads = true;
	b->s->channels[o->in].outside_writes = true;
}

static void
object_meet_socket(struct watch_builder *b, unsigned object)
{
	struct watch_object *o = &b->objects[object];
	struct sockpeer peer;
	struct procfs_link link = { .kind = PROCFS_SOCKET };

	if (sockpeer_find_unix(o->id, &peer) != 0) {
		if (!b->view->with_peers || sockpeer_find_tcp(o->id, &peer) != 0) {
			object_lacks_other_side(b, o);
			return;
		}
		o->is_tcp = true;
	}
	b->s->channels[o->in].filled = peer.incoming;
	b->s->channels[o->out].filled = peer.unread;
	link.id = peer.inode;
	if (watch_object_find(b, &link, false) == WATCH_NOTHING)
		object_add(b, &link, false, o->out, o->in);
}

unsigned
watch_object_meet(struct watch_builder *b, const struct procfs_link *link, bool is_master)
{
	unsigned i = watch_object_find(b, link, is_master), in, out;
	struct procfs_link other = *link;

	if (i != WATCH_NOTHING)
		return i;
	in = object_channel(b);
	out = link->kind == PROCFS_PIPE ? in : object_channel(b);
	i = object_add(b, link, is_master, in, out);
	if (link->kind == PROCFS_SOCKET)
		object_meet_socket(b, i);
	else if (link->kind == PROCFS_PTS && is_master)
		object_add(b, &other, false, out, in);
	else if (link->kind == PROCFS_PTS)
		object_lacks_other_side(b, &b->objects[i]);
	return i;
}

unsigned
watch_object_of_ours(struct watch_builder *b, int fd)
{
	struct procfs_link link;
	unsigned number;
	int flags;

	if (fd == -1)
		return WATCH_NOTHING;
	if (ioctl(fd, TIOCGPTN, &number) == 0) {
		link = (struct procfs_link){ PROCFS_PTS, number };
		return watch_object_meet(b, &link, true);
	}
	if (procread_fd(getpid(), fd, &link, &flags) != 0)
		return WATCH_NOTHING;
	if (link.kind == PROCFS_PIPE || link.kind == PROCFS_SOCKET || link.kind == PROCFS_PTS)
		return watch_object_meet(b, &link, false);
	return WATCH_NOTHING;
}

void
watch_add_hold(struct watch_builder *b, unsigned process, unsigned channel, bool is_writer)
{
	struct watch_snapshot *s = b->s;

	s->holds = watch_more(s->holds, s->nholds, sizeof(*s->holds));
	s->holds[s->nholds++] = (struct watch_hold){ process, channel, is_writer };
}

/* The reading side of a pipe may be opened anew where descriptors cannot be borrowed; it is closed at once. */
int
watch_borrow_fd(pid_t pid, int fd)
{
	int pidfd = compat_pidfd_open(pid), copy;

	if (pidfd == -1)
		return -errno;
	copy = compat_pidfd_getfd(pidfd, fd);
	if (copy == -1)
		copy = -errno;
	io_close(&pidfd);
	return copy;
}

static bool
measure_pipe(struct watch_channel *c, int fd)
{
	int filled = 0, size = fcntl(fd, F_GETPIPE_SZ);

	if (size <= 0 || ioctl(fd, FIONREAD, &filled) == -1 || filled < 0)
		return false;
	c->filled = (uint64_t)filled;
	c->size = (uint64_t)size;
	return true;
}

static void
measure_theirs(struct watch_builder *b, const struct watch_object *o)
{
	for (unsigned i = 0; i < b->nfds; i++) {
		const struct watch_fd *f = &b->fds[i];
		bool is_done;
		int fd;

		if (f->link.kind != PROCFS_PIPE || f->link.id != o->id)
			continue;
		fd = watch_borrow_fd(b->s->processes[f->process].pid, f->fd);
		if (fd < 0)
			continue;
		is_done = measure_pipe(&b->s->channels[o->in], fd);
		io_close(&fd);
		if (is_done)
			return;
	}
}

static void
measure_ours(struct watch_builder *b, int fd)
{
	unsigned object = watch_object_of_ours(b, fd);

	if (object != WATCH_NOTHING && b->objects[object].kind == PROCFS_PIPE)
		measure_pipe(&b->s->channels[b->objects[object].in], fd);
}

void
watch_measure(struct watch_builder *b)
{
	for (unsigned i = 0; i < b->view->nends; i++) {
		measure_ours(b, b->view->ends[i].rfd);
		measure_ours(b, b->view->ends[i].wfd);
	}
	for (unsigned i = 0; i < b->nobjects; i++)
		if (b->objects[i].kind == PROCFS_PIPE && b->s->channels[b->objects[i].in].size == 0)
			measure_theirs(b, &b->objects[i]);
}
