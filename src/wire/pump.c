/*
 * From some sources to some sinks.
 *
 * A read goes into the queue and at once on to the sinks; only a sink that could not take all is waited for. Interest
 * is computed from the state (pump_wants_*), never toggled. The end of input is passed on to a sink when all sources are
 * at their end and it has taken everything. What a source's lines (base/lines.h) hold back stays in the queue; when that
 * is full with it, it goes on in pieces. While a sink waits for room no write is tried, so what comes meanwhile shares
 * the next one. A sink that fails keeps the others going; when none is left the sources are
 * not read any more. Where several sources meet, see pump_bus.c. Without sinks (discard) what is read goes nowhere.
 */
#include "wire/pump.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/param.h>

#include "base/log.h"
#include "base/mem.h"
#include "endpoint/message.h"
#include "wire/carrier.h"
#include "wire/wide_pipe.h"

#define PUMP_TEXT 16384          /* bytes of one write where line ends are converted */
#define PUMP_ROUNDS 16           /* reads in one go, so that other wires get their turn */
#define PUMP_CARRY (128u * 1024) /* bytes after which it may go without copying */
#define PUMP_GROW (1024u * 1024) /* ... after which pipes are made wide and the queue large */

int
pump_init(struct pump *p, const struct pump_setup *setup)
{
	const uint64_t limit = setup->queue_limit;
	const char *dir;

	*p = (struct pump){ .setup = *setup,
		.mode = setup->mode,
		.owner = -1,
		.is_there = true,
		.carry_from = UINT64_MAX };
	p->has_fixed_size = limit != 0 && limit != QUEUE_DISK;
	queue_init(&p->queue,
	    p->has_fixed_size              ? (size_t)limit :
		setup->block > QUEUE_SMALL ? setup->block :
					     QUEUE_SMALL,
	    0);
	if (limit != QUEUE_DISK)
		return 0;
	dir = getenv("TMPDIR");
	return queue_set_spool(&p->queue, dir != NULL && *dir != '\0' ? dir : "/var/tmp");
}

void
pump_fini(struct pump *p)
{
	if (!p->is_there)
		return;
	for (unsigned i = 0; i < p->nsources; i++)
		pump_remove_source(p, i);
	for (unsigned i = 0; i < p->nsinks; i++) {
		wide_pipe_leave(&p->sinks[i].is_wide);
		free(p->sinks[i].rest);
		sent_fini(&p->sinks[i].sent);
	}
	pump_carry_end(p);
	queue_fini(&p->queue);
	free(p->sources);
	free(p->sinks);
	*p = (struct pump){ 0 };
}

void
pump_trim_memory(void)
{
	queue_trim();
	carrier_trim();
}

/* A CR that waits for what follows needs a place besides. */
static size_t
pump_least(const struct pump_source *s)
{
	return s->text.mode == CRLF_CRLF ? 2 : 1;
}

unsigned
pump_add_source(struct pump *p, struct endpoint *ep, uint32_t id, unsigned from)
{
	unsigned i = 0;

	while (i < p->nsources && p->sources[i].ep != NULL)
		i++;
	if (i == p->nsources)
		p->sources = xreallocarray(p->sources, ++p->nsources, sizeof(*p->sources));
	p->sources[i] = (struct pump_source){ .ep = ep, .id = id, .from = from };
	if (p->setup.has_messages && endpoint_keeps_messages(ep, ROLE_READ))
		p->sources[i].unit = PUMP_MESSAGES;
	else if (p->setup.has_messages && ep->spec->common.frame != FRAME_RAW)
		p->sources[i].unit = PUMP_FRAMES;
	if (p->sources[i].unit != PUMP_MESSAGES)
		p->sources[i].text.mode = endpoint_line_ends(ep->spec);
	p->sources[i].left = ep->spec->common.readbytes != 0 ? ep->spec->common.readbytes : UINT64_MAX;
	lines_init(&p->sources[i].lines, BUFFER_ASIS, 0, LINES_NEVER);
	if (p->setup.is_bus) {
		p->sources[i].held = xmalloc(sizeof(*p->sources[i].held));
		queue_init(p->sources[i].held, QUEUE_SMALL, 1);
	}
	if (p->queue.limit < pump_least(&p->sources[i]))
		queue_set_limit(&p->queue, pump_least(&p->sources[i]));
	return i;
}

