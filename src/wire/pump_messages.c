/*
 * Messages that stay apart. A source that keeps them (endpoint/message.h) or frames them (base/frame.h) has what came in a queue of its
 * own, as on a bus; here each message moves to the common queue with a mark behind it. A sink that keeps them gets each by one
 * writing; one with frame= gets what belongs around it, and a frame that the next hop took in part stays in the queue until all of
 * it has gone. A message that a sink cannot be given, too long for the peer or without a frame, is refused by name and counted;
 * the others go on. To a sink of mere bytes a message is its bytes (pump_out.c).
 */
#include <errno.h>
#include <string.h>
#include <sys/param.h>

#include "base/log.h"
#include "base/mem.h"
#include "endpoint/message.h"
#include "wire/pump.h"

/* A message of a source, in its own queue. */
struct message {
	struct iovec iov[2];
	int niov;
	size_t before, len, after; /* bytes of its frame around it */
};

bool
pump_message_waits(const struct pump_source *s)
{
	size_t len;

	return s->unit == PUMP_MESSAGES && s->held != NULL && queue_message(s->held, 0, &len);
}

static int
message_skip(struct iovec iov[2], int n, size_t len)
{
	if (n > 0 && len >= iov[0].iov_len) {
		len -= iov[0].iov_len;
		iov[0] = iov[1];
		n--;
	}
	if (n > 0) {
		iov[0].iov_base = (char *)iov[0].iov_base + len;
		iov[0].iov_len -= len;
	}
	return n;
}

/* The input of a source with frames is of no more use. */
static void
message_fail(struct pump_source *s, int error)
{
	s->is_over = true;
	s->error = error;
	s->was_told = true;
	queue_consume(s->held, 0, (size_t)queue_pending(s->held, 0));
	s->moved = s->lines.out = s->lines.in;
}

static void
message_too_long(struct pump_source *s, const struct frame *f)
{
	const unsigned long long max = s->ep->spec->common.frame_max;

	if (f->head_len > 0)
		log_msg(LOG_ERROR, &s->ep->who,
		    "a frame of %zu bytes is longer than frame-max=%llu allows; or the peer does not send %s", f->len,
		    max, frame_mode_name((enum frame_mode)s->ep->spec->common.frame));
	else
		log_msg(LOG_ERROR, &s->ep->who,
		    "%zu bytes without the end of a frame are more than frame-max=%llu allows", f->len, max);
	message_fail(s, EMSGSIZE);
}

/* The frame is not all there: more must come, and have a place; or nothing more will. */
static bool
message_waits(struct pump_source *s, const struct frame *f, size_t size)
{
	const size_t need = f->head_len > 0 ? f->head_len + f->len : 2 * s->held->limit;

	if (s->is_over && size > 0) {
		if (f->head_len > 0 && size >= f->head_len)
			log_msg(LOG_ERROR, &s->ep->who, "the input ends within a frame: %zu of its %zu bytes have come",
			    size - f->head_len, f->len);
		else
			log_msg(LOG_ERROR, &s->ep->who, "the input ends within the length of a frame");
		message_fail(s, EBADMSG);
		return true;
	}
	if (queue_room(s->held) == 0 || (f->head_len > 0 && need > s->held->limit))
		queue_set_limit(s->held, MAX(need, s->held->limit + 1));
	return false;
}

/* Returns 1: there is one; 0: not now; -1: the source has failed. */
static int
message_of_frame(struct pump_source *s, struct message *m)
{
	const struct common_opts *o = &s->ep->spec->common;
	struct frame f;
	int found;

	m->niov = queue_data(s->held, 0, m->iov);
	if (m->niov <= 0)
		return 0;
	found = frame_find((enum frame_mode)o->frame, m->iov, m->niov, s->is_over, o->frame_max, &s->scanned, &f);
	if (found < 0) {
		message_too_long(s, &f);
		return -1;
	}
	if (found == 0)
		return message_waits(s, &f, (size_t)queue_pending(s->held, 0)) ? -1 : 0;
	m->before = f.head_len;
	m->len = f.len;
	m->after = f.tail_len;
	m->niov = pump_trim(m->iov, message_skip(m->iov, m->niov, f.head_len), f.len);
	return 1;
}

