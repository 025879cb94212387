/*
 * as=ring: a stream from one ipcwire to another through shared memory. The ring itself is base/ring.
 *
 * Whoever comes first makes the object: without a name at first, so that nobody finds it half made, locked (flock) for as long
 * as its maker lives, and with a socket on which the maker waits; the header says which. Who finds an object that is not
 * locked has found what a dead maker left behind, and removes it. The second one connects, shows by the token that it can
 * read the memory, and is answered. From then on that connection wakes whichever side waits, a byte for each time, and its
 * end is the other one's end. The last act of a side that ends properly is a flag in the header, so a death is known from that.
 *
 * WAITING (maker) or GREETING (second) -> PAIRED -> closed. The maker removes the name; if it has died the other one does.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/param.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cutguard.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/newfile.h"
#include "base/ring.h"
#include "endpoint/openjob.h"
#include "endpoint/shm.h"

#define RING_SIZE_DEFAULT (UINT64_C(1) << 20)
#define RING_ATTEMPTS 1000 /* while somebody comes, goes or clears up just now */

struct ring_end {
	struct endpoint *ep;
	struct ring ring;
	struct cutguard guard;
	bool is_maker, is_paired, is_gone, has_ended;
	int object;   /* the memory; the maker's holds the lock */
	int listener; /* a maker that waits */
	int socket;   /* to the other side */
	unsigned char token[RING_TOKEN];
	size_t token_len;
	struct loop_source waiting, source;
	struct loop_timer timer;
};

static bool
ring_is_writer(const struct ring_end *e)
{
	return e->ep->roles == ROLE_WRITE;
}

