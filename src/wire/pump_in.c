/*
 * What a pump takes from its sources: one read into a queue, with all that is counted by it and told of it, and what grows when
 * more and more comes.
 */
#include <errno.h>
#include <sys/param.h>

#include "base/log.h"
#include "endpoint/message.h"
#include "wire/pump.h"
#include "wire/wide_pipe.h"

#define PUMP_CARRY (128u * 1024) /* bytes after which it may go without copying */
#define PUMP_GROW (1024u * 1024) /* ... after which pipes are made wide and the queue large */

/* A CR that waits for what follows needs a place besides. */
size_t
pump_least(const struct pump_source *s)
{
	return s->text.mode == CRLF_CRLF ? 2 : 1;
}

bool
pump_is_full(const struct pump_source *s, const struct queue *q)
{
	if (s->unit == PUMP_MESSAGES)
		return pump_message_waits(s);
	return queue_room(q) < pump_least(s);
}

static void
pump_widen_pipe(bool *is_wide, enum endpoint_class class, int fd)
{
	if (!*is_wide && class == CLASS_PIPE && fd != -1)
		*is_wide = wide_pipe_make(fd);
}

void
pump_widen_pipes(struct pump *p)
{
	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL)
			pump_widen_pipe(&p->sources[i].is_wide, p->sources[i].ep->rclass, p->sources[i].ep->rfd);
	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL)
			pump_widen_pipe(&p->sinks[i].is_wide, p->sinks[i].ep->wclass, p->sinks[i].ep->wfd);
}

static void
pump_grow(struct pump *p)
{
	if (!p->has_begun && p->in >= PUMP_CARRY) {
		p->has_begun = true;
		pump_carry_begin(p);
	}
	if (p->has_grown || p->in < PUMP_GROW)
		return;
	p->has_grown = true;
	if (!p->has_fixed_size && p->setup.block == 0)
		queue_set_limit(&p->queue, QUEUE_LARGE);
	pump_widen_pipes(p);
}

static int
pump_space(struct pump *p, const struct pump_source *s, struct queue *q, size_t least, struct iovec iov[2])
{
	int n = least > 1 ? queue_space_min(q, least, iov) : queue_space(q, iov);

	if (n < 0)
		p->out_of_memory = true;
	return p->setup.block != 0 && s->unit != PUMP_MESSAGES ? pump_trim(iov, n, MAX(p->setup.block, least)) : n;
}

static void
pump_tell_taps(const struct pump *p, const struct pump_source *s, const struct iovec *iov, const struct chunk *c,
    int error)
{
	if (c->len > 0)
		tap_data(p->taps, s->from, s->in, iov, c->len);
	else if (!s->comes_back && (c->is_end || (error < 0 && error != -EAGAIN)))
		tap_end(p->taps, s->from, s->in);
}

static size_t
pump_room(const struct iovec *iov, int n)
{
	return iov[0].iov_len + (n > 1 ? iov[1].iov_len : 0);
}

/* Reads into the areas. *len: bytes to be put in the queue, which differ from those read where line ends are converted. */
static int
pump_take(struct pump *p, struct pump_source *s, const struct iovec *iov, int n, struct chunk *c, size_t *len,
    bool *is_full)
{
	struct iovec rest[2];
	size_t begun;
	int nrest, error;

	begun = crlf_in_begin(&s->text, iov, n, rest, &nrest);
	if (s->unit != PUMP_MESSAGES)
		nrest = pump_trim(rest, nrest, s->left);
	error = endpoint_receive(s->ep, rest, nrest, c);
	p->calls++;
	*is_full = c->ends_message || (c->len > 0 && c->len == pump_room(rest, nrest));
	if (p->taps != NULL)
		pump_tell_taps(p, s, rest, c, error);
	*len = crlf_in(&s->text, iov, n, begun + c->len);
	s->left -= MIN(s->left, c->len);
	if (c->is_end || (error < 0 && error != -EAGAIN) || s->left == 0)
		*len = crlf_in_end(&s->text, iov, n, *len);
	return error;
}

static void
pump_count_chunk(struct pump *p, struct pump_source *s, const struct chunk *c)
{
	s->in += (uint64_t)c->len;
	s->moved_at = loop_now(endpoint_loop(s->ep));
	p->in += (uint64_t)c->len;
	p->messages++;
	if (c->is_truncated)
		log_msg(LOG_ERROR, &s->ep->who, "a message was longer than the %zu bytes of it that came", c->len);
	s->cut += c->is_truncated;
	pump_grow(p);
}

/* What a reading came to, for its source. */
static void
pump_source_result(struct pump_source *s, bool is_end, int error)
{
	bool has_failed;

	if (is_end && s->used_error != 0) {
		is_end = false;
		error = -s->used_error;
	}
	has_failed = error < 0 && error != -ENOSPC && error != -EAGAIN;
	if (!is_end && s->left > 0 && !has_failed)
		return;
	if (!pump_source_leaves(s, has_failed ? -error : 0)) {
		s->is_over = true;
		s->has_ended = is_end || s->left == 0;
		s->error = has_failed ? -error : 0;
	}
	lines_release(&s->lines);
}

bool
pump_read(struct pump *p, struct pump_source *s, struct queue *q)
{
	const ssize_t least = s->unit == PUMP_MESSAGES ? endpoint_message_room(s->ep) : (ssize_t)pump_least(s);
	struct chunk c = { 0 };
	struct iovec iov[2];
	int n, error, queued;
	bool is_full;
	size_t len;

	if (least < 0) {
		pump_source_result(s, false, (int)least);
		return false;
	}
	n = pump_space(p, s, q, (size_t)least, iov);
	if (n <= 0)
		return false;
	error = pump_take(p, s, iov, n, &c, &len, &is_full);
	lines_add(&s->lines, iov, n, len, loop_now(endpoint_loop(s->ep)));
	queued = queue_commit(q, len);
	if (c.ends_message && queue_mark(q) != 0)
		queued = -ENOMEM;
	if (c.len > 0 || c.ends_message)
		pump_count_chunk(p, s, &c);
	pump_source_result(s, c.is_end, error < 0 && error != -EAGAIN ? error : queued);
	return is_full && error == 0 && queued == 0 && !s->is_over && !s->is_away;
}

static bool
pump_fill_carrier(struct pump *p, struct pump_source *s)
{
	const ssize_t n = pump_carry_in(p);

	if (n == PUMP_READ_INSTEAD)
		return pump_read(p, s, &p->queue);
	if (n > 0)
		pump_count_chunk(p, s, &(struct chunk){ .len = (size_t)n });
	return n > 0;
}

/* One read. Returns false when there is no point in reading again now. */
bool
pump_fill(struct pump *p, struct pump_source *s)
{
	if (pump_carries_now(p))
		return pump_fill_carrier(p, s);
	return p->setup.is_bus ? pump_bus_fill(p, s) : pump_read(p, s, &p->queue);
}

void
pump_tell_long(struct pump_source *s, const struct queue *q)
{
	if (!s->has_long_line)
		log_msg(LOG_INFO, &s->ep->who, "%s than %zu bytes passes in pieces",
		    s->lines.mode == BUFFER_LINE ? "a line longer" : "buffer=full with more", q->limit);
	s->has_long_line = true;
}
