/*
 * Descriptors as messages.
 *
 * TAKING: each end with fdpass=take waits for a descriptor on its connection and then is that descriptor's; the connection
 * is closed. The description is shared with whoever sent it, so it is treated as an inherited one.
 * HANDING: with fdpass=send the other end's descriptor is sent, and the wire waits until the peer has it. The kernel has no event
 * for that, so a timer looks, more and more seldom. Then both ends are closed here, and neither connection is shut down,
 * because both go on without us.
 */
#include "wire/wire_fdpass.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/fdpass_group.h"
#include "endpoint/inherited.h"
#include "endpoint/openjob.h"
#include "net/fdpass.h"
#include "wire/wire_open.h"
#include "wire/wire_spec.h"
#include "wire/wire_state.h"
#include "wire/wire_tell.h"

#define FDPASS_LOOK_FIRST LOOP_MS(1)
#define FDPASS_LOOK_LAST LOOP_MS(100)

struct wire_fdpass {
	struct wire *w;
	struct endpoint *ep; /* whose connection it is */
	struct loop_source source;
	struct loop_timer timer;
	uint64_t patience, deadline; /* deadline 0: none */
};

/* What may be on one wire. */

static bool
fdpass_is(const struct wire_end_spec *e, enum fdpass_mode mode)
{
	return fdpass_mode_of(e->in) == mode || fdpass_mode_of(e->out) == mode;
}

int
wire_fdpass_receiver(const struct wire_spec *w)
{
	for (unsigned i = 0; i < w->nends; i++)
		if (fdpass_is(&w->ends[i], FDPASS_SEND))
			return (int)i;
	return -1;
}

static int
fdpass_check_receiver(const struct wire_spec *w, unsigned receiver, struct diag *d)
{
	const struct wire_end_spec *other = &w->ends[1 - receiver];
	const char *text = w->ends[receiver].in->addr->text;

	if (w->topology != TOPOLOGY_PAIR)
		return diag_set(d, 0, "%s: fdpass with --%s: there is no one other end to be handed over", text,
		    topology_name(w->topology));
	if (wire_spec_is_door(w, 0) || wire_spec_is_door(w, 1)) {
		diag_set(d, 0, "%s: fdpass with 'share'", text);
		return diag_hint(d, "with 'each' every client is handed over for itself");
	}
	if (fdpass_is(other, FDPASS_SEND))
		return diag_set(d, 0, "%s: both ends say fdpass=send, so that neither is handed over", text);
	if ((other->in->kind->flags | other->out->kind->flags) & KIND_CHILD) {
		diag_set(d, 0, "%s: a program has no descriptor that could be handed over", text);
		return diag_hint(d, "what can be: a connection, a file, a FIFO, an inherited descriptor");
	}
	return 0;
}

int
wire_fdpass_check(const struct wire_spec *w, struct diag *d)
{
	const int receiver = wire_fdpass_receiver(w);

	for (unsigned i = 0; i < w->nends; i++)
		if (fdpass_is(&w->ends[i], FDPASS_TAKE) && wire_spec_is_door(w, i))
			return diag_set(d, 0, "%s: fdpass=take where all clients are ends of one wire",
			    w->ends[i].in->addr->text);
	return receiver != -1 ? fdpass_check_receiver(w, (unsigned)receiver, d) : 0;
}

/* Both. */

static void
fdpass_fini(struct wire_fdpass *f)
{
	struct loop *loop = f->w->env->loop;

	loop_source_stop(loop, &f->source);
	loop_timer_stop(loop, &f->timer);
	f->w->fdpass = NULL;
	free(f);
}

void
wire_fdpass_stop(struct wire *w)
{
	if (w->fdpass != NULL)
		fdpass_fini(w->fdpass);
}

static void
fdpass_fail(struct wire *w, int status)
{
	wire_fail(w, status);
	wire_close_begin(w);
}