void
pump_set_lines(struct pump *p, unsigned source, const struct buffer_opts *o)
{
	struct pump_source *s = &p->sources[source];
	struct queue *q = p->setup.is_bus ? s->held : &p->queue;

	lines_init(&s->lines, o->mode, o->size, o->flush == BUFFER_FLUSH_NEVER ? LINES_NEVER : (uint64_t)o->flush);
	if (o->mode != BUFFER_FULL || p->has_fixed_size || o->size <= q->limit)
		return;
	queue_set_limit(q, (size_t)o->size);
	p->has_fixed_size = q == &p->queue && o->size > QUEUE_LARGE;
}

unsigned
pump_add_sink(struct pump *p, struct endpoint *ep, uint32_t id, enum pump_slow slow)
{
	unsigned i = 0;

	while (i < p->nsinks && p->sinks[i].ep != NULL)
		i++;
	if (i == p->nsinks)
		p->sinks = xreallocarray(p->sinks, ++p->nsinks, sizeof(*p->sinks));
	p->sinks[i] = (struct pump_sink){ .ep = ep, .id = id, .slow = slow };
	p->sinks[i].keeps_messages = endpoint_keeps_messages(ep, ROLE_WRITE);
	p->sinks[i].text.mode = p->sinks[i].keeps_messages ? CRLF_OFF : endpoint_line_ends(ep->spec);
	p->had_sink = true;
	queue_add_reader(&p->queue, i);
	if (!p->setup.has_messages)
		queue_ignore_marks(&p->queue, i);
	return i;
}

void
pump_remove_source(struct pump *p, unsigned source)
{
	struct pump_source *s = &p->sources[source];

	if (s->held != NULL)
		queue_fini(s->held);
	free(s->held);
	s->held = NULL;
	free(s->prefix);
	s->prefix = NULL;
	if (p->owner == (int)source)
		p->owner = -1;
	wide_pipe_leave(&s->is_wide);
	s->ep = NULL;
}

void
pump_remove_sink(struct pump *p, unsigned sink)
{
	if (p->sinks[sink].ep != NULL && !p->sinks[sink].is_over)
		queue_drop_reader(&p->queue, sink);
	wide_pipe_leave(&p->sinks[sink].is_wide);
	free(p->sinks[sink].rest);
	sent_fini(&p->sinks[sink].sent);
	p->sinks[sink] = (struct pump_sink){ 0 };
}

void
pump_close_doors(struct pump *p)
{
	p->setup.more_sources = p->setup.more_sinks = p->setup.waits_for_sinks = p->setup.waits_for_first = false;
}

bool
pump_is_at_end(const struct pump *p)
{
	if (p->setup.more_sources)
		return false;
	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL && !p->sources[i].is_over)
			return false;
	return true;
}

static bool
pump_has_sinks(const struct pump *p)
{
	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL && !p->sinks[i].is_over)
			return true;
	return false;
}

/* No sink takes anything any more, and none will. */
static bool
pump_is_unheard(const struct pump *p)
{
	return p->mode != PLAN_DISCARD && !p->setup.more_sinks && p->nsinks > 0 && !pump_has_sinks(p);
}

bool
pump_is_over(const struct pump *p)
{
	if (!p->is_there || pump_is_unheard(p))
		return true;
	return pump_is_at_end(p) && !pump_has_sinks(p);
}

bool
pump_is_flowing(const struct pump *p)
{
	const struct pump_source *source = p->sources;
	const struct pump_sink *sink = p->sinks;

	return p->nsources == 1 && p->nsinks == 1 && !p->setup.is_bus && !p->setup.has_messages &&
	    !p->setup.more_sources && !p->setup.more_sinks && source->ep != NULL && sink->ep != NULL &&
	    !source->is_over && !source->is_away && source->lines.mode == BUFFER_ASIS && !sink->is_over &&
	    !sink->is_away && !sink->is_blocked && sink->slow_due == 0 && sink->sent.again == 0 && !p->waits_for_sink &&
	    !p->out_of_memory && queue_pending(&p->queue, 0) == 0 && p->carrier == NULL;
}

uint64_t
pump_pending(const struct pump *p, unsigned sink)
{
	uint64_t pending;

	if (!p->is_there)
		return 0;
	if (p->sinks[sink].is_over)
		return p->sinks[sink].left;
	pending = queue_pending(&p->queue, sink) + p->sinks[sink].sent.again + pump_carried(p);
	return p->setup.is_bus ?
	    pending + pump_bus_held(p, p->sinks[sink].id) + p->sinks[sink].rest_len - p->sinks[sink].rest_at :
	    pending;
}

