/* Datagrams as connections: see datagrams.h. */
#include "net/datagrams.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "net/datagram_io.h"
#include "net/datagram_room.h"
#include "net/peername.h"

#define DATAGRAMS_BATCH 64
#define DATAGRAMS_BUCKETS 256
#define DATAGRAMS_SNDBUF (4 * 1024 * 1024) /* of a connection; the system cuts it to net.core.wmem_max */
#define DATAGRAMS_AGAIN LOOP_MS(5)         /* where the kernel has no event for room: ENOBUFS */
#define DATAGRAMS_REST LOOP_MS(100)        /* when there are no descriptors */
#define DATAGRAMS_OURS \
	LOOP_MS(100) /* a UNIX socket of ours: of less than three quarters that are free no event tells */
#define DATAGRAMS_PATIENCE LOOP_SEC(2) /* for what cannot go out once nobody listens any more */

struct held {
	unsigned char *bytes;
	size_t len;
	bool is_there;
};

struct datagram_peer {
	struct datagrams *d;
	struct datagram_address address;
	int fd; /* our end of its connection */
	struct loop_source source;
	bool says_no_more;   /* the connection's owner has ended its writing, and may still read */
	struct held in, out; /* waits for room in the connection; on its way to the peer */
	struct datagram_peer *next_peer, **prev_peer; /* of all */
	struct datagram_peer *next, **prev;           /* in its bucket */
	struct datagram_peer *next_blocked;           /* those with something on its way */
	struct datagram_room room;                    /* ... that waits for room at the peer */
	bool waits_for_ours;                          /* ... or in our own socket */
	struct loop_task reaper;
};

struct datagrams {
	struct datagrams_setup setup;
	struct loop_source source;
	struct loop_timer again;
	struct loop_task reaper;
	struct datagram_peer *buckets[DATAGRAMS_BUCKETS], *blocked;
	unsigned long npeers;
	bool is_held_up; /* a connection has no room, and is waited for */
	bool is_left;
	uint64_t left_at;
	void (*accepted)(const struct acceptor_peer *, void *);
	void *arg;
	struct datagram_receiver receiver;
	struct datagram_peer *peers;    /* all of them, also those that were forgotten */
	struct datagrams *next, **prev; /* of this process */
	uint64_t lost;                  /* datagrams, for connections without room, and for want of descriptors */
	struct held stranger;           /* for whom there was no descriptor */
	struct datagram_address stranger_from;
};

/* Those that the loop has not freed yet: it may end with peers that still have something to say. One thread has them. */
static struct datagrams *datagrams_all;

static void datagrams_want(struct datagrams *);
static void datagrams_send_on(struct datagrams *);
static void datagrams_meet_again(struct datagrams *);
static void datagrams_refuse(struct datagrams *, const struct datagram_address *);
static void held_forget(struct held *);

/* Peers. */

static size_t
datagrams_bucket(const struct datagram_address *a)
{
	return datagram_address_hash(a) % DATAGRAMS_BUCKETS;
}

static struct datagram_peer *
datagrams_find(struct datagrams *d, const struct datagram_address *a)
{
	struct datagram_peer *p = d->setup.is_single ? NULL : d->buckets[datagrams_bucket(a)];

	while (p != NULL && !datagram_address_equals(&p->address, a))
		p = p->next;
	return p;
}

static void
datagrams_reap(struct loop_task *t)
{
	struct datagrams *d = t->arg;

	*d->prev = d->next;
	if (d->next != NULL)
		d->next->prev = d->prev;
	datagram_receiver_fini(&d->receiver);
	free(d);
}

static void
datagrams_check(struct datagrams *d)
{
	int fd = d->setup.fd;

	if (d->is_left && d->stranger.is_there && d->accepted == NULL) {
		datagrams_refuse(d, &d->stranger_from);
		held_forget(&d->stranger);
	}
	if (!d->is_left || d->npeers > 0 || fd == -1)
		return;
	datagram_drops_tell(&d->receiver.drops, &d->setup.who, 0, true);
	loop_source_stop(d->setup.loop, &d->source);
	loop_timer_stop(d->setup.loop, &d->again);
	io_close(&fd);
	d->setup.fd = -1;
	loop_defer(d->setup.loop, &d->reaper);
}

