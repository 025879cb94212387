/*
 * Waiting: what is looked for, where, and how long.
 *
 * Of each end the patterns of the step come first, then those of the standing reactions: what begins at the same place is the step's.
 * What a reaction is for interrupts the step, whose time begins anew afterwards.
 */
#include <stdlib.h>
#include <sys/param.h>

#include "base/mem.h"
#include "dialogue/dialogue_state.h"
#include "dialogue/failure.h"
#include "dialogue/settle.h"

void
wait_again(struct dialogue *d, uint64_t after)
{
	loop_timer_set(d->env->loop, &d->again, dialogue_now(d) + after);
}

static void
wait_set_limit(struct dialogue *d)
{
	const int64_t limit = step_limit(d->wait.step, d->setup.timeout);

	d->wait.since = dialogue_now(d);
	d->wait.due = limit == VERB_NO_TIMEOUT ? LOOP_NEVER_DUE : d->wait.since + (uint64_t)limit;
	if (d->wait.due != LOOP_NEVER_DUE)
		loop_timer_set(d->env->loop, &d->late, d->wait.due);
}

void
wait_begin(struct dialogue *d, const struct step *s)
{
	d->wait = (struct wait){ .step = s };
	wait_set_limit(d);
}

static void
wait_forget_patterns(struct dialogue *d)
{
	for (struct peer *p = d->peers; p != NULL; p = p->next) {
		matcher_free(p->matcher);
		free(p->patterns);
		p->matcher = NULL;
		p->patterns = NULL;
	}
	for (size_t i = 0; i < d->nwatched; i++)
		pattern_free(d->watched[i].own);
	free(d->watched);
	d->watched = NULL;
	d->nwatched = 0;
}

void
wait_end(struct dialogue *d)
{
	struct loop *loop = d->env->loop;

	d->wait.step = NULL;
	loop_timer_stop(loop, &d->late);
	loop_timer_stop(loop, &d->settle);
	loop_timer_stop(loop, &d->again);
	wait_forget_patterns(d);
}

/* What is looked for. */

/* On the command line there are no quotes that would tell. What variables have made of it is a text. */
static enum pattern_how
wait_how(const struct step *s, const struct step_arg *a)
{
	const bool may_be_regex = a->is_regex || (s->place.file == NULL && text_is_literal(&a->text));

	return may_be_regex && !s->opts.is_exact ? PATTERN_AS_WRITTEN : PATTERN_EXACT;
}

/* A pattern that is made of variables is known only now. */
static struct pattern *
wait_compile(struct dialogue *d, const struct step *s, const struct step_arg *a)
{
	struct diag diag = { 0 };
	struct pattern *p = NULL;
	size_t len;
	char *text = dialogue_text(d, s, a, &len);

	if (text == NULL)
		return NULL;
	p = pattern_new(text, len, wait_how(s, a), &diag);
	if (p == NULL)
		dialogue_refuse(d, s, DIALOGUE_USAGE, "%s", diag.text);
	diag_fini(&diag);
	free(text);
	return p;
}

static int
wait_add_one(struct dialogue *d, const struct step *s, const struct step_arg *a, struct watched what)
{
	what.pattern = a->pattern;
	if (what.pattern == NULL)
		what.pattern = what.own = wait_compile(d, s, a);
	if (what.pattern == NULL)
		return -1;
	if (what.reaction != NULL && pattern_may_be_empty(what.pattern)) {
		pattern_free(what.own);
		dialogue_refuse(d, s, DIALOGUE_USAGE, PATTERN_IS_ALWAYS_THERE);
		return -1;
	}
	d->watched = xreallocarray(d->watched, d->nwatched + 1, sizeof(*d->watched));
	d->watched[d->nwatched++] = what;
	return 0;
}

static int
wait_add_all(struct dialogue *d, const struct step *s, struct watched what)
{
	for (size_t i = 0; i < s->nargs; i++)
		if (s->args[i].kind == VERB_ARG_PATTERN && wait_add_one(d, s, &s->args[i], what) == -1)
			return -1;
	return 0;
}

/* Those of the step itself; of a case, those of its labels. */
static int
wait_add_own(struct dialogue *d, const struct step *s)
{
	int error = 0;

	if (verb_id(s->verb) != VERB_CASE)
		return wait_add_all(d, s, (struct watched){ 0 });
	for (size_t i = 0; i < s->body.nsteps && error == 0; i++)
		error = wait_add_all(d, &s->body.steps[i], (struct watched){ .label = &s->body.steps[i] });
	return error;
}

static int
wait_add_reactions(struct dialogue *d)
{
	int error = 0;

	for (struct reaction *r = d->reactions; r != NULL && error == 0; r = r->next)
		if (!r->is_running)
			error = wait_add_all(d, r->step, (struct watched){ .reaction = r, .only = r->peer });
	return error;
}

bool
wait_is_for(const struct dialogue *d, const struct step *s, const struct peer *p)
{
	if (p->is_outlet)
		return false;
	for (size_t i = 0; i < s->opts.from.len; i++)
		if (dialogue_find_peer(d, s->opts.from.items[i]) == p)
			return true;
	if (s->opts.from.len > 0)
		return false;
	return s->target != NULL ? dialogue_find_peer(d, s->target) == p : d->current == p;
}

static bool
wait_is_watched_at(const struct dialogue *d, const struct watched *w, const struct peer *p)
{
	return w->only != NULL ? w->only == p : wait_is_for(d, d->wait.step, p);
}