uint64_t
pump_pending_most(const struct pump *p)
{
	uint64_t most = 0;

	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL && pump_pending(p, i) > most)
			most = pump_pending(p, i);
	return most;
}

static bool
pump_waits_for_sinks(const struct pump *p)
{
	return (p->setup.waits_for_sinks && !pump_has_sinks(p)) || (p->setup.waits_for_first && !p->had_sink);
}

bool
pump_wants_source(const struct pump *p, unsigned source)
{
	const struct pump_source *s;

	if (!p->is_there || p->out_of_memory || pump_is_over(p))
		return false;
	s = &p->sources[source];
	if (s->ep == NULL || s->is_over || s->is_away || pump_waits_for_sinks(p))
		return false;
	if (p->mode == PLAN_SPLICE)
		return !p->waits_for_sink;
	if (p->carrier != NULL)
		return false;
	return !pump_is_full(s, p->setup.is_bus ? s->held : &p->queue);
}

bool
pump_is_full(const struct pump_source *s, const struct queue *q)
{
	if (s->unit == PUMP_MESSAGES)
		return pump_message_waits(s);
	return queue_room(q) < pump_least(s);
}

bool
pump_wants_sink(const struct pump *p, unsigned sink)
{
	if (!p->is_there || p->sinks[sink].ep == NULL || p->sinks[sink].is_over || p->sinks[sink].is_away)
		return false;
	return p->mode == PLAN_SPLICE ? p->waits_for_sink && !pump_is_at_end(p) : p->sinks[sink].is_blocked;
}

void
pump_end_sources(struct pump *p)
{
	for (unsigned i = 0; i < p->nsources; i++) {
		p->sources[i].is_over = true;
		lines_release(&p->sources[i].lines);
	}
	p->setup.more_sources = false;
	for (unsigned i = 0; i < p->nsinks; i++)
		p->sinks[i].is_blocked = p->sinks[i].ep != NULL && !p->sinks[i].is_over; /* so that it gets the rest */
}

void
pump_end_sink(struct pump *p, unsigned sink, int error)
{
	struct pump_sink *s = &p->sinks[sink];

	if (s->ep == NULL || s->is_over || pump_sink_leaves(s, error))
		return;
	s->left = queue_drop_reader(&p->queue, sink) + pump_carried(p);
	pump_carry_end(p);
	s->is_over = true;
	s->is_blocked = false;
	s->error = error;
	if (error != 0)
		endpoint_shutdown(s->ep); /* it gets no more, so it shall not wait for more */
}

static void
pump_pass_end(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	int error;

	for (unsigned i = 0; i < p->nsources; i++)
		s->ep->is_cut |= p->sources[i].ep != NULL && p->sources[i].error != 0;
	error = endpoint_shutdown(s->ep);
	queue_drop_reader(&p->queue, sink);
	s->is_over = true;
	if (error != 0)
		s->error = -error;
}

int
pump_trim(struct iovec iov[2], int n, uint64_t len)
{
	if (n > 0 && iov[0].iov_len >= len) {
		iov[0].iov_len = (size_t)len;
		return len > 0 ? 1 : 0;
	}
	if (n > 1 && iov[1].iov_len > len - iov[0].iov_len)
		iov[1].iov_len = (size_t)(len - iov[0].iov_len);
	return n;
}

/* Bytes at the end of the queue that may not go on yet. On a bus such bytes are in no queue of the sinks. */
static uint64_t
pump_held(const struct pump *p)
{
	return p->setup.is_bus || p->nsources == 0 ? 0 : lines_held(&p->sources[0].lines);
}

/* The next message that is for this sink; others are passed over. */
static int
pump_next_message(struct pump *p, unsigned sink, struct iovec iov[2])
{
	struct pump_sink *s = &p->sinks[sink];
	size_t len;

	if (s->rest != NULL) {
		iov[0] = (struct iovec){ s->rest + s->rest_at, s->rest_len - s->rest_at };
		return 1;
	}
	while (queue_message(&p->queue, sink, &len) && s->inside == 0 &&
	    (len == 0 || !pump_tag_is_for(queue_message_tag(&p->queue, sink), s->id)))
		queue_consume_message(&p->queue, sink);
	if (!queue_message(&p->queue, sink, &len))
		return 0;
	s->inside = len;
	return pump_trim(iov, queue_data(&p->queue, sink, iov), len);
}