static struct wire_fdpass *
fdpass_new(struct wire *w, struct endpoint *ep, void (*ready)(struct loop_source *, uint32_t),
    void (*expired)(struct loop_timer *))
{
	const struct opening_opts *o = endpoint_spec_group(ep->spec, &opening_group);
	struct wire_fdpass *f = w->fdpass = xcalloc(1, sizeof(*f));

	f->w = w;
	f->ep = ep;
	f->patience = FDPASS_LOOK_FIRST;
	f->deadline = o != NULL && o->timeout > 0 ? loop_now(w->env->loop) + (uint64_t)o->timeout : 0;
	loop_source_init(&f->source, ep->rfd, ready, f);
	loop_timer_init(&f->timer, expired, f);
	return f;
}

/* Taking. */

static int
fdpass_refused(const struct endpoint *ep, int error)
{
	const char *why = error == ENODATA ? "it closed the connection without sending a descriptor" :
	    error == ENOMSG                ? "it sent bytes and no descriptor (is fdpass=take meant?)" :
	    error == EOPNOTSUPP            ? "it is no UNIX socket" :
					     NULL;

	if (why != NULL)
		log_msg(LOG_ERROR, &ep->who, "cannot take a descriptor: %s", why);
	else
		log_errno(LOG_ERROR, &ep->who, error, "cannot take a descriptor");
	return -error;
}

static int
fdpass_check_taken(const struct endpoint *ep, int fd)
{
	int is_listening = 0;
	socklen_t len = sizeof(is_listening);
	struct stat st;
	const char *what = NULL;

	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		what = "a directory";
	else if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &len) == 0 && is_listening)
		what = "a listening socket, no connection";
	if (what == NULL)
		return 0;
	log_msg(LOG_ERROR, &ep->who, "cannot use the descriptor that was sent: it is %s", what);
	return -EINVAL;
}

/* From now on the endpoint is what was sent. */
static int
fdpass_become(struct endpoint *ep, int fd)
{
	int connection = ep->rfd, error = fdpass_check_taken(ep, fd);

	/* Who connected without blocking, as nc does, may hand it over like that; a program would not expect it. */
	if (error == 0 && (error = io_set_nonblock(fd, false)) != 0)
		endpoint_fail(ep, -error, "cannot make the descriptor that was sent blocking");
	if (error == 0)
		error = inherited_claim(ep, ep->roles & ROLE_READ ? fd : -1, ep->roles & ROLE_WRITE ? fd : -1);
	if (error != 0) {
		io_close(&fd);
		return error;
	}
	ep->has_taken = true;
	io_close(&connection);
	log_msg(LOG_INFO, &ep->who, "took a descriptor (%s)", endpoint_class_name(endpoint_class_of(fd)));
	return 0;
}

static void
fdpass_comes(struct loop_source *s, uint32_t events)
{
	struct wire_fdpass *f = s->arg;
	struct endpoint *ep = f->ep;
	struct wire *w = f->w;
	unsigned others;
	int fd = fdpass_receive(ep->rfd, &others);

	(void)events;
	if (fd == -EAGAIN)
		return;
	fdpass_fini(f);
	if (others > 0)
		log_msg(LOG_WARN, &ep->who, "%u more descriptors came with it, and were closed", others);
	if (fd < 0)
		fdpass_refused(ep, -fd);
	if (fd < 0 || fdpass_become(ep, fd) != 0)
		fdpass_fail(w, 1);
	else
		wire_open_all_open(w);
}

static void
fdpass_late(struct loop_timer *t)
{
	struct wire_fdpass *f = t->arg;
	struct wire *w = f->w;

	log_msg(LOG_ERROR, &f->ep->who, "no descriptor came within the time limit (connect-timeout)");
	fdpass_fini(f);
	fdpass_fail(w, 124);
}

static void
fdpass_await(struct wire *w, struct endpoint *ep)
{
	struct wire_fdpass *f = fdpass_new(w, ep, fdpass_comes, fdpass_late);
	int error = loop_source_want(w->env->loop, &f->source, EPOLLIN);

	if (f->deadline != 0)
		loop_timer_set(w->env->loop, &f->timer, f->deadline);
	if (error == 0)
		return;
	endpoint_fail(ep, -error, "cannot wait for a descriptor");
	fdpass_fail(w, 1);
}

