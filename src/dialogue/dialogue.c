/*
 * The executor. A program of steps is done in the order of its frames; a step that waits stops that until something has happened: an
 * end has said something, has opened, ended or closed, or time has passed (dialogue_wake).
 *
 *   OPENING   the ends that are there from the beginning
 *   RUNS      the steps. What an end says is looked at in pieces, within the call that brings it, so that it makes no difference how it
 *             was cut, and what follows a match is there for the next step
 *   RELAYS    all steps are done: what is driven gets the end of its input, or goes on as an ordinary wire (setup.relays)
 *   CLOSES    failed, or told to end: programs get the ladder; what was said still goes out
 *   DONE
 *
 * What ends say goes on to the outlet: when that is slow all of them are paused. Nothing is ended or freed from within a call of a
 * channel, but by a deferred task.
 */
#include "dialogue/dialogue.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/io.h"
#include "base/mem.h"
#include "dialogue/dialogue_state.h"
#include "dialogue/interact.h"
#include "dialogue/verb_run.h"

#define OUTLET_MOST (256u * 1024)
#define STEPS_AT_ONCE 256 /* then others have their turn */
#define OUTLET_PATIENCE LOOP_SEC(2)

uint64_t
dialogue_now(const struct dialogue *d)
{
	return loop_now(d->env->loop);
}

/* Ends. */

struct peer *
dialogue_find_peer(const struct dialogue *d, const char *name)
{
	struct peer *found = NULL;

	for (struct peer *p = d->peers; p != NULL; p = p->next)
		if (p->name != NULL && strcmp(p->name, name) == 0)
			found = p;
	return found;
}

struct peer *
dialogue_peer(struct dialogue *d, const struct step *s)
{
	struct peer *p = s->target != NULL ? dialogue_find_peer(d, s->target) : d->current;

	if (p == NULL && s->target != NULL)
		dialogue_refuse(d, s, DIALOGUE_FAILED, "no end with the name '%s' is open", s->target);
	else if (p == NULL)
		dialogue_refuse(d, s, DIALOGUE_FAILED, "no end is open");
	return p;
}

static void
dialogue_pause_all(struct dialogue *d, bool is_paused)
{
	for (struct peer *p = d->peers; p != NULL; p = p->next)
		if (p != d->outlet)
			(is_paused ? channel_pause : channel_resume)(p->channel);
}

/* A secret that comes back is no more to be seen in a log than it was when it was sent. */
static void
dialogue_log(struct dialogue *d, const struct peer *p, const char *bytes, size_t len)
{
	struct iovec iov[2] = { { (void *)(uintptr_t)bytes, len }, { NULL, 0 } };
	size_t hidden_len;
	char *hidden = secrets_hide(channel_secrets(p->channel), iov, len, &hidden_len);

	if (hidden != NULL)
		iov[0] = (struct iovec){ hidden, hidden_len };
	tap_record_ops.data(&d->log, &(struct tap_chunk){ .iov = iov, .niov = 1, .len = iov[0].iov_len });
	free(hidden);
}

/* What an end has said goes on, and into the log. */
static void
dialogue_show(struct dialogue *d, const struct peer *p, const char *bytes, size_t len)
{
	if (d->has_log)
		dialogue_log(d, p, bytes, len);
	if ((d->is_silent && !interact_is_at(d, p)) || d->outlet == NULL ||
	    !channel_send(d->outlet->channel, bytes, len))
		return;
	if (channel_unsent(d->outlet->channel) > OUTLET_MOST)
		dialogue_pause_all(d, true);
}

static bool
dialogue_have_all_ended(const struct dialogue *d)
{
	for (const struct peer *p = d->peers; p != NULL; p = p->next)
		if (p != d->outlet && !channel_has_ended(p->channel))
			return false;
	return true;
}

