/*
 * Ends that are opened again (restart=). What comes from one that is away has simply stopped; what is for it waits in the
 * queue, so that the sources are held back when that is full. What it did not get of what was written to it is written again,
 * before all else (resume=yes), or is lost together with what waited for it.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/param.h>

#include "endpoint/undelivered.h"
#include "wire/pump.h"
#include "wire/wide_pipe.h"

#define AWAY_WRITE (1024u * 1024) /* bytes of one write that is remembered */

bool
pump_source_leaves(struct pump_source *s, int error)
{
	if (!s->comes_back || s->left == 0)
		return false;
	s->is_away = true;
	wide_pipe_leave(&s->is_wide);
	s->has_ended = error == 0;
	s->error = error;
	return true;
}

bool
pump_sink_leaves(struct pump_sink *s, int error)
{
	if (!s->comes_back)
		return false;
	s->is_away = true;
	wide_pipe_leave(&s->is_wide);
	s->is_blocked = false;
	if (s->error == 0)
		s->error = error;
	return true;
}

void
pump_source_returns(struct pump *p, unsigned source)
{
	struct pump_source *s = &p->sources[source];

	s->is_away = s->has_ended = false;
	s->error = s->used_error = 0;
	p->has_grown = false; /* its pipe is a new one */
}

void
pump_sink_returns(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];

	if (s->is_over)
		queue_add_reader(&p->queue, sink);
	s->is_over = s->is_away = s->is_blocked = s->is_stuck = false;
	p->has_grown = false;
	s->error = s->used_error = 0;
	s->slow_due = 0;
	s->framed = 0; /* a frame of which it had a part it gets whole */
}

void
pump_source_stays_away(struct pump *p, unsigned source)
{
	struct pump_source *s = &p->sources[source];

	s->comes_back = false;
	if (!s->is_away)
		return;
	s->is_away = false;
	s->is_over = true;
	if (p->taps != NULL)
		tap_end(p->taps, s->from, s->in);
}

void
pump_sink_stays_away(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	const int error = s->error;

	s->comes_back = false;
	if (!s->is_away)
		return;
	s->is_away = false;
	pump_end_sink(p, sink, error);
}

/* Lines that begin again begin at their beginning. */
static bool
away_has_lines(const struct pump *p)
{
	for (unsigned i = 0; i < p->nsources; i++)
		if (p->sources[i].ep != NULL && p->sources[i].lines.mode != BUFFER_LINE)
			return false;
	return true;
}

static uint64_t
away_drop_messages(struct pump *p, unsigned sink)
{
	struct pump_sink *s = &p->sinks[sink];
	uint64_t dropped = s->rest_len - s->rest_at;
	size_t len;

	free(s->rest);
	s->rest = NULL;
	s->rest_len = s->rest_at = 0;
	while (queue_message(&p->queue, sink, &len)) {
		if (s->inside > 0 || pump_tag_is_for(queue_message_tag(&p->queue, sink), s->id))
			dropped += len;
		s->inside = 0;
		queue_consume_message(&p->queue, sink);
	}
	return dropped;
}

/* What no line policy holds back any more. */
static uint64_t
away_drop(struct pump *p, unsigned sink)
{
	const uint64_t held = p->setup.is_bus || p->nsources == 0 ? 0 : lines_held(&p->sources[0].lines);
	uint64_t pending;

	if (p->sinks[sink].is_over)
		return 0;
	if (p->setup.has_messages || pump_message_is_whole(&p->sinks[sink]))
		return away_drop_messages(p, sink);
	pending = queue_pending(&p->queue, sink);
	if (pending <= held)
		return 0;
	queue_consume(&p->queue, sink, (size_t)(pending - held));
	return pending - held;
}

uint64_t
pump_sink_recovers(struct pump *p, unsigned sink, uint64_t missing, bool keeps_waiting)
{
	struct pump_sink *s = &p->sinks[sink];

	if (s->resumes)
		return sent_rewind(&s->sent, missing, away_has_lines(p));
	return missing + (keeps_waiting ? 0 : away_drop(p, sink));
}

ssize_t
pump_put(struct pump *p, struct pump_sink *s, struct iovec *iov, int niov)
{
	ssize_t taken;

	if (!s->resumes)
		return endpoint_write(s->ep, iov, niov);
	iov[0].iov_len = MIN(iov[0].iov_len, AWAY_WRITE);
	if (!sent_has_room(&s->sent, iov[0].iov_len))
		sent_forget(&s->sent, AWAY_WRITE, endpoint_undelivered(s->ep), away_has_lines(p));
	taken = endpoint_write(s->ep, iov, 1);
	if (taken > 0)
		sent_add(&s->sent, iov, 1, (size_t)taken);
	return taken;
}

bool
pump_resend(struct pump *p, struct pump_sink *s)
{
	while (s->sent.again > 0) {
		struct iovec iov = sent_again(&s->sent);
		const ssize_t taken = endpoint_write(s->ep, &iov, 1);

		p->calls++;
		s->is_blocked = taken == -EAGAIN;
		if (taken < 0) {
			if (!s->is_blocked)
				pump_sink_leaves(s, (int)-taken);
			return false;
		}
		sent_resent(&s->sent, (size_t)taken);
	}
	return true;
}