static int
message_of_source(struct pump_source *s, struct message *m)
{
	*m = (struct message){ 0 };
	if (s->unit == PUMP_FRAMES)
		return message_of_frame(s, m);
	if (!queue_message(s->held, 0, &m->len))
		return 0;
	m->niov = queue_data(s->held, 0, m->iov);
	m->niov = m->niov > 0 ? pump_trim(m->iov, m->niov, m->len) : 0;
	return 1;
}

static void
message_consume(struct pump_source *s, const struct message *m)
{
	const size_t all = m->before + m->len + m->after;

	if (s->unit == PUMP_MESSAGES)
		queue_consume_message(s->held, 0);
	else
		queue_consume(s->held, 0, all);
	s->moved += all;
	s->scanned = 0;
}

/* Returns 1: it is in the queue, 0: no room, or -errno. */
static int
message_put(struct pump *p, const struct pump_source *s, const struct message *m)
{
	const struct pump_rules *rules = p->setup.rules;
	struct iovec iov[3];
	uint32_t tag = PUMP_TAG_ALL;
	size_t len = m->len, prefix = s->prefix != NULL ? strlen(s->prefix) : 0;
	int n = 0;

	if (rules != NULL && rules->hears != NULL)
		tag = rules->hears(p->setup.rules_arg, s->id, m->iov, m->niov, &len);
	if (prefix > 0)
		iov[n++] = (struct iovec){ s->prefix, prefix };
	for (int i = 0; i < m->niov; i++)
		iov[n++] = m->iov[i];
	return queue_put_message(&p->queue, iov, prefix + m->len, tag);
}

bool
pump_message_move(struct pump *p, struct pump_source *s)
{
	const struct pump_rules *rules = p->setup.rules;
	struct message m;
	int found = message_of_source(s, &m), put = 1;

	if (found <= 0)
		return found < 0;
	if (!s->is_mute) {
		put = message_put(p, s, &m);
		if (put == 0)
			return pump_relieve(p);
		p->out_of_memory |= put == -ENOMEM;
		if (put == -ENOMEM)
			return false;
	}
	message_consume(s, &m);
	if (!s->is_mute && rules != NULL && rules->has_spoken != NULL)
		rules->has_spoken(p->setup.rules_arg, s->id, m.len);
	return true;
}

/* Sinks. */

bool
pump_message_is_whole(const struct pump_sink *s)
{
	return s->keeps_messages || (s->ep != NULL && s->ep->spec->common.frame != FRAME_RAW);
}

/* The next message for this sink; others are passed over. */
static bool
message_next(struct pump *p, unsigned sink, struct message *m)
{
	struct pump_sink *s = &p->sinks[sink];

	*m = (struct message){ 0 };
	while (queue_message(&p->queue, sink, &m->len) && s->framed == 0 &&
	    !pump_tag_is_for(queue_message_tag(&p->queue, sink), s->id))
		queue_consume_message(&p->queue, sink);
	if (!queue_message(&p->queue, sink, &m->len))
		return false;
	m->niov = m->len > 0 ? pump_trim(m->iov, queue_data(&p->queue, sink, m->iov), m->len) : 0;
	return true;
}

static void
message_taken(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];

	queue_consume_message(&p->queue, sink);
	s->framed = 0;
	s->moved_at = loop_now(endpoint_loop(s->ep));
	if (queue_pending(&p->queue, sink) > 0)
		return;
	s->is_stuck = false;
	s->slow_due = 0;
}

/* It is passed over. Returns 0. */
static int
message_refuse(struct pump *p, unsigned sink, const struct message *m, const char *why)
{
	struct pump_sink *s = &p->sinks[sink];

	log_msg(LOG_WARN, &s->ep->who, "a message of %zu bytes is lost: %s", m->len, why);
	s->refused++;
	s->refused_bytes += m->len;
	message_taken(p, sink);
	return 0;
}

static int
message_send(struct pump *p, unsigned sink, struct message *m)
{
	struct pump_sink *s = &p->sinks[sink];
	int error = endpoint_send(s->ep, m->iov, m->niov);

	p->calls++;
	if (error == -EMSGSIZE)
		return message_refuse(p, sink, m, "it is too long for the peer, and messages are never cut");
	if (error == -EHOSTUNREACH && s->ep->why != NULL)
		return message_refuse(p, sink, m, s->ep->why);
	if (error != 0)
		return error;
	s->out += m->len;
	message_taken(p, sink);
	return 0;
}