/* The program of the first end still takes input. */
static bool
dialogue_is_listened_to(const struct dialogue *d)
{
	const struct channel *c = d->peers->channel;

	return (channel_spec(c)->kind->flags & KIND_CHILD) && channel_program_status(c) == -1;
}

/* The outlet gets the end, when there is nothing left that says anything. A person at a terminal is not waited for then. */
static void
dialogue_end_outlet(struct dialogue *d)
{
	if (d->outlet == NULL || d->state < DIALOGUE_RELAYS || !dialogue_have_all_ended(d))
		return;
	if (d->outlet->is_terminal && !dialogue_is_listened_to(d))
		channel_end_with_input(d->outlet->channel);
	else
		channel_close_input(d->outlet->channel);
}

static void
dialogue_check_end(struct dialogue *d)
{
	if (d->open == 0 && (d->state == DIALOGUE_RELAYS || d->state == DIALOGUE_CLOSES))
		loop_defer(d->env->loop, &d->end);
}

/* What channels tell. */

static void
peer_has_opened(struct channel *c, void *arg)
{
	struct peer *p = arg;
	struct dialogue *d = p->dialogue;

	(void)c;
	if (d->wants_view)
		p->has_view = true;
	peer_opened(p);
	if (d->state == DIALOGUE_OPENING)
		loop_defer(d->env->loop, &d->go);
	else
		dialogue_wake(d, RUN_BECAUSE_DATA);
}

/* From the outlet to what is driven: an ordinary wire. */
static void
outlet_has_said(struct dialogue *d, struct peer *outlet, const char *bytes, size_t len)
{
	struct peer *first = d->peers;

	if (channel_send(first->channel, bytes, len) && channel_unsent(first->channel) > OUTLET_MOST)
		channel_pause(outlet->channel);
}

static void
peer_has_said(struct channel *c, const char *bytes, size_t len, void *arg)
{
	struct peer *p = arg;
	struct dialogue *d = p->dialogue;

	(void)c;
	if (p->is_outlet) {
		outlet_has_said(d, p, bytes, len);
		return;
	}
	p->heard_at = dialogue_now(d);
	dialogue_show(d, p, bytes, len);
	for (size_t at = 0; at < len && d->state <= DIALOGUE_RUNS; at += WINDOW_PIECE) {
		peer_put(p, bytes + at, MIN(len - at, WINDOW_PIECE));
		dialogue_wake(d, RUN_BECAUSE_DATA);
	}
}

static void
peer_has_ended(struct channel *c, void *arg)
{
	struct peer *p = arg;
	struct dialogue *d = p->dialogue;

	(void)c;
	if (p->is_outlet) {
		if (d->state == DIALOGUE_RELAYS && d->setup.relays)
			channel_close_input(d->peers->channel);
		return;
	}
	peer_end(p);
	dialogue_wake(d, RUN_BECAUSE_DATA);
	dialogue_end_outlet(d);
}

static void
peer_is_drained(struct channel *c, void *arg)
{
	struct peer *p = arg;
	struct dialogue *d = p->dialogue;

	(void)c;
	if (p->is_outlet)
		dialogue_pause_all(d, false);
	else if (d->state == DIALOGUE_RELAYS && d->outlet != NULL && d->setup.relays)
		channel_resume(d->outlet->channel);
	else {
		interact_has_room(d);
		dialogue_wake(d, RUN_BECAUSE_SIGNAL);
	}
}

void
dialogue_closed(struct dialogue *d)
{
	d->open--;
	dialogue_check_end(d);
}

static void
peer_is_closed(struct channel *c, int status, void *arg)
{
	struct peer *p = arg;
	struct dialogue *d = p->dialogue;
	const bool is_lost = p->is_outlet && channel_has_lost_stdout(c);

	d->open--;
	d->is_pipe_ended |= is_lost;
	if (is_lost || (d->state == DIALOGUE_OPENING && !channel_is_open(c))) {
		dialogue_end(d, is_lost ? 0 : status);
	} else if (p->is_outlet) {
		dialogue_pause_all(d, false);
		if (d->state == DIALOGUE_RELAYS && d->setup.relays)
			channel_close_input(d->peers->channel);
	} else {
		dialogue_wake(d, RUN_BECAUSE_DATA);
		dialogue_end_outlet(d);
	}
	dialogue_check_end(d);
}

