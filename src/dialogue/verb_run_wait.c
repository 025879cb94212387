/* expect, case, expect-eof, on, quiet: verbs that wait for what an end says, or for its end. */
#include <stdlib.h>

#include "base/mem.h"
#include "dialogue/failure.h"
#include "dialogue/verb_run.h"

/* A program's end comes a moment after that of its output: a failure can say then how it has ended. */
#define EXPECT_PATIENCE LOOP_MS(300)

/* The label of a case for the end of input, or the time limit. */
static const struct step *
case_label(const struct step *s, bool for_eof)
{
	for (size_t i = 0; verb_id(s->verb) == VERB_CASE && i < s->body.nsteps; i++)
		if (for_eof ? s->body.steps[i].opts.on_eof : s->body.steps[i].opts.on_timeout)
			return &s->body.steps[i];
	return NULL;
}

static enum run_result
expect_go_on(struct dialogue *d, const struct step *label)
{
	if (label != NULL)
		dialogue_enter(d, &label->body);
	return RUN_DONE;
}

enum run_result
run_expect(struct dialogue *d, const struct step *s)
{
	if ((s->opts.from.len == 0 && dialogue_peer(d, s) == NULL) || wait_start(d, s) == -1)
		return RUN_OVER;
	return run_expect_look(d, s, RUN_BECAUSE_DATA);
}

/* True while it may still be found out how a program has ended. */
static bool
expect_may_learn_more(struct dialogue *d, enum run_reason reason)
{
	bool runs = false;

	for (const struct peer *p = d->peers; p != NULL; p = p->next)
		runs |= wait_is_for(d, d->wait.step, p) && !channel_is_closed(p->channel) &&
		    (channel_spec(p->channel)->kind->flags & KIND_CHILD) && channel_program_status(p->channel) == -1;
	if (!runs || (d->wait.is_ending && reason == RUN_BECAUSE_TIMER))
		return false;
	if (!d->wait.is_ending)
		wait_again(d, EXPECT_PATIENCE);
	d->wait.is_ending = true;
	return true;
}

static enum run_result
expect_ended(struct dialogue *d, const struct step *s, enum run_reason reason)
{
	const struct step *label = case_label(s, true);

	if (label != NULL)
		return expect_go_on(d, label);
	if (expect_may_learn_more(d, reason))
		return RUN_WAITS;
	failure_tell(d, FAILURE_ENDED);
	return dialogue_end(d, DIALOGUE_ENDED);
}

enum run_result
run_expect_look(struct dialogue *d, const struct step *s, enum run_reason reason)
{
	bool is_over;
	const struct watched *w = wait_match(d, reason == RUN_BECAUSE_LATE, &is_over);

	if (is_over)
		return RUN_OVER;
	if (w != NULL)
		return expect_go_on(d, w->label);
	if (wait_has_ended(d))
		return expect_ended(d, s, reason);
	if (reason != RUN_BECAUSE_LATE)
		return RUN_WAITS;
	if (case_label(s, false) != NULL)
		return expect_go_on(d, case_label(s, false));
	failure_tell(d, FAILURE_LATE);
	return dialogue_end(d, DIALOGUE_LATE);
}

/* What came before the end is used by this. */

static void
expect_eof_take(const struct dialogue *d, const struct step *s)
{
	for (struct peer *p = d->peers; p != NULL; p = p->next)
		if (wait_is_for(d, s, p))
			peer_take(p, window_end(peer_window(p)));
}

enum run_result
run_expect_eof(struct dialogue *d, const struct step *s)
{
	if ((s->opts.from.len == 0 && dialogue_peer(d, s) == NULL) || wait_start(d, s) == -1)
		return RUN_OVER;
	return run_expect_eof_look(d, s, RUN_BECAUSE_DATA);
}

enum run_result
run_expect_eof_look(struct dialogue *d, const struct step *s, enum run_reason reason)
{
	bool is_over;

	wait_match(d, reason == RUN_BECAUSE_LATE, &is_over);
	if (is_over)
		return RUN_OVER;
	expect_eof_take(d, s);
	if (wait_has_ended(d))
		return RUN_DONE;
	if (reason != RUN_BECAUSE_LATE)
		return RUN_WAITS;
	failure_tell(d, FAILURE_LATE);
	return dialogue_end(d, DIALOGUE_LATE);
}

/* Standing reactions. */

static void
reaction_add(struct dialogue *d, const struct step *s, struct peer *p)
{
	struct reaction **last = &d->reactions;

	while (*last != NULL) {
		if ((*last)->step == s && (*last)->peer == p)
			return; /* it was come by before */
		last = &(*last)->next;
	}
	*last = xcalloc(1, sizeof(**last));
	(*last)->step = s;
	(*last)->peer = p;
}

enum run_result
run_on(struct dialogue *d, const struct step *s)
{
	if (s->opts.from.len == 0 && dialogue_peer(d, s) == NULL)
		return RUN_OVER;
	for (struct peer *p = d->peers; p != NULL; p = p->next)
		if (wait_is_for(d, s, p))
			reaction_add(d, s, p);
	return RUN_DONE;
}

/* Until nothing has come for a while. */

enum run_result
run_quiet(struct dialogue *d, const struct step *s)
{
	int64_t time;

	if (s->opts.from.len == 0 && dialogue_peer(d, s) == NULL)
		return RUN_OVER;
	if (dialogue_number(d, s, &time) == -1 || wait_start(d, s) == -1)
		return RUN_OVER;
	d->wait.patience = (uint64_t)time;
	return run_quiet_look(d, s, RUN_BECAUSE_DATA);
}

enum run_result
run_quiet_look(struct dialogue *d, const struct step *s, enum run_reason reason)
{
	uint64_t heard = d->wait.since, due;
	bool is_over;

	wait_match(d, reason == RUN_BECAUSE_LATE, &is_over);
	if (is_over)
		return RUN_OVER;
	for (const struct peer *p = d->peers; p != NULL; p = p->next)
		if (wait_is_for(d, s, p) && p->heard_at > heard)
			heard = p->heard_at;
	due = heard + d->wait.patience;
	if (dialogue_now(d) >= due || wait_has_ended(d))
		return RUN_DONE;
	if (reason == RUN_BECAUSE_LATE) {
		failure_tell(d, FAILURE_LATE);
		return dialogue_end(d, DIALOGUE_LATE);
	}
	wait_again(d, due - dialogue_now(d));
	return RUN_WAITS;
}