static bool
wait_looks_at_clean_view(const struct dialogue *d, const struct peer *p)
{
	const struct step *s = d->wait.step;

	if (!p->has_view || !wait_is_for(d, s, p) || s->opts.clean == VERB_CLEAN_AUTO)
		return p->is_terminal && p->has_view;
	return s->opts.clean == VERB_CLEAN_YES;
}

static void
wait_start_matcher(struct dialogue *d, struct peer *p)
{
	unsigned n = 0;

	p->patterns = xcalloc(d->nwatched, sizeof(*p->patterns));
	for (size_t i = 0; i < d->nwatched; i++)
		if (wait_is_watched_at(d, &d->watched[i], p))
			p->patterns[n++] = d->watched[i].pattern;
	if (n == 0)
		return;
	p->is_clean = wait_looks_at_clean_view(d, p);
	p->matcher = matcher_new(p->patterns, n);
	matcher_start(p->matcher, window_begin(peer_window(p)));
}

/* Returns 0; or -1 (told): a pattern cannot be made, and the dialogue has ended. */
static int
wait_look_for(struct dialogue *d, const struct step *s)
{
	if (wait_add_own(d, s) == -1 || wait_add_reactions(d) == -1)
		return -1;
	for (struct peer *p = d->peers; p != NULL && d->nwatched > 0; p = p->next)
		if (!p->is_outlet)
			wait_start_matcher(d, p);
	return 0;
}

int
wait_start(struct dialogue *d, const struct step *s)
{
	wait_begin(d, s);
	return wait_look_for(d, s);
}

/* Looking. */

static const struct watched *
wait_watched(const struct dialogue *d, const struct peer *p, unsigned which)
{
	for (size_t i = 0; i < d->nwatched; i++)
		if (wait_is_watched_at(d, &d->watched[i], p) && which-- == 0)
			return &d->watched[i];
	return NULL;
}

static unsigned
wait_number(const struct dialogue *d, const struct watched *w)
{
	unsigned n = 1;

	for (const struct watched *each = d->watched; each != w; each++)
		n += each->reaction == NULL;
	return n;
}

/* The step that waits is put aside, and the body of the reaction done. */
static void
wait_react(struct dialogue *d, struct reaction *r)
{
	const struct wait interrupted = d->wait;
	struct dialogue_frame *f;

	r->is_running = true;
	wait_end(d);
	f = dialogue_enter(d, &r->step->body);
	f->reaction = r;
	f->resumes = interrupted;
}

static int64_t
wait_settle(const struct dialogue *d)
{
	return d->wait.step->opts.settle != 0 ? d->wait.step->opts.settle : (int64_t)DIALOGUE_SETTLE;
}

static bool
wait_has_settled(const struct dialogue *d, struct peer *p)
{
	return settle_is_over(p, dialogue_now(d), (uint64_t)wait_settle(d));
}

static void
wait_until_settled(struct dialogue *d, const struct peer *p)
{
	const uint64_t when = settle_due(p, (uint64_t)wait_settle(d));

	if (!loop_timer_is_set(&d->settle) || d->settle.when > when)
		loop_timer_set(d->env->loop, &d->settle, when);
}

static const struct watched *
wait_found(struct dialogue *d, struct peer *p, const struct match *m)
{
	const struct watched *w = wait_watched(d, p, m->which);

	captures_take(&d->captures, p->matcher, m, w->pattern, peer_window(p));
	d->which = w->reaction == NULL ? wait_number(d, w) : d->which;
	peer_take(p, m->end);
	matcher_start(p->matcher, m->end);
	return w;
}

/* Looks at one end. Returns what was found there, or NULL; *is_over: a limit was exceeded, and the dialogue has ended. */
static const struct watched *
wait_match_at(struct dialogue *d, struct peer *p, bool is_final, bool *is_over)
{
	struct match m;
	unsigned which;

	switch (matcher_look(p->matcher, peer_window(p), is_final || wait_has_settled(d, p), &m)) {
	case MATCHER_FOUND:
		return wait_found(d, p, &m);
	case MATCHER_GROWS:
		wait_until_settled(d, p);
		break;
	case MATCHER_FAILED:
		failure_tell_matcher(d, p, matcher_reason(p->matcher, &which));
		dialogue_end(d, DIALOGUE_FAILED);
		*is_over = true;
		break;
	case MATCHER_NONE:
		break;
	}
	return NULL;
}

const struct watched *
wait_match(struct dialogue *d, bool is_final, bool *is_over)
{
	*is_over = false;
	for (struct peer *p = d->peers; p != NULL && !*is_over; p = p->next) {
		const struct watched *w = p->matcher != NULL ? wait_match_at(d, p, is_final, is_over) : NULL;

		if (w == NULL)
			continue;
		if (w->reaction == NULL)
			return w;
		wait_react(d, w->reaction);
		*is_over = true;
	}
	return NULL;
}

bool
wait_has_ended(const struct dialogue *d)
{
	for (const struct peer *p = d->peers; p != NULL; p = p->next)
		if (wait_is_for(d, d->wait.step, p) && !channel_has_ended(p->channel))
			return false;
	return true;
}

void
wait_resume(struct dialogue *d, const struct wait *w)
{
	d->wait = *w;
	wait_set_limit(d);
	if (wait_look_for(d, w->step) == 0)
		wait_again(d, 0);
}