static const struct channel_ops peer_ops = { peer_has_opened, peer_has_said, peer_has_ended, peer_is_drained,
	peer_is_closed };

static struct peer *
dialogue_make_peer(struct dialogue *d, const char *name, struct endpoint_spec *in, struct endpoint_spec *out,
    bool is_outlet, struct diag *diag)
{
	const struct channel_setup setup = { .opts = d->setup.opts,
		/* What goes one way only is read on the left and written on the right. */
		.is_left = !is_outlet && (d->setup.is_left || (in->kind->flags & KIND_ONE_WAY)),
		.is_unseen = is_outlet,
		.ops = &peer_ops };
	struct peer *p = peer_new(d, name, in, out, &setup, diag), **last = &d->peers;

	if (p == NULL)
		return NULL;
	while (*last != NULL)
		last = &(*last)->next;
	*last = p;
	p->is_outlet = is_outlet;
	if (is_outlet) {
		d->outlet = p;
		channel_pause(p->channel);
	} else if (p->name == NULL || d->current == NULL)
		d->current = p;
	return p;
}

int
dialogue_add(struct dialogue *d, const char *name, struct endpoint_spec *in, struct endpoint_spec *out, bool is_outlet,
    struct diag *diag)
{
	return dialogue_make_peer(d, name, in, out, is_outlet, diag) != NULL ? 0 : -1;
}

static void
dialogue_start_peer(struct dialogue *d, struct peer *p)
{
	d->open++;
	channel_start(p->channel, d->env);
}

struct peer *
dialogue_open_peer(struct dialogue *d, const struct step *s, struct endpoint_spec *in, struct endpoint_spec *out)
{
	struct diag diag = { 0 };
	struct peer *p = dialogue_make_peer(d, s->target, in, out, false, &diag);

	if (p == NULL)
		dialogue_refuse(d, s, DIALOGUE_USAGE, "%s", diag.text);
	else
		dialogue_start_peer(d, p);
	diag_fini(&diag);
	return p;
}

/* Steps. */

struct dialogue_frame *
dialogue_enter(struct dialogue *d, const struct program *program)
{
	d->frames = xreallocarray(d->frames, d->nframes + 1, sizeof(*d->frames));
	d->frames[d->nframes] = (struct dialogue_frame){ .program = program };
	return &d->frames[d->nframes++];
}

/* A reaction that is left for good: what it has interrupted does not go on. */
static void
dialogue_leave_frame(struct dialogue *d)
{
	const struct dialogue_frame *f = &d->frames[--d->nframes];

	if (f->reaction != NULL)
		f->reaction->is_running = false;
}

void
dialogue_leave_repeat(struct dialogue *d)
{
	bool was_repeat = false;

	while (d->nframes > 0 && !was_repeat) {
		const struct dialogue_frame *f = &d->frames[d->nframes - 1];

		was_repeat = f->owner != NULL;
		if (f->resumes.step != NULL && verb_id(f->resumes.step->verb) == VERB_INTERACT)
			interact_stop(d);
		dialogue_leave_frame(d);
	}
}

static bool
dialogue_is_done(const struct dialogue *d)
{
	return d->state != DIALOGUE_RUNS;
}

/* All steps are done. */
static void
dialogue_relay(struct dialogue *d)
{
	d->state = DIALOGUE_RELAYS;
	if (d->outlet != NULL && d->setup.relays)
		channel_resume(d->outlet->channel);
	else
		for (struct peer *p = d->peers; p != NULL; p = p->next)
			if (p != d->outlet)
				channel_close_input(p->channel);
	if (d->outlet != NULL && d->setup.relays && channel_has_ended(d->outlet->channel))
		channel_close_input(d->peers->channel);
	dialogue_end_outlet(d);
	dialogue_check_end(d);
}