static void
peer_reap(struct loop_task *t)
{
	free(t->arg);
}

static void
peer_unblock(struct datagram_peer *p)
{
	struct datagram_peer **at = &p->d->blocked;

	while (*at != NULL && *at != p)
		at = &(*at)->next_blocked;
	if (*at == p)
		*at = p->next_blocked;
	datagram_room_stop(&p->room);
}

/* It is not found by its address any more: what the peer sends makes a new connection. What it has to say still goes out. */
static void
peer_forget(struct datagram_peer *p)
{
	if (p->prev != NULL)
		*p->prev = p->next;
	if (p->next != NULL)
		p->next->prev = p->prev;
	p->prev = NULL;
	p->next = NULL;
}

static void
peer_remove(struct datagram_peer *p)
{
	struct datagrams *d = p->d;

	if (p->fd == -1)
		return;
	if (p->in.is_there)
		d->is_held_up = false;
	peer_unblock(p);
	peer_forget(p);
	*p->prev_peer = p->next_peer;
	if (p->next_peer != NULL)
		p->next_peer->prev_peer = p->prev_peer;
	loop_source_stop(d->setup.loop, &p->source);
	io_close(&p->fd);
	free(p->in.bytes);
	free(p->out.bytes);
	loop_defer(d->setup.loop, &p->reaper);
	if (--d->npeers == 0 && d->setup.busy != NULL)
		d->setup.busy(d->setup.arg, false);
	datagrams_want(d);
	datagrams_check(d);
}

static void
held_keep(struct held *h, const void *bytes, size_t len)
{
	free(h->bytes);
	h->bytes = xmalloc(len > 0 ? len : 1);
	memcpy(h->bytes, bytes, len);
	h->len = len;
	h->is_there = true;
}

static void
held_forget(struct held *h)
{
	free(h->bytes);
	*h = (struct held){ 0 };
}

/* While something waits to go out to the peer, that the connection's owner has gone is of no interest yet. */
static void
peer_want(struct datagram_peer *p)
{
	const uint32_t reads = LOOP_WATCH | (p->says_no_more ? 0 : EPOLLIN);
	int error;

	if (p->fd == -1)
		return;
	error = loop_source_want(p->d->setup.loop, &p->source,
	    (p->out.is_there ? 0 : reads) | (p->in.is_there ? EPOLLOUT : 0));
	if (error == 0)
		return;
	log_errno(LOG_ERROR, &p->d->setup.who, -error, "cannot wait for a connection");
	peer_remove(p);
}

/* From the connection to the peer. */

static void
peer_lost(struct datagram_peer *p, size_t len, int error)
{
	char text[PEERNAME_MAX];

	peername_format(&p->address.peer, p->address.peer_len, text);
	if (error == ENOTCONN)
		log_msg(LOG_WARN, &p->d->setup.who,
		    "a message of %zu bytes is lost: its client has no address to answer to", len);
	else
		log_errno(LOG_WARN, &p->d->setup.who, error, "a message of %zu bytes to %s is lost", len, text);
}

/* Returns false when it must wait. */
static bool
peer_send(struct datagram_peer *p, const void *bytes, size_t len)
{
	struct datagrams *d = p->d;
	struct iovec iov = { (void *)(uintptr_t)bytes, len };
	int error = datagram_send(d->setup.fd, &p->address, &iov, 1);

	if (error == -EAGAIN || error == -ENOBUFS) {
		if (d->is_left && loop_now(d->setup.loop) - d->left_at >= DATAGRAMS_PATIENCE) {
			peer_lost(p, len, ETIMEDOUT);
			return true;
		}
		return false;
	}
	if (error != 0)
		peer_lost(p, len, -error);
	return true;
}

static void
datagrams_set_timer(struct datagrams *d, uint64_t at)
{
	if (!loop_timer_is_set(&d->again) || d->again.when > at)
		loop_timer_set(d->setup.loop, &d->again, at);
}

static void
peer_has_room(void *arg)
{
	struct datagram_peer *p = arg;

	datagrams_send_on(p->d);
}