static const char *
message_no_frame(int error, enum frame_mode mode)
{
	if (error == -EMSGSIZE)
		return "its length does not fit in the 2 bytes of frame=len2; frame=len4 takes it";
	return mode == FRAME_LINE ? "it has a newline in it, which would end its frame; frame=len4 takes it" :
				    "it has a zero byte in it, which would end its frame; frame=len4 takes it";
}

/* The whole frame as areas of iov, but for its first `done` bytes. Returns their number. */
static int
message_frame_areas(struct frame *f, const struct message *m, size_t done, struct iovec iov[4])
{
	struct iovec all[4];
	int n = 0, out = 0;

	all[n++] = (struct iovec){ f->head, f->head_len };
	for (int i = 0; i < m->niov; i++)
		all[n++] = m->iov[i];
	all[n++] = (struct iovec){ f->tail, f->tail_len };
	for (int i = 0; i < n; i++) {
		const size_t skip = MIN(done, all[i].iov_len);

		done -= skip;
		if (all[i].iov_len > skip)
			iov[out++] = (struct iovec){ (char *)all[i].iov_base + skip, all[i].iov_len - skip };
	}
	return out;
}

/* The frame that this sink is to get, as its lines end. Returns 0 or -errno as frame_make. */
static int
message_make_frame(const struct pump_sink *s, const struct message *m, struct frame *f)
{
	const enum frame_mode mode = (enum frame_mode)s->ep->spec->common.frame;
	int error = frame_make(mode, m->iov, m->niov, m->len, f);

	if (mode != FRAME_LINE || s->text.mode == CRLF_OFF)
		return error;
	f->tail_len = s->text.mode == CRLF_CRLF ? 2 : 1;
	memcpy(f->tail, "\r\n", 2);
	return error;
}

static int
message_write_frame(struct pump *p, unsigned sink, struct message *m)
{
	struct pump_sink *s = &p->sinks[sink];
	const enum frame_mode mode = (enum frame_mode)s->ep->spec->common.frame;
	struct iovec iov[4];
	struct frame f;
	int error = message_make_frame(s, m, &f), n;
	ssize_t taken;

	if (error != 0)
		return message_refuse(p, sink, m, message_no_frame(error, mode));
	n = message_frame_areas(&f, m, s->framed, iov);
	taken = endpoint_write(s->ep, iov, n);
	p->calls++;
	if (taken < 0)
		return (int)taken;
	s->framed += (size_t)taken;
	if (s->framed < f.head_len + f.len + f.tail_len)
		return 0;
	s->out += m->len;
	message_taken(p, sink);
	return 0;
}

static int
message_write_rest(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	struct iovec iov = { s->rest + s->rest_at, s->rest_len - s->rest_at };
	ssize_t taken = endpoint_write(s->ep, &iov, 1);

	p->calls++;
	if (taken < 0)
		return (int)taken;
	pump_rest_taken(s, (size_t)taken);
	return 0;
}

bool
pump_message_flush(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	struct message m;
	bool moved = false;
	int error;

	while (!s->is_over && !s->is_away && !s->is_blocked) {
		if (s->rest != NULL)
			error = message_write_rest(p, sink);
		else if (!message_next(p, sink, &m))
			break;
		else
			error = s->keeps_messages ? message_send(p, sink, &m) : message_write_frame(p, sink, &m);
		s->is_blocked = error == -EAGAIN;
		if (error < 0 && error != -EAGAIN)
			pump_end_sink(p, sink, -error);
		moved |= error != -EAGAIN;
	}
	return moved;
}

unsigned char *
pump_message_rest(struct pump *p, unsigned sink, size_t *len)
{
	struct pump_sink *s = &p->sinks[sink];
	struct iovec iov[4];
	unsigned char *rest;
	struct message m;
	struct frame f;
	int n;

	if (s->framed == 0 || !message_next(p, sink, &m))
		return NULL;
	message_make_frame(s, &m, &f);
	n = message_frame_areas(&f, &m, s->framed, iov);
	rest = xmalloc(f.head_len + f.len + f.tail_len - s->framed);
	*len = 0;
	for (int i = 0; i < n; i++) {
		memcpy(rest + *len, iov[i].iov_base, iov[i].iov_len);
		*len += iov[i].iov_len;
	}
	s->framed = 0;
	return rest;
}