/* The steps of a frame are done. */
static void
dialogue_end_frame(struct dialogue *d)
{
	struct dialogue_frame *f = &d->frames[d->nframes - 1];
	const struct step *owner = f->owner;
	const struct wait resumes = f->resumes;

	if (owner != NULL && f->left != 0) {
		f->left -= f->left > 0;
		f->at = 0;
		return;
	}
	dialogue_leave_frame(d);
	if (resumes.step != NULL)
		wait_resume(d, &resumes);
	else if (owner != NULL && owner->has_leave)
		dialogue_refuse(d, owner, DIALOGUE_FAILED, "done so many times, and never left");
}

static void
dialogue_do_step(struct dialogue *d)
{
	struct dialogue_frame *f = d->nframes > 0 ? &d->frames[d->nframes - 1] : NULL;
	const struct step *s;

	if (f == NULL)
		dialogue_relay(d);
	else if (f->at == f->program->nsteps)
		dialogue_end_frame(d);
	else {
		s = &f->program->steps[f->at++];
		if (verb_run_of(s->verb)->begin(d, s) != RUN_WAITS)
			wait_end(d);
	}
}

/* Does steps until one waits. */
static void
dialogue_run(struct dialogue *d)
{
	unsigned n = 0;

	d->is_running = true;
	while (!dialogue_is_done(d) && d->wait.step == NULL && n++ < STEPS_AT_ONCE)
		dialogue_do_step(d);
	d->is_running = false;
	if (!dialogue_is_done(d) && d->wait.step == NULL)
		loop_defer(d->env->loop, &d->go);
}

void
dialogue_wake(struct dialogue *d, enum run_reason reason)
{
	const struct step *s = d->wait.step;

	if (dialogue_is_done(d) || d->is_running || s == NULL)
		return;
	d->is_running = true;
	if (verb_run_of(s->verb)->look(d, s, reason) == RUN_DONE)
		wait_end(d);
	d->is_running = false;
	if (d->wait.step == NULL)
		dialogue_run(d);
}

static void
dialogue_go(struct loop_task *t)
{
	struct dialogue *d = t->arg;

	for (const struct peer *p = d->peers; p != NULL && d->state == DIALOGUE_OPENING; p = p->next)
		if (!channel_is_open(p->channel))
			return;
	if (d->state == DIALOGUE_OPENING)
		d->state = DIALOGUE_RUNS;
	if (!dialogue_is_done(d) && d->wait.step == NULL)
		dialogue_run(d);
}

/* Time. */

static void
dialogue_is_late(struct loop_timer *t)
{
	dialogue_wake(t->arg, RUN_BECAUSE_LATE);
}

static void
dialogue_has_settled(struct loop_timer *t)
{
	dialogue_wake(t->arg, RUN_BECAUSE_DATA);
}

/* In CLOSES: an outlet that does not end by itself. */
static void
dialogue_looks_again(struct loop_timer *t)
{
	struct dialogue *d = t->arg;

	if (d->state == DIALOGUE_CLOSES && d->outlet != NULL)
		channel_stop(d->outlet->channel, 0, NULL);
	else
		dialogue_wake(d, RUN_BECAUSE_TIMER);
}

/* Variables. */

static struct variable *
dialogue_variable(const struct dialogue *d, const char *name)
{
	struct variable *v = d->variables;

	while (v != NULL && strcmp(v->name, name) != 0)
		v = v->next;
	return v;
}