/* UDP has no room to wait for but ours, and ENOBUFS, which no event tells of. */
static void
peer_wait_for_room(struct datagram_peer *p)
{
	struct datagrams *d = p->d;
	const uint64_t now = loop_now(d->setup.loop);
	int where =
	    d->setup.waits ? datagram_room_wait(&p->room, &p->address, d->setup.loop, peer_has_room, p) : -ENOTSUP;

	p->waits_for_ours = where == DATAGRAM_ROOM_OURS || !d->setup.waits;
	if (where < 0)
		datagrams_set_timer(d, now + DATAGRAMS_AGAIN);
	else if (where == DATAGRAM_ROOM_OURS)
		datagrams_set_timer(d, now + DATAGRAMS_OURS);
	else if (d->is_left)
		datagrams_set_timer(d, d->left_at + DATAGRAMS_PATIENCE);
}

static void
peer_block(struct datagram_peer *p, const void *bytes, size_t len)
{
	held_keep(&p->out, bytes, len);
	p->next_blocked = p->d->blocked;
	p->d->blocked = p;
	peer_wait_for_room(p);
	peer_want(p);
	datagrams_want(p->d);
}

static void
datagrams_send_on(struct datagrams *d)
{
	struct datagram_peer *p = d->blocked, *next;

	d->blocked = NULL;
	for (; p != NULL; p = next) {
		next = p->next_blocked;
		if (!peer_send(p, p->out.bytes, p->out.len)) {
			p->next_blocked = d->blocked;
			d->blocked = p;
			peer_wait_for_room(p);
			continue;
		}
		datagram_room_stop(&p->room);
		held_forget(&p->out);
		peer_want(p);
	}
	datagrams_want(d);
}

static void
datagrams_try_again(struct loop_timer *t)
{
	datagrams_meet_again(t->arg);
	datagrams_send_on(t->arg);
}

/* Returns false when nothing more comes now. */
static bool
peer_take(struct datagram_peer *p)
{
	struct datagrams *d = p->d;
	struct io_message m;
	ssize_t n = datagram_receive_message(&d->receiver, p->fd, &m);

	if (n == -EAGAIN)
		return false;
	if (n < 0 && n != -ECONNRESET)
		log_errno(LOG_ERROR, &d->setup.who, (int)-n, "cannot read from a connection");
	if (n == -ECONNRESET) /* it was closed with something unread; what it has written before is there still */
		return true;
	if (n < 0 || (n == 0 && !m.has_control)) {
		p->says_no_more = true;
		return false;
	}
	if (peer_send(p, d->receiver.buf, (size_t)n))
		return true;
	peer_block(p, d->receiver.buf, (size_t)n);
	return false;
}

static void peer_deliver_held(struct datagram_peer *);

static void
peer_ready(struct loop_source *s, uint32_t events)
{
	struct datagram_peer *p = s->arg;
	int round = 0;

	if ((events & (EPOLLOUT | EPOLLHUP)) && p->in.is_there)
		peer_deliver_held(p);
	while (p->fd != -1 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && !p->out.is_there && !p->says_no_more &&
	    round++ < DATAGRAMS_BATCH)
		if (!peer_take(p))
			break;
	if (p->says_no_more && (events & EPOLLHUP))
		peer_remove(p);
	else
		peer_want(p);
}

/* From the peer to the connection. */

/* NULL: *other is the -errno. */
static struct datagram_peer *
peer_new(struct datagrams *d, const struct datagram_address *a, int *other)
{
	const int on = 1, size = DATAGRAMS_SNDBUF;
	struct datagram_peer *p;
	int fds[2], error = FAULT("datagrams.pair");

	if (error != 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == -1) {
		*other = error != 0 ? -error : -errno;
		return NULL;
	}
	/* With it an empty message has something that the end of input has not: see datagram_io.h. */
	for (int i = 0; i < 2; i++)
		if (setsockopt(fds[i], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == -1 ||
		    setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) == -1)
			log_errno(LOG_WARN, &d->setup.who, errno, "cannot prepare a connection");
	p = xcalloc(1, sizeof(*p));
	p->d = d;
	p->address = *a;
	p->fd = fds[0];
	*other = fds[1];
	loop_source_init(&p->source, p->fd, peer_ready, p);
	datagram_room_init(&p->room);
	loop_task_init(&p->reaper, peer_reap, p);
	return p;
}