static struct endpoint *
fdpass_taker(const struct wire *w)
{
	for (unsigned i = 0; i < 2 * w->nends; i++) {
		struct endpoint *ep = i % 2 == 0 ? w->ends[i / 2]->in : w->ends[i / 2]->out;

		if (ep != NULL && fdpass_mode_of(ep->spec) == FDPASS_TAKE && !ep->has_taken)
			return ep;
	}
	return NULL;
}

/* Handing over. */

static void
fdpass_delivered(struct wire *w)
{
	wire_note_reason(w, "the descriptor was handed over");
	log_msg(LOG_INFO, &w->fdpass->ep->who, "has the descriptor");
	wire_close_begin(w);
}

static void
fdpass_look(struct loop_timer *t)
{
	struct wire_fdpass *f = t->arg;
	struct loop *loop = f->w->env->loop;
	int waiting = fdpass_is_waiting(f->ep->wfd);

	if (waiting == 0) {
		fdpass_delivered(f->w);
	} else if (waiting < 0) {
		log_msg(LOG_ERROR, &f->ep->who, "it closed the connection without taking the descriptor");
		fdpass_fail(f->w, 1);
	} else if (f->deadline != 0 && loop_now(loop) >= f->deadline) {
		log_msg(LOG_ERROR, &f->ep->who,
		    "it did not take the descriptor within the time limit (connect-timeout)");
		fdpass_fail(f->w, 124);
	} else {
		loop_timer_set(loop, &f->timer, loop_now(loop) + f->patience);
		f->patience = 2 * f->patience < FDPASS_LOOK_LAST ? 2 * f->patience : FDPASS_LOOK_LAST;
	}
}

/* A socket may be both our standard input and output (inetd). */
static bool
fdpass_is_same(int a, int b)
{
	struct stat sa, sb;

	return a == b ||
	    (fstat(a, &sa) == 0 && fstat(b, &sb) == 0 && S_ISSOCK(sa.st_mode) && sa.st_dev == sb.st_dev &&
		sa.st_ino == sb.st_ino);
}

/* The one descriptor of an end, made blocking, or -1 (told). */
static int
fdpass_descriptor(const struct wire_end *e)
{
	struct endpoint *reads = e->in != NULL && e->in->rfd != -1 ? e->in : NULL,
			*writes = e->out != NULL && e->out->wfd != -1 ? e->out : NULL,
			*ep = reads != NULL ? reads : writes;

	if (ep == NULL) {
		ep = e->in != NULL ? e->in : e->out;
		log_msg(LOG_ERROR, &ep->who, "has no descriptor that could be handed over");
		return -1;
	}
	if (reads != NULL && writes != NULL && !fdpass_is_same(reads->rfd, writes->wfd)) {
		log_msg(LOG_ERROR, &ep->who, "has two descriptors, and only one can be handed over (-u or -U choose)");
		return -1;
	}
	if (endpoint_make_blocking(ep, reads != NULL ? ROLE_READ : ROLE_WRITE) != 0)
		return -1;
	return reads != NULL ? reads->rfd : writes->wfd;
}

static void
fdpass_hand_over(struct wire *w, unsigned receiver)
{
	struct wire_end *to = w->ends[receiver], *from = w->ends[1 - receiver];
	struct endpoint *ep = to->out;
	int fd = fdpass_descriptor(from), error = fd == -1 ? -EBADF : fdpass_send(ep->wfd, fd);

	if (error == -EINVAL || error == -ENOTSOCK)
		log_msg(LOG_ERROR, &ep->who, "cannot hand a descriptor over: it is no UNIX socket");
	else if (error != 0 && fd != -1)
		log_errno(LOG_ERROR, &ep->who, -error, "cannot hand a descriptor over");
	if (error != 0) {
		fdpass_fail(w, 1);
		return;
	}
	to->is_gone = from->is_gone = true;
	fdpass_look(&fdpass_new(w, ep, NULL, fdpass_look)->timer);
}

bool
wire_fdpass_begin(struct wire *w)
{
	struct endpoint *taker = fdpass_taker(w);
	const int receiver = wire_fdpass_receiver(w->spec);

	if (taker != NULL)
		fdpass_await(w, taker);
	else if (receiver != -1)
		fdpass_hand_over(w, (unsigned)receiver);
	return taker != NULL || receiver != -1;
}