static socklen_t
ring_address(struct sockaddr_un *sun, const char *name)
{
	*sun = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(sun->sun_path + 1, sizeof(sun->sun_path) - 1, "%s", name);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

static int
ring_map(struct ring_end *e, uint64_t size)
{
	void *memory = mmap(NULL, RING_DATA + size, PROT_READ | PROT_WRITE, MAP_SHARED, e->object, 0);

	if (memory == MAP_FAILED)
		return endpoint_fail(e->ep, errno, "cannot map it");
	ring_init(&e->ring, memory, size);
	cutguard_init(&e->guard, memory, RING_DATA + size);
	return 0;
}

static void
ring_unmap(struct ring_end *e)
{
	if (e->ring.shared == NULL)
		return;
	cutguard_fini(&e->guard);
	munmap(e->guard.memory, e->guard.len);
	e->ring.shared = NULL;
}

/* Removes the name if it is still that of our object. */
static void
ring_remove(const struct ring_end *e)
{
	struct stat own;

	if (fstat(e->object, &own) == 0)
		io_unlink_own(shm_path(e->ep), own.st_dev, own.st_ino);
}

/* Running. */

/* The other side waits for what has just been done. That it does not take the byte means that it has one already, or is gone. */
static void
ring_wake(const struct ring_end *e)
{
	ssize_t n = send(e->socket, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);

	(void)n;
}

static struct ring_end *
ring_end_of(const struct endpoint *ep)
{
	return ep->owner_of_io;
}

static int
ring_lie(struct ring_end *e)
{
	if (e->guard.is_cut)
		return endpoint_explain(e->ep, EIO, "another process has cut the memory short");
	return endpoint_explain(e->ep, EPROTO, "the %s's place in the ring cannot be: damaged, or no ipcwire",
	    ring_is_writer(e) ? "reader" : "writer");
}

/* The flag is looked at before the data: what was written before it was set is seen then. */
static int
ring_nothing(struct ring_end *e, bool has_ended)
{
	if (has_ended)
		return 0;
	if (e->is_gone)
		return endpoint_explain(e->ep, EOWNERDEAD, "the writer ended before it had said that this was all");
	endpoint_recheck(e->ep);
	return -EAGAIN;
}

static ssize_t
ring_read(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct ring_end *e = ring_end_of(ep);
	const bool has_ended = atomic_load_explicit(&e->ring.shared->is_ended, memory_order_acquire) != 0;
	struct iovec from[2];
	int n = ring_data(&e->ring, from);
	size_t len;

	(void)niov;
	if (n < 0 || e->guard.is_cut)
		return ring_lie(e);
	if (n == 0)
		return ring_nothing(e, has_ended);
	len = MIN(from[0].iov_len, iov[0].iov_len);
	memcpy(iov[0].iov_base, from[0].iov_base, len);
	if (e->guard.is_cut)
		return ring_lie(e);
	if (ring_took(&e->ring, len))
		ring_wake(e);
	return (ssize_t)len;
}

static int
ring_unwanted(struct ring_end *e)
{
	if (atomic_load_explicit(&e->ring.shared->is_unread, memory_order_acquire) != 0)
		return -EPIPE;
	return endpoint_explain(e->ep, EOWNERDEAD, "the reader has died");
}

static ssize_t
ring_write(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct ring_end *e = ring_end_of(ep);
	struct iovec to[2];
	int n = ring_room(&e->ring, to);
	size_t len;

	(void)niov;
	if (n < 0 || e->guard.is_cut)
		return ring_lie(e);
	if (e->is_gone)
		return ring_unwanted(e);
	if (n == 0) {
		endpoint_recheck(ep);
		return -EAGAIN;
	}
	len = MIN(to[0].iov_len, iov[0].iov_len);
	memcpy(to[0].iov_base, iov[0].iov_base, len);
	if (e->guard.is_cut)
		return ring_lie(e);
	if (ring_wrote(&e->ring, len))
		ring_wake(e);
	return (ssize_t)len;
}

/* That it is over is said once all is there; a reader that is gone by now has not had all. */
static int
ring_shutdown(struct endpoint *ep)
{
	struct ring_end *e = ring_end_of(ep);
	struct iovec to[2];

	if (e->has_ended || ep->why != NULL)
		return 0;
	e->has_ended = true;
	if (ring_room(&e->ring, to) < 0 || e->guard.is_cut)
		return ring_lie(e);
	if (ep->is_cut) /* the reader shall not take it for all */
		return 0;
	atomic_store_explicit(&e->ring.shared->is_ended, 1, memory_order_release);
	ring_wake(e);
	return e->is_gone && e->ring.own != e->ring.other ? ring_unwanted(e) : 0;
}

static bool
ring_is_ready(struct endpoint *ep, enum endpoint_role role)
{
	struct ring_end *e = ring_end_of(ep);

	if (e->is_gone || e->guard.is_cut)
		return true;
	if (role == ROLE_WRITE)
		return ring_has_room(&e->ring);
	return ring_has_data(&e->ring) || atomic_load(&e->ring.shared->is_ended) != 0;
}

static const struct endpoint_io ring_io = {
	.read = ring_read,
	.write = ring_write,
	.shutdown = ring_shutdown,
	.is_ready = ring_is_ready,
};

static void
ring_woken(struct loop_source *s, uint32_t events)
{
	struct ring_end *e = s->arg;
	char bytes[64];
	ssize_t n;

	(void)events;
	do {
		n = recv(e->socket, bytes, sizeof(bytes), MSG_DONTWAIT);
	} while (n == (ssize_t)sizeof(bytes) || (n == -1 && errno == EINTR));
	if (n == 0 || (n == -1 && errno != EAGAIN)) {
		e->is_gone = true;
		loop_source_want(endpoint_loop(e->ep), &e->source, 0);
	}
	endpoint_recheck(e->ep);
}

/* Opening. */

static int
ring_pair(struct ring_end *e)
{
	struct loop *loop = endpoint_loop(e->ep);
	int error;

	loop_timer_stop(loop, &e->timer);
	loop_source_stop(loop, &e->source);
	loop_source_init(&e->source, e->socket, ring_woken, e);
	error = loop_source_want(loop, &e->source, EPOLLIN);
	if (error != 0)
		return endpoint_fail(e->ep, -error, "cannot wait for the other side");
	e->is_paired = true;
	e->ep->io = &ring_io;
	log_msg(LOG_INFO, &e->ep->who, "the %s is there; a ring of %llu bytes", ring_is_writer(e) ? "reader" : "writer",
	    (unsigned long long)e->ring.size);
	return 0;
}

static void
ring_expired(struct loop_timer *t)
{
	struct ring_end *e = t->arg;

	log_msg(LOG_ERROR, &e->ep->who, "no %s came within the time limit (connect-timeout)",
	    ring_is_writer(e) ? "reader" : "writer");
	e->ep->status = 124;
	endpoint_opened(e->ep, -ETIMEDOUT);
}

static void
ring_drop_guest(struct ring_end *e)
{
	loop_source_stop(endpoint_loop(e->ep), &e->source);
	io_close(&e->socket);
	e->token_len = 0;
	loop_source_want(endpoint_loop(e->ep), &e->waiting, EPOLLIN);
}

/* Somebody has connected: it must know the token, or it has found our socket and not our memory. */
static void
ring_guest_speaks(struct loop_source *s, uint32_t events)
{
	struct ring_end *e = s->arg;
	ssize_t n = recv(e->socket, e->token + e->token_len, sizeof(e->token) - e->token_len, MSG_DONTWAIT);

	(void)events;
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	e->token_len += n > 0 ? (size_t)n : 0;
	if (n > 0 && e->token_len < sizeof(e->token))
		return;
	if (n <= 0 || memcmp(e->token, e->ring.shared->token, sizeof(e->token)) != 0 ||
	    send(e->socket, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL) != 1) {
		ring_drop_guest(e);
		return;
	}
	atomic_store(&e->ring.shared->is_paired, 1);
	loop_source_stop(endpoint_loop(e->ep), &e->waiting);
	io_close(&e->listener);
	endpoint_opened(e->ep, ring_pair(e));
}

static void
ring_guest_comes(struct loop_source *s, uint32_t events)
{
	struct ring_end *e = s->arg;
	struct loop *loop = endpoint_loop(e->ep);

	(void)events;
	e->socket = accept4(e->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (e->socket == -1)
		return;
	loop_source_want(loop, &e->waiting, 0);
	loop_source_init(&e->source, e->socket, ring_guest_speaks, e);
	loop_source_want(loop, &e->source, EPOLLIN);
}

static int
ring_listen(struct ring_end *e, const char *name)
{
	struct sockaddr_un sun;
	socklen_t len = ring_address(&sun, name);

	e->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (e->listener == -1)
		return endpoint_fail(e->ep, errno, "cannot make a socket");
	if (bind(e->listener, (struct sockaddr *)&sun, len) == -1 || listen(e->listener, 8) == -1)
		return endpoint_fail(e->ep, errno, "cannot wait on a socket of its own");
	return 0;
}

/* All of the object but its name. */
static int
ring_prepare(struct ring_end *e, uint64_t size)
{
	unsigned char random[RING_TOKEN + 12];
	struct ring_header *h;
	int error;

	if (flock(e->object, LOCK_EX | LOCK_NB) == -1)
		return endpoint_fail(e->ep, errno, "cannot lock it");
	error = posix_fallocate(e->object, 0,
	    (off_t)(RING_DATA + size)); /* memory that is out is an error now, no SIGBUS later */
	if (error != 0)
		return endpoint_fail(e->ep, error, "cannot have %llu bytes for it", (unsigned long long)size);
	error = ring_map(e, size);
	if (error != 0)
		return error;
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return endpoint_fail(e->ep, errno, "cannot have random bytes");
	h = e->ring.shared;
	ring_make(h, size, ring_is_writer(e));
	memcpy(h->token, random, RING_TOKEN);
	memcpy(h->name, "ipcw", 4);
	for (size_t i = 0; i < 12; i++)
		snprintf(h->name + 4 + 2 * i, 3, "%02x", random[RING_TOKEN + i]);
	return ring_listen(e, h->name);
}

static int
ring_await(struct ring_end *e)
{
	const struct opening_opts *o = endpoint_spec_group(e->ep->spec, &opening_group);
	struct loop *loop = endpoint_loop(e->ep);
	int error;

	loop_source_init(&e->waiting, e->listener, ring_guest_comes, e);
	error = loop_source_want(loop, &e->waiting, EPOLLIN);
	if (error != 0)
		return endpoint_fail(e->ep, -error, "cannot wait for the other side");
	if (o->timeout > 0)
		loop_timer_set(loop, &e->timer, loop_now(loop) + (uint64_t)o->timeout);
	log_msg(LOG_INFO, &e->ep->who, "waiting for a %s", ring_is_writer(e) ? "reader" : "writer");
	return 1;
}

static void
ring_reset(struct ring_end *e)
{
	ring_unmap(e);
	io_close(&e->listener);
	io_close(&e->socket);
	io_close(&e->object);
	e->is_maker = false;
}

/* Returns 1; -EEXIST: somebody was quicker; another -errno (told). */
static int
ring_create(struct ring_end *e)
{
	const struct shm_opts *o = e->ep->spec->opts;
	struct newfile file;
	int error = newfile_open(&file, shm_path(e->ep), (mode_t)o->mode);

	if (error != 0)
		return endpoint_fail(e->ep, -error, "cannot make it");
	e->object = file.fd;
	e->is_maker = true;
	error = ring_prepare(e, o->size != 0 ? o->size : RING_SIZE_DEFAULT);
	if (error == 0) {
		error = newfile_publish(&file, shm_path(e->ep), false);
		if (error != 0 && error != -EEXIST)
			endpoint_fail(e->ep, -error, "cannot make it");
	}
	newfile_fini(&file);
	if (error == 0)
		return ring_await(e);
	ring_reset(e);
	return error;
}

static void
ring_welcomed(struct loop_source *s, uint32_t events)
{
	struct ring_end *e = s->arg;
	char byte;
	ssize_t n = recv(e->socket, &byte, 1, MSG_DONTWAIT);

	(void)events;
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n != 1) {
		log_msg(LOG_ERROR, &e->ep->who, "the %s that had made it is gone",
		    ring_is_writer(e) ? "reader" : "writer");
		endpoint_opened(e->ep, -ECONNRESET);
		return;
	}
	endpoint_opened(e->ep, ring_pair(e));
}

/* Returns 1; -EAGAIN: its maker is going; another -errno (told). */
static int
ring_greet(struct ring_end *e, const struct ring_header *h)
{
	const struct opening_opts *o = endpoint_spec_group(e->ep->spec, &opening_group);
	struct loop *loop = endpoint_loop(e->ep);
	struct sockaddr_un sun;
	socklen_t len = ring_address(&sun, h->name);

	e->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (e->socket == -1)
		return endpoint_fail(e->ep, errno, "cannot make a socket");
	if (connect(e->socket, (struct sockaddr *)&sun, len) == -1 ||
	    send(e->socket, h->token, RING_TOKEN, MSG_DONTWAIT | MSG_NOSIGNAL) != RING_TOKEN)
		return -EAGAIN;
	loop_source_init(&e->source, e->socket, ring_welcomed, e);
	if (loop_source_want(loop, &e->source, EPOLLIN) != 0)
		return endpoint_fail(e->ep, errno, "cannot wait for the other side");
	if (o->timeout > 0)
		loop_timer_set(loop, &e->timer, loop_now(loop) + (uint64_t)o->timeout);
	return 1;
}

static int
ring_refuse(struct ring_end *e, const char *why)
{
	log_msg(LOG_ERROR, &e->ep->who, "cannot join the ring: %s", why);
	return -EINVAL;
}

/* Its header, copied, is what we may believe from now on. */
static int
ring_join(struct ring_end *e, const struct ring_header *h)
{
	const struct shm_opts *o = e->ep->spec->opts;
	int error;

	if (h->is_made_by_writer == (uint32_t)ring_is_writer(e))
		return ring_refuse(e,
		    ring_is_writer(e) ? "its other side is a writer, too" : "its other side is a reader, too");
	if (h->is_paired)
		return ring_refuse(e, "a reader and a writer have it already");
	if (o->size != 0 && o->size != h->size) {
		log_msg(LOG_ERROR, &e->ep->who, "cannot join the ring: it has %llu bytes, not size=%llu",
		    (unsigned long long)h->size, (unsigned long long)o->size);
		return -EINVAL;
	}
	error = ring_map(e, h->size);
	return error != 0 ? error : ring_greet(e, h);
}

/* What no living maker holds is removed, if it was a ring. Returns -ESTALE, or -errno (told). */
static int
ring_clear(struct ring_end *e, const struct ring_header *h, uint64_t size)
{
	if (size != 0 && !ring_is_one(h, size))
		return ring_refuse(e, "something stands there that is no ring of ipcwire's, and stays untouched");
	log_msg(LOG_INFO, &e->ep->who, "replacing a ring whose maker has died");
	ring_remove(e);
	return -ESTALE;
}

/* Returns 1; -ENOENT, -EAGAIN or -ESTALE: look again; another -errno (told). */
static int
ring_find(struct ring_end *e)
{
	struct ring_header h = { 0 };
	struct iovec iov = { &h, sizeof(h) };
	const char *why;
	struct stat st;
	int fd = io_open(shm_path(e->ep), O_RDWR | O_NONBLOCK | O_NOFOLLOW, 0);

	if (fd == -ENOENT)
		return -ENOENT;
	if (fd < 0)
		return endpoint_fail(e->ep, -fd, "cannot open it");
	e->object = fd;
	if (fstat(e->object, &st) == -1 || !S_ISREG(st.st_mode) || preadv(e->object, &iov, 1, 0) == -1)
		return ring_refuse(e, "it is neither shared memory nor a file");
	if (flock(e->object, LOCK_EX | LOCK_NB) == 0)
		return ring_clear(e, &h, (uint64_t)st.st_size);
	why = ring_check(&h, (uint64_t)st.st_size);
	return why != NULL ? ring_refuse(e, why) : ring_join(e, &h);
}

static int
ring_open_once(struct ring_end *e)
{
	int result = ring_find(e);

	if (result < 0)
		ring_reset(e);
	if (result == -ENOENT)
		result = ring_create(e);
	return result;
}

int
shm_ring_open(struct endpoint *ep, struct ring_end **end)
{
	struct ring_end *e = *end = xcalloc(1, sizeof(*e));
	int result = -EAGAIN;

	*e = (struct ring_end){ .ep = ep, .object = -1, .listener = -1, .socket = -1 };
	ep->owner_of_io = e;
	loop_source_init(&e->waiting, -1, ring_guest_comes, e);
	loop_source_init(&e->source, -1, ring_welcomed, e);
	loop_timer_init(&e->timer, ring_expired, e);
	for (int i = 0; i < RING_ATTEMPTS; i++) {
		result = ring_open_once(e);
		if (result != -EAGAIN && result != -ESTALE && result != -EEXIST)
			return result;
		sched_yield();
	}
	return ring_refuse(e, "whoever has it does not answer");
}

/* A ring whose other side has gone before us is nobody's; one that has been killed may hold its lock a moment longer. */
static void
ring_clear_up(struct ring_end *e)
{
	if (e->is_maker || e->is_gone)
		ring_remove(e);
}

void
shm_ring_close(struct ring_end *e)
{
	if (e == NULL)
		return;
	loop_source_stop(endpoint_loop(e->ep), &e->waiting);
	loop_source_stop(endpoint_loop(e->ep), &e->source);
	loop_timer_stop(endpoint_loop(e->ep), &e->timer);
	if (e->is_paired && !ring_is_writer(e))
		atomic_store_explicit(&e->ring.shared->is_unread, 1, memory_order_release);
	if (e->object != -1)
		ring_clear_up(e);
	ring_reset(e);
	free(e);
}