static void
datagrams_add(struct datagrams *d, struct datagram_peer *p)
{
	struct datagram_peer **bucket = &d->buckets[datagrams_bucket(&p->address)];

	p->next = *bucket;
	if (p->next != NULL)
		p->next->prev = &p->next;
	p->prev = bucket;
	*bucket = p;
	p->next_peer = d->peers;
	if (p->next_peer != NULL)
		p->next_peer->prev_peer = &p->next_peer;
	p->prev_peer = &d->peers;
	d->peers = p;
	if (d->npeers++ == 0 && d->setup.busy != NULL)
		d->setup.busy(d->setup.arg, true);
}

/* Returns 0, or -errno: -EPIPE when the connection is gone. */
static int
peer_put(struct datagram_peer *p, const void *bytes, size_t len)
{
	struct iovec iov = { (void *)(uintptr_t)bytes, len };
	ssize_t n = io_sendv(p->fd, &iov, 1);

	return n < 0 ? (int)n : 0;
}

static void
peer_no_room(struct datagram_peer *p, size_t len)
{
	struct datagrams *d = p->d;
	char text[PEERNAME_MAX];

	if (d->setup.waits) {
		held_keep(&p->in, d->receiver.buf, len);
		d->is_held_up = true;
		peer_want(p);
		datagrams_want(d);
		return;
	}
	d->lost++;
	peername_format(&p->address.peer, p->address.peer_len, text);
	log_msg(LOG_WARN, &d->setup.who, "a datagram of %s is lost: its session does not keep up (%" PRIu64 " in all)",
	    text, d->lost);
}

static void
datagrams_refuse(struct datagrams *d, const struct datagram_address *a)
{
	char text[PEERNAME_MAX];

	peername_format(&a->peer, a->peer_len, text);
	log_msg(LOG_WARN, &d->setup.who, "a datagram of %s is refused: no more clients are taken now", text);
}

/* There are no descriptors for a new connection now. */
static void
datagrams_cannot_meet(struct datagrams *d, const struct datagram_address *a, const void *bytes, size_t len, int error)
{
	char text[PEERNAME_MAX];

	if (d->setup.waits) {
		log_errno(LOG_WARN, &d->setup.who, error, "cannot take a client now: it waits");
		held_keep(&d->stranger, bytes, len);
		d->stranger_from = *a;
		d->is_held_up = true;
		datagrams_set_timer(d, loop_now(d->setup.loop) + DATAGRAMS_REST);
		datagrams_want(d);
		return;
	}
	d->lost++;
	peername_format(&a->peer, a->peer_len, text);
	log_errno(LOG_WARN, &d->setup.who, error, "a datagram of %s is lost: cannot take a client (%" PRIu64 " in all)",
	    text, d->lost);
}

static void
datagrams_meet(struct datagrams *d, const struct datagram_address *a, const void *bytes, size_t len)
{
	struct acceptor_peer peer = { .ss = a->peer, .len = a->peer_len };
	struct datagram_peer *p;
	int error;

	if (d->accepted == NULL) {
		datagrams_refuse(d, a);
		return;
	}
	p = peer_new(d, a, &peer.fd);
	if (p == NULL) {
		datagrams_cannot_meet(d, a, bytes, len, -peer.fd);
		return;
	}
	datagrams_add(d, p);
	error = peer_put(p, bytes, len);
	if (error != 0)
		peer_lost(p, len, -error);
	if (d->setup.is_single && shutdown(p->fd, SHUT_WR) == -1)
		log_errno(LOG_WARN, &d->setup.who, errno, "cannot end the input of a connection");
	peer_want(p);
	peer.cred = a->cred;
	peer.has_cred = a->has_cred;
	peer.proxied = (struct proxy_header){ .has_addresses = true,
		.peer = a->peer,
		.peer_len = a->peer_len,
		.own = a->own,
		.own_len = a->own_len };
	d->accepted(&peer, d->arg);
}

/* Whom there was no descriptor for. */
static void
datagrams_meet_again(struct datagrams *d)
{
	const struct held held = d->stranger;
	const struct datagram_address from = d->stranger_from;

	if (!held.is_there)
		return;
	d->stranger = (struct held){ 0 };
	d->is_held_up = false;
	datagrams_meet(d, &from, held.bytes, held.len);
	free(held.bytes);
}

static bool
peer_has_left(int error)
{
	return error == -EPIPE || error == -ECONNRESET;
}