/* What a sink gets next. Returns the number of areas or -errno. */
static int
pump_next(struct pump *p, unsigned sink, struct iovec iov[2])
{
	const uint64_t held = pump_held(p), pending = queue_pending(&p->queue, sink);

	if (p->setup.has_messages)
		return pump_next_message(p, sink, iov);
	if (held > 0 && pending <= held)
		return 0;
	return pump_trim(iov, queue_data(&p->queue, sink, iov), pending - held);
}

void
pump_rest_taken(struct pump_sink *s, size_t taken)
{
	s->rest_at += taken;
	if (s->rest_at < s->rest_len)
		return;
	free(s->rest);
	s->rest = NULL;
	s->rest_len = s->rest_at = 0;
}

static void
pump_taken(struct pump *p, unsigned sink, size_t taken)
{
	struct pump_sink *s = &p->sinks[sink];

	s->out += (uint64_t)taken;
	s->moved_at = loop_now(endpoint_loop(s->ep));
	if (s->rest == NULL) {
		if (p->setup.has_messages)
			s->inside -= taken;
		queue_consume(&p->queue, sink, taken);
		if (queue_pending(&p->queue, sink) == 0) {
			s->is_stuck = false;
			s->slow_due = 0;
		}
		return;
	}
	pump_rest_taken(s, taken);
}

static ssize_t
pump_write(struct pump *p, struct pump_sink *s, struct iovec *iov, int n)
{
	unsigned char text[PUMP_TEXT];
	struct iovec made = { .iov_base = text };
	ssize_t taken;

	if (s->text.mode == CRLF_OFF)
		return pump_put(p, s, iov, n);
	made.iov_len = crlf_out(&s->text, iov, n, text, sizeof(text));
	taken = pump_put(p, s, &made, 1);
	return taken > 0 ? (ssize_t)crlf_out_taken(&s->text, iov, n, (size_t)taken) : taken;
}

static bool
pump_flush_queue(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	struct iovec iov[2];
	bool moved = false;
	int n;

	while (
	    !s->is_over && !s->is_away && !s->is_blocked && pump_resend(p, s) && (n = pump_next(p, sink, iov)) != 0) {
		ssize_t taken = n;

		if (n > 0) {
			taken = pump_write(p, s, iov, n);
			p->calls++;
		}
		s->is_blocked = taken == -EAGAIN;
		if (s->is_blocked)
			break;
		if (taken < 0) {
			pump_end_sink(p, sink, (int)-taken);
			return true;
		}
		pump_taken(p, sink, (size_t)taken);
		moved = true;
	}
	return moved;
}

/* What is carried stands before what is in the queue, but for what was put back there. */
static bool
pump_flush_sink(struct pump *p, unsigned sink)
{
	bool moved = pump_carry_flush(p);

	do
		moved |= pump_flush_queue(p, sink);
	while (pump_carry_puts_back(p));
	return moved;
}

bool
pump_sink_has_all(const struct pump *p, unsigned sink)
{
	size_t len;

	return p->sinks[sink].rest == NULL && queue_pending(&p->queue, sink) == 0 && p->carrier == NULL &&
	    !(pump_message_is_whole(&p->sinks[sink]) && queue_message(&p->queue, sink, &len));
}

bool
pump_source_is_drained(const struct pump *p, const struct pump_source *s)
{
	return !p->setup.is_bus || (s->moved == s->lines.in && !pump_message_waits(s));
}

static bool
pump_is_drained(const struct pump *p)
{
	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL && !pump_source_is_drained(p, &p->sources[i]))
			return false;
	return true;
}

static bool
pump_has_taken_all(const struct pump *p, unsigned sink)
{
	const struct pump_sink *s = &p->sinks[sink];

	return !s->is_over && !s->is_away && s->sent.again == 0 && pump_sink_has_all(p, sink);
}

static bool
pump_flush(struct pump *p)
{
	const bool is_end = pump_is_at_end(p) && pump_is_drained(p);
	bool moved = false;

	for (unsigned i = 0; i < p->nsinks; i++) {
		if (p->sinks[i].ep == NULL || p->sinks[i].is_over)
			continue;
		if (p->sinks[i].is_away)
			continue;
		moved |= pump_message_is_whole(&p->sinks[i]) ? pump_message_flush(p, i) : pump_flush_sink(p, i);
		if (is_end && pump_has_taken_all(p, i)) {
			pump_pass_end(p, i);
			moved = true;
		}
	}
	return moved;
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
	const bool has_failed = error < 0 && error != -ENOSPC && error != -EAGAIN;

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
	pump_source_result(s, false, n < 0 ? (int)n : 0);
	return n > 0;
}