const char *
dialogue_lookup(const char *name, size_t *len, void *arg)
{
	const struct dialogue *d = arg;
	const struct capture *c = captures_find(&d->captures, name, strlen(name));
	const struct variable *v = dialogue_variable(d, name);
	const char *value;

	if (c != NULL && c->text != NULL) {
		*len = c->len;
		return c->text;
	}
	if (v != NULL) {
		*len = v->len;
		return v->value;
	}
	value = d->setup.lookup != NULL ? d->setup.lookup(name, len, d->setup.lookup_arg) : NULL;
	if (value == NULL && (value = getenv(name)) != NULL)
		*len = strlen(value);
	return value;
}

void
dialogue_set(struct dialogue *d, const char *name, const char *value, size_t len)
{
	struct variable *v = dialogue_variable(d, name);

	if (v == NULL) {
		v = xcalloc(1, sizeof(*v));
		v->name = xstrdup(name);
		v->next = d->variables;
		d->variables = v;
	}
	free(v->value);
	v->value = xmalloc(len + 1);
	memcpy(v->value, value, len);
	v->value[len] = '\0';
	v->len = len;
}

char *
dialogue_text(struct dialogue *d, const struct step *s, const struct step_arg *a, size_t *len)
{
	const char *missing = NULL;
	char *text = (a->is_regex ? text_expand_pattern : text_expand)(&a->text, dialogue_lookup, d, len, &missing);

	if (text == NULL)
		dialogue_refuse(d, s, DIALOGUE_FAILED, "the variable '%s' has no value", missing);
	return text;
}

int
dialogue_number(struct dialogue *d, const struct step *s, int64_t *number)
{
	struct diag diag = { 0 };
	char *text;
	size_t len;
	int result;

	*number = s->args[0].number;
	if (text_is_literal(&s->args[0].text))
		return 0;
	text = dialogue_text(d, s, &s->args[0], &len);
	if (text == NULL)
		return -1;
	result = step_check_value(s->args[0].kind, text, number, &diag);
	if (result == -1)
		dialogue_refuse(d, s, DIALOGUE_USAGE, "%s", diag.text);
	diag_fini(&diag);
	free(text);
	return result;
}

/* The end. */

enum run_result
dialogue_refuse(struct dialogue *d, const struct step *s, int status, const char *fmt, ...)
{
	char *place = step_place_show(s), *text;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	if (s->place.file != NULL)
		log_msg(LOG_ERROR, NULL, "%s: %s: %s", place, s->verb->name, text);
	else
		log_msg(LOG_ERROR, NULL, "%s: %s", place, text);
	free(place);
	free(text);
	return dialogue_end(d, status);
}

enum run_result
dialogue_end(struct dialogue *d, int status)
{
	if (d->state >= DIALOGUE_CLOSES)
		return RUN_OVER;
	d->state = DIALOGUE_CLOSES;
	d->status = status;
	d->has_status = true;
	wait_end(d);
	loop_defer(d->env->loop, &d->end);
	return RUN_OVER;
}

/* What is driven is ended at once; what it has said before is still to be seen. */
static void
dialogue_close_all(struct dialogue *d)
{
	d->is_stopped = true;
	interact_stop(d);
	for (struct peer *p = d->peers; p != NULL; p = p->next)
		if (p != d->outlet)
			channel_stop(p->channel, 0, NULL);
	if (d->outlet == NULL)
		return;
	channel_resume(d->outlet->channel);
	channel_close_input(d->outlet->channel);
	loop_timer_set(d->env->loop, &d->again, dialogue_now(d) + OUTLET_PATIENCE);
}

/* What failed without a program counts first; of programs the last one. */
static int
dialogue_status(const struct dialogue *d)
{
	int failure = 0, last = 0;

	if (d->has_status)
		return d->status;
	for (const struct peer *p = d->peers; p != NULL; p = p->next) {
		const int status = channel_status(p->channel);

		if (channel_spec(p->channel)->kind->flags & KIND_CHILD)
			last = status;
		else if (failure == 0)
			failure = status;
	}
	return failure != 0 ? failure : last;
}