static void
peer_deliver_held(struct datagram_peer *p)
{
	struct datagrams *d = p->d;
	const struct held held = p->in;
	int error = peer_put(p, held.bytes, held.len);

	if (error == -EAGAIN)
		return;
	p->in = (struct held){ 0 };
	d->is_held_up = false;
	if (peer_has_left(error)) {
		peer_forget(p);
		datagrams_meet(d, &p->address, held.bytes, held.len);
	} else if (error != 0) {
		peer_lost(p, held.len, -error);
	}
	free(held.bytes);
	peer_want(p);
	datagrams_want(d);
}

static void
datagrams_deliver(struct datagrams *d, const struct datagram_address *a, size_t len)
{
	struct datagram_peer *p = datagrams_find(d, a);
	int error = p != NULL ? peer_put(p, d->receiver.buf, len) : -EPIPE;

	if (p != NULL && peer_has_left(error)) {
		peer_forget(p);
		p = NULL;
	}
	if (p == NULL)
		datagrams_meet(d, a, d->receiver.buf, len);
	else if (error == -EAGAIN)
		peer_no_room(p, len);
	else if (error != 0)
		peer_lost(p, len, -error);
}

static void
datagrams_ready(struct loop_source *s, uint32_t events)
{
	struct datagrams *d = s->arg;

	if (events & EPOLLOUT)
		datagrams_send_on(d);
	for (int i = 0; i < DATAGRAMS_BATCH && (events & (EPOLLIN | EPOLLERR)) && !d->is_held_up && d->setup.fd != -1;
	     i++) {
		struct datagram_address a;
		ssize_t n = datagram_receive(&d->receiver, d->setup.fd, &a);

		if (n == -EAGAIN)
			return;
		if (n < 0)
			log_errno(LOG_WARN, &d->setup.who, (int)-n, "cannot receive a datagram");
		else
			datagrams_deliver(d, &a, (size_t)n);
		datagram_drops_tell(&d->receiver.drops, &d->setup.who, loop_now(d->setup.loop), false);
	}
}

static void
datagrams_want(struct datagrams *d)
{
	const bool reads = !d->is_held_up && (d->accepted != NULL || d->npeers > 0);
	bool writes = false;
	int error;

	if (d->setup.fd == -1)
		return;
	for (const struct datagram_peer *p = d->blocked; p != NULL && !writes; p = p->next_blocked)
		writes = p->waits_for_ours;
	error = loop_source_want(d->setup.loop, &d->source, (reads ? EPOLLIN : 0) | (writes ? EPOLLOUT : 0));
	if (error != 0)
		log_errno(LOG_ERROR, &d->setup.who, -error, "cannot wait for datagrams");
}

struct datagrams *
datagrams_new(const struct datagrams_setup *setup)
{
	struct datagrams *d = xcalloc(1, sizeof(*d));

	d->setup = *setup;
	datagram_receiver_init(&d->receiver, setup->fd);
	loop_source_init(&d->source, setup->fd, datagrams_ready, d);
	loop_timer_init(&d->again, datagrams_try_again, d);
	loop_task_init(&d->reaper, datagrams_reap, d);
	d->next = datagrams_all;
	if (d->next != NULL)
		d->next->prev = &d->next;
	d->prev = &datagrams_all;
	datagrams_all = d;
	return d;
}

int
datagrams_fd(const struct datagrams *d)
{
	return d->setup.fd;
}

int
datagrams_welcome(struct datagrams *d, void (*accepted)(const struct acceptor_peer *, void *), void *arg)
{
	d->accepted = accepted;
	d->arg = arg;
	datagrams_want(d);
	return 0;
}

void
datagrams_leave(struct datagrams *d)
{
	if (d == NULL)
		return;
	d->accepted = NULL;
	d->is_left = true;
	d->left_at = loop_now(d->setup.loop);
	if (d->blocked != NULL)
		datagrams_set_timer(d, d->left_at + DATAGRAMS_PATIENCE);
	datagrams_want(d);
	datagrams_check(d);
}

void
datagrams_end(void)
{
	for (struct datagrams *d = datagrams_all, *next; d != NULL; d = next) {
		next = d->next;
		datagrams_leave(d);
		while (d->peers != NULL)
			peer_remove(d->peers);
	}
}
