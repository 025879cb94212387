/*
 * interact: standard input is read by a channel of its own, whose wire takes the terminal and gives it back (endpoint/user_terminal),
 * and what comes from there is sent to the end. What the end says goes on as ever, and is looked at for the patterns of the step and
 * for those of the standing reactions, whose steps are done without anybody leaving.
 *
 * In front of a terminal the person's is raw. Where the other end is none nobody else echoes and edits, so ours does, and the key by
 * which one leaves ends a line there.
 *
 *   begun      d->person is set
 *   left       by the key, or the end of standard input: its channel closes by itself
 *   stopped    by a pattern, the end of the other one, or of the dialogue: the channel is stopped
 *   closed     it frees itself
 */
#include "dialogue/interact.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dialogue/verb_run.h"
#include "endpoint/user_terminal.h"

#define PERSON_MOST (64u * 1024) /* typed, and not taken yet */

struct person {
	struct dialogue *dialogue;
	struct channel *channel;
	struct peer *peer;
	bool has_left;
	bool has_pressed; /* by the key, not by an end of standard input */
};

/* What its channel tells. */

static void
person_typed(struct channel *c, const char *bytes, size_t len, void *arg)
{
	const struct person *who = arg;

	if (who->dialogue->person != who || !channel_send(who->peer->channel, bytes, len))
		return;
	if (channel_unsent(who->peer->channel) > PERSON_MOST)
		channel_pause(c);
}

static void
person_left(struct channel *c, void *arg)
{
	struct person *who = arg;
	const struct endpoint *in = channel_endpoint(c, ROLE_READ);

	who->has_left = true;
	who->has_pressed = in != NULL && in->ends_wire;
	if (who->dialogue->person == who)
		dialogue_wake(who->dialogue, RUN_BECAUSE_SIGNAL);
}

static void
person_closed(struct channel *c, int status, void *arg)
{
	struct person *who = arg;
	struct dialogue *d = who->dialogue;

	(void)status;
	if (d->person == who)
		d->person = NULL;
	channel_free(c);
	free(who);
	dialogue_wake(d, RUN_BECAUSE_SIGNAL);
	dialogue_closed(d);
}

static const struct channel_ops person_ops = { .data = person_typed, .ended = person_left, .closed = person_closed };

/* Beginning. */

static void
person_set(struct endpoint_spec *spec, const char *name, const char *value)
{
	struct diag d = { 0 };

	opt_store(opt_find(termios_group.opts, name, strlen(name)), endpoint_spec_group(spec, &termios_group), value,
	    &d);
	diag_fini(&d);
}

static struct endpoint_spec *
person_spec(const struct step *s, bool is_at_terminal)
{
	struct diag d = { 0 };
	struct endpoint_spec *in, *out;
	struct terminal_opts *o;
	char key[8];

	if (endpoint_spec_parse("stdin", &in, &out, &d) == -1)
		abort();
	o = endpoint_spec_group(in, &terminal_group);
	o->escape = s->opts.escape != -1 ? s->opts.escape : INTERACT_ESCAPE;
	snprintf(key, sizeof(key), "0x%02x", (unsigned)o->escape & 0xff);
	if (is_at_terminal)
		person_set(in, "raw", "yes");
	else if (o->escape != OPT_CHAR_NONE)
		person_set(in, "eol", key);
	return in;
}

static enum run_result
person_begin(struct dialogue *d, const struct step *s, struct peer *p)
{
	const struct channel_setup setup = { .opts = d->setup.opts,
		.is_left = true,
		.is_unseen = true,
		.ops = &person_ops };
	struct person *who = xcalloc(1, sizeof(*who));
	struct channel_setup own = setup;
	struct diag diag = { 0 };

	own.arg = who;
	who->dialogue = d;
	who->peer = p;
	who->channel = channel_new(person_spec(s, peer_tty(p) != -1), NULL, &own, &diag);
	if (who->channel == NULL) {
		free(who);
		dialogue_refuse(d, s, DIALOGUE_FAILED, "%s", diag.text);
		diag_fini(&diag);
		return RUN_OVER;
	}
	d->person = who;
	d->open++;
	channel_start(who->channel, d->env);
	return RUN_WAITS;
}

enum run_result
run_interact(struct dialogue *d, const struct step *s)
{
	struct peer *p = dialogue_peer(d, s);

	if (p == NULL)
		return RUN_OVER;
	if (d->person != NULL)
		return dialogue_refuse(d, s, DIALOGUE_FAILED, "somebody is there already");
	if (d->setup.relays)
		return dialogue_refuse(d, s, DIALOGUE_USAGE,
		    "the second address has the end when all is done; without it, a person at the terminal has");
	if (wait_start(d, s) == -1 || person_begin(d, s, p) == RUN_OVER)
		return RUN_OVER;
	return run_interact_look(d, s, RUN_BECAUSE_DATA);
}

/* Going on. */

/* Nothing comes behind the step: who leaves ends it all. */
static bool
interact_is_last(const struct dialogue *d)
{
	return d->nframes == 1 && d->frames[0].at == d->frames[0].program->nsteps;
}

enum run_result
run_interact_look(struct dialogue *d, const struct step *s, enum run_reason reason)
{
	const bool has_left = d->person == NULL || d->person->has_left,
		   has_pressed = d->person != NULL && d->person->has_pressed;
	const struct watched *w;
	bool is_over;

	w = wait_match(d, reason == RUN_BECAUSE_LATE, &is_over);
	if (is_over)
		return RUN_OVER;
	if (w == NULL && !has_left && !wait_has_ended(d))
		return RUN_WAITS;
	(void)s;
	interact_stop(d);
	if (w == NULL && has_pressed && interact_is_last(d))
		return dialogue_end(d, 0);
	return RUN_DONE;
}

void
interact_has_room(struct dialogue *d)
{
	if (d->person != NULL && channel_unsent(d->person->peer->channel) <= PERSON_MOST)
		channel_resume(d->person->channel);
}

void
interact_stop(struct dialogue *d)
{
	struct person *who = d->person;

	d->person = NULL;
	if (who != NULL && !who->has_left)
		channel_stop(who->channel, 0, NULL);
}

bool
interact_is_at(const struct dialogue *d, const struct peer *p)
{
	return d->person != NULL && d->person->peer == p;
}

bool
interact_is_in(const struct program *p)
{
	for (size_t i = 0; i < p->nsteps; i++)
		if (verb_id(p->steps[i].verb) == VERB_INTERACT || interact_is_in(&p->steps[i].body))
			return true;
	return false;
}