/* One read. Returns false when there is no point in reading again now. */
static bool
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

/* A queue that is full with what is held back: it gets a larger one, or all of it goes. Returns true when it shall go. */
static bool
pump_let_go(struct pump *p)
{
	const uint64_t held = pump_held(p);

	if (held == 0 || !pump_is_full(&p->sources[0], &p->queue))
		return false;
	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL && !p->sinks[i].is_over && queue_pending(&p->queue, i) > held)
			return false; /* it will make room */
	if (!p->has_fixed_size && p->queue.limit < QUEUE_LARGE) {
		queue_set_limit(&p->queue, QUEUE_LARGE);
		if (!pump_is_full(&p->sources[0], &p->queue))
			return false;
	}
	pump_tell_long(&p->sources[0], &p->queue);
	return lines_release(&p->sources[0].lines);
}

/* The queue is full, and by that of a sink that is not waited for. */
static bool
pump_is_held_up(struct pump *p)
{
	return p->mode != PLAN_DISCARD && queue_is_full(&p->queue) && pump_relieve(p);
}

/* Nothing that was read is still here, not even a message of no bytes. */
static bool
pump_has_passed_all(const struct pump *p)
{
	if (!pump_is_drained(p) || pump_pending_most(p) > 0)
		return false;
	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL && !p->sinks[i].is_over && !pump_has_taken_all(p, i))
			return false;
	return true;
}

/* For sources that want to know what has gone on. Where the bytes of several mix, or change, only that all has. */
static void
pump_tell_taken(const struct pump *p)
{
	for (unsigned i = 0; i < p->nsources; i++) {
		const struct pump_source *s = &p->sources[i];
		const uint64_t pending = s->ep != NULL && s->ep->kind->taken != NULL ? pump_pending_most(p) : 0;

		if (s->ep == NULL || s->ep->kind->taken == NULL)
			continue;
		if (pump_has_passed_all(p))
			s->ep->kind->taken(s->ep, s->in);
		else if (!p->setup.is_bus && !p->setup.has_messages && s->text.mode == CRLF_OFF)
			s->ep->kind->taken(s->ep, s->in - pending);
	}
}

/* Out with what is there, and what has waited for room or for more follows. */
static bool
pump_turn(struct pump *p)
{
	bool moved = pump_flush(p);

	while (p->setup.is_bus ? pump_bus_move(p) : pump_let_go(p) || pump_is_held_up(p)) {
		moved = true;
		pump_flush(p);
	}
	pump_tell_taken(p);
	return moved;
}

bool
pump_run(struct pump *p)
{
	if (!p->is_there)
		return false;
	p->out_of_memory = false;
	return p->mode == PLAN_SPLICE ? pump_splice_run(p) : pump_turn(p);
}

bool
pump_run_source(struct pump *p, unsigned source)
{
	const uint64_t before = p->in;
	bool moved, more = true;

	if (!p->is_there)
		return false;
	p->out_of_memory = false;
	if (p->mode == PLAN_SPLICE)
		return pump_splice_run(p);
	moved = pump_turn(p);
	for (int round = 0; round < PUMP_ROUNDS && more && pump_wants_source(p, source); round++) {
		more = pump_fill(p, &p->sources[source]);
		moved |= pump_turn(p);
	}
	return moved || p->in != before || p->sources[source].is_over || p->sources[source].is_away;
}

bool
pump_run_sink(struct pump *p, unsigned sink)
{
	if (p->is_there)
		p->sinks[sink].is_blocked = false;
	return pump_run(p); /* room for one is room in the queue for all */
}

uint64_t
pump_due(const struct pump *p)
{
	uint64_t due = p->setup.is_bus ? pump_bus_due(p) : LINES_NEVER;

	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL && p->sources[i].lines.due < due)
			due = p->sources[i].lines.due;
	return MIN(due, pump_slow_due(p));
}

bool
pump_expire(struct pump *p, uint64_t now)
{
	bool is_due = (p->setup.is_bus && pump_bus_due(p) <= now) || pump_slow_due(p) <= now, moved;

	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL)
			is_due |= now == LINES_NEVER ? lines_release(&p->sources[i].lines) :
						       lines_expire(&p->sources[i].lines, now);
	moved = is_due && pump_run(p);
	pump_slow_expire(p, now);
	return moved;
}