/* What was to be written is. */
static bool
dialogue_close_copies(struct dialogue *d)
{
	bool is_complete = !d->has_log || tap_record_close(&d->log) == 0;

	d->has_log = false;
	for (const struct peer *p = d->peers; p != NULL; p = p->next)
		is_complete &= channel_record_end(p->channel) == 0;
	return is_complete;
}

static void
dialogue_finish(struct dialogue *d)
{
	if (!dialogue_close_copies(d) && dialogue_status(d) == 0) {
		d->status = DIALOGUE_FAILED;
		d->has_status = true;
	}
	d->state = DIALOGUE_DONE;
	loop_timer_stop(d->env->loop, &d->again);
	d->done(d, dialogue_status(d), d->is_pipe_ended, d->arg);
}

static void
dialogue_end_task(struct loop_task *t)
{
	struct dialogue *d = t->arg;

	if (d->state == DIALOGUE_DONE)
		return;
	if (d->state == DIALOGUE_CLOSES && !d->is_stopped)
		dialogue_close_all(d);
	if (d->open == 0)
		dialogue_finish(d);
}

void
dialogue_stop(struct dialogue *d, int status, const char *reason)
{
	if (d->state == DIALOGUE_DONE)
		return;
	if (d->state == DIALOGUE_CLOSES) {
		for (const struct peer *p = d->peers; p != NULL; p = p->next) {
			channel_stop(p->channel, 0, NULL);
			channel_give_up(p->channel);
		}
		return;
	}
	if (reason != NULL)
		log_msg(LOG_ERROR, NULL, "%s", reason);
	dialogue_end(d, status);
}

/* Beginning. */

static bool
dialogue_wants_view(const struct program *p)
{
	for (size_t i = 0; i < p->nsteps; i++)
		if (p->steps[i].opts.clean == VERB_CLEAN_YES || dialogue_wants_view(&p->steps[i].body))
			return true;
	return false;
}

struct dialogue *
dialogue_new(const struct dialogue_setup *setup)
{
	struct dialogue *d = xcalloc(1, sizeof(*d));

	d->setup = *setup;
	d->has_person = setup->has_person;
	d->file = -1;
	if (d->setup.timeout == 0)
		d->setup.timeout = DIALOGUE_TIMEOUT;
	loop_timer_init(&d->late, dialogue_is_late, d);
	loop_timer_init(&d->settle, dialogue_has_settled, d);
	loop_timer_init(&d->again, dialogue_looks_again, d);
	loop_task_init(&d->go, dialogue_go, d);
	loop_task_init(&d->end, dialogue_end_task, d);
	return d;
}

void
dialogue_start(struct dialogue *d, struct endpoint_env *env, const struct program *program,
    void (*done)(struct dialogue *, int, bool, void *), void *arg)
{
	d->env = env;
	d->done = done;
	d->arg = arg;
	dialogue_enter(d, program);
	d->wants_view = dialogue_wants_view(program);
	d->has_person |= interact_is_in(program);
	for (struct peer *p = d->peers; p != NULL; p = p->next)
		dialogue_start_peer(d, p);
	loop_defer(d->env->loop, &d->go);
}

void
dialogue_free(struct dialogue *d)
{
	if (d == NULL)
		return;
	if (d->env != NULL)
		wait_end(d);
	if (d->file != -1)
		io_close(&d->file);
	for (struct peer *p = d->peers, *next; p != NULL; p = next) {
		next = p->next;
		peer_free(p);
	}
	for (struct reaction *r = d->reactions, *next; r != NULL; r = next) {
		next = r->next;
		free(r);
	}
	for (struct variable *v = d->variables, *next; v != NULL; v = next) {
		next = v->next;
		free(v->name);
		free(v->value);
		free(v);
	}
	captures_fini(&d->captures);
	free(d->log_path);
	free(d->frames);
	free(d);
}
