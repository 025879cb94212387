/* The rule. First who may move, by spreading; then, when nobody may, what kind of stall it is. */
#include "wire/watch_rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct judge {
	const struct watch_snapshot *s;
	bool *may_move; /* by thread */
};

/* Who may move. */

static bool
judge_process(const struct judge *j, unsigned process, unsigned but_thread)
{
	for (unsigned i = 0; i < j->s->nthreads; i++)
		if (i != but_thread && j->s->threads[i].process == process && j->may_move[i])
			return true;
	return false;
}

/* Somebody on that side of the channel may move; or nobody is there, so the kernel tells the other side so at once. */
static bool
judge_side(const struct judge *j, unsigned channel, bool is_writer)
{
	const struct watch_channel *c = &j->s->channels[channel];
	bool has_holder = false;

	if (is_writer ? c->outside_writes : c->outside_reads)
		return true;
	for (unsigned i = 0; i < j->s->nholds; i++) {
		const struct watch_hold *h = &j->s->holds[i];

		if (h->channel != channel || h->is_writer != is_writer)
			continue;
		has_holder = true;
		if (judge_process(j, h->process, j->s->nthreads))
			return true;
	}
	return !has_holder;
}

static bool
judge_wait(const struct judge *j, unsigned thread, const struct watch_wait *w)
{
	switch (w->op) {
	case WATCH_READ:
		return j->s->channels[w->channel].filled > 0 || judge_side(j, w->channel, true);
	case WATCH_WRITE:
		return judge_side(j, w->channel, false);
	case WATCH_HANGUP:
		return judge_side(j, w->channel, w->is_reader);
	case WATCH_OWN:
		break;
	}
	return judge_process(j, j->s->threads[thread].process, thread);
}

static bool
judge_blocked(const struct judge *j, unsigned thread)
{
	const struct watch_thread *t = &j->s->threads[thread];

	for (unsigned i = 0; i < t->nwaits; i++)
		if (judge_wait(j, thread, &j->s->waits[t->first_wait + i]))
			return true;
	return false;
}

/* A child that is gone already is what is being waited for. Without a child the call would not block: it is not seen. */
static bool
judge_children(const struct judge *j, const struct watch_thread *t)
{
	const pid_t parent = j->s->processes[t->process].pid;
	bool has_child = false;

	for (unsigned i = 0; i < j->s->nprocesses; i++) {
		const struct watch_process *p = &j->s->processes[i];

		if (p->is_pump || p->parent != parent || (t->child != 0 && p->pid != t->child))
			continue;
		has_child = true;
		if (p->is_zombie || judge_process(j, i, j->s->nthreads))
			return true;
	}
	return !has_child;
}

static bool
judge_thread(const struct judge *j, unsigned thread)
{
	const struct watch_thread *t = &j->s->threads[thread];

	switch (t->state) {
	case WATCH_BLOCKED:
		return judge_blocked(j, thread);
	case WATCH_CHILD:
		return judge_children(j, t);
	case WATCH_THREAD:
		return judge_process(j, t->process, thread);
	case WATCH_SIGNAL:
	case WATCH_STOPPED:
		return false;
	case WATCH_RUNNING:
	case WATCH_TIMED:
	case WATCH_OUTSIDE:
	case WATCH_UNSEEN:
	case WATCH_STATE_N:
		break;
	}
	return true;
}

static bool
judge_spread(struct judge *j)
{
	bool has_changed = true, any = false;

	while (has_changed) {
		has_changed = false;
		for (unsigned i = 0; i < j->s->nthreads; i++) {
			if (j->may_move[i] || !judge_thread(j, i))
				continue;
			j->may_move[i] = has_changed = any = true;
		}
	}
	return any;
}

/* Why there is no verdict: what is refused first, then what runs, else it is somebody outside. */
static enum watch_class
judge_open_case(const struct judge *j)
{
	enum watch_class class = WATCH_IS_EXTERNAL;

	for (unsigned i = 0; i < j->s->nthreads; i++) {
		const struct watch_thread *t = &j->s->threads[i];

		if (t->state == WATCH_UNSEEN)
			return WATCH_IS_UNSEEN;
		if (t->state == WATCH_RUNNING || t->state == WATCH_TIMED)
			class = WATCH_IS_BUSY;
		for (unsigned k = 0; t->state == WATCH_BLOCKED && k < t->nwaits; k++) {
			const struct watch_wait *w = &j->s->waits[t->first_wait + k];

			if (w->op == WATCH_READ && j->s->channels[w->channel].filled > 0)
				class = WATCH_IS_BUSY; /* it will be woken */
		}
	}
	return class;
}

/* What kind of stall. */

static bool
stall_waits_for(const struct watch_snapshot *s, const struct watch_thread *t, enum watch_op op, bool wire_only)
{
	for (unsigned i = 0; t->state == WATCH_BLOCKED && i < t->nwaits; i++) {
		const struct watch_wait *w = &s->waits[t->first_wait + i];

		if (w->op == op && (!wire_only || s->channels[w->channel].is_wire))
			return true;
	}
	return false;
}

unsigned
watch_waits_on(const struct watch_snapshot *s, const struct watch_thread *t, enum watch_op op)
{
	for (unsigned i = 0; t->state == WATCH_BLOCKED && i < t->nwaits; i++) {
		const struct watch_wait *w = &s->waits[t->first_wait + i];

		if (w->op == op && s->channels[w->channel].is_wire)
			return w->channel;
	}
	return s->nchannels;
}

static unsigned
stall_find_state(const struct watch_snapshot *s, enum watch_state state)
{
	for (unsigned i = 0; i < s->nthreads; i++)
		if (s->threads[i].state == state)
			return i;
	return s->nthreads;
}

static bool
stall_is_writer(const struct watch_snapshot *s, const struct watch_thread *t)
{
	return !s->processes[t->process].is_pump && stall_waits_for(s, t, WATCH_WRITE, false) &&
	    !stall_waits_for(s, t, WATCH_READ, false);
}

/* Bytes wait for that process: a channel that it reads from holds some. */
static bool
stall_has_input(const struct watch_snapshot *s, unsigned process)
{
	for (unsigned i = 0; i < s->nholds; i++)
		if (s->holds[i].process == process && !s->holds[i].is_writer &&
		    s->channels[s->holds[i].channel].filled > 0)
			return true;
	return false;
}

/* Writers of two ends, or one that leaves its own input unread, wait for each other. */
static enum watch_class
stall_of_writers(const struct watch_snapshot *s, unsigned first)
{
	const struct watch_thread *t = &s->threads[first];

	for (unsigned i = first + 1; i < s->nthreads; i++)
		if (stall_is_writer(s, &s->threads[i]) &&
		    s->processes[s->threads[i].process].end != s->processes[t->process].end)
			return WATCH_IS_FULL;
	return stall_has_input(s, t->process) ? WATCH_IS_FULL : WATCH_IS_UNREAD;
}

static unsigned
stall_first_writer(const struct watch_snapshot *s)
{
	for (unsigned i = 0; i < s->nthreads; i++)
		if (stall_is_writer(s, &s->threads[i]))
			return i;
	return s->nthreads;
}

static unsigned
stall_holder(const struct watch_snapshot *s)
{
	for (unsigned i = 0; i < s->nthreads; i++) {
		const struct watch_process *p = &s->processes[s->threads[i].process];

		if (!p->is_pump && p->held.state == HELDBYTES_SEEN && p->held.len > 0)
			return i;
	}
	return s->nthreads;
}

/* It can write where the wire, or somebody on the way to it, reads. */
static bool
stall_is_speaker(const struct watch_snapshot *s, unsigned process)
{
	for (unsigned i = 0; i < s->nholds; i++)
		if (s->holds[i].process == process && s->holds[i].is_writer)
			return true;
	return false;
}

bool
watch_is_suspect(const struct watch_snapshot *s, unsigned thread)
{
	const struct watch_thread *t = &s->threads[thread];
	const struct watch_process *p = &s->processes[t->process];

	return !p->is_pump && !p->is_peer && stall_waits_for(s, t, WATCH_READ, false) &&
	    (p->held.state == HELDBYTES_UNSEEN || p->held.runtime != NULL) && stall_is_speaker(s, t->process);
}

static unsigned
stall_suspect(const struct watch_snapshot *s)
{
	for (unsigned i = 0; i < s->nthreads; i++)
		if (watch_is_suspect(s, i))
			return i;
	return s->nthreads;
}

static void
stall_classify(const struct watch_snapshot *s, struct watch_verdict *v)
{
	if ((v->culprit = stall_find_state(s, WATCH_STOPPED)) < s->nthreads)
		v->class = WATCH_IS_STOPPED;
	else if ((v->culprit = stall_first_writer(s)) < s->nthreads)
		v->class = stall_of_writers(s, v->culprit);
	else if ((v->culprit = stall_holder(s)) < s->nthreads)
		v->class = WATCH_IS_HELD;
	else if ((v->culprit = stall_suspect(s)) < s->nthreads)
		v->class = WATCH_IS_SUSPECT;
	else if (stall_find_state(s, WATCH_SIGNAL) < s->nthreads)
		v->class = WATCH_IS_EXTERNAL; /* who waits for a signal expects one */
	else
		v->class = WATCH_IS_SILENT;
}

static bool
judge_has_process(const struct watch_snapshot *s)
{
	for (unsigned i = 0; i < s->nthreads; i++)
		if (!s->processes[s->threads[i].process].is_pump)
			return true;
	return false;
}

void
watch_judge(const struct watch_snapshot *s, struct watch_verdict *v)
{
	struct judge j = { .s = s, .may_move = xcalloc(s->nthreads + 1, sizeof(bool)) };
	const unsigned stopped = stall_find_state(s, WATCH_STOPPED);

	*v = (struct watch_verdict){ .culprit = s->nthreads };
	if (!judge_has_process(s))
		v->class = WATCH_IS_EXTERNAL; /* nobody is left who could be blamed */
	else if (!judge_spread(&j))
		stall_classify(s, v);
	else {
		v->class = judge_open_case(&j);
		if (v->class == WATCH_IS_EXTERNAL && stopped < s->nthreads)
			*v = (struct watch_verdict){ WATCH_IS_STOPPED, stopped, true };
	}
	free(j.may_move);
}

bool
watch_is_same(const struct watch_snapshot *a, const struct watch_snapshot *b)
{
	if (a->nthreads != b->nthreads || a->nprocesses != b->nprocesses || a->nchannels != b->nchannels)
		return false;
	for (unsigned i = 0; i < a->nthreads; i++)
		if (a->threads[i].tid != b->threads[i].tid || a->threads[i].state != b->threads[i].state ||
		    a->threads[i].switches != b->threads[i].switches || a->threads[i].print != b->threads[i].print)
			return false;
	for (unsigned i = 0; i < a->nchannels; i++)
		if (a->channels[i].filled != b->channels[i].filled)
			return false;
	return true;
}

const char *watch_class_name(enum watch_class class)
{
	static const char names[][28] = { "busy", "waits for somebody outside", "cannot see", "stopped", "full",
		"unread", "held", "suspected", "silent" };
	_Static_assert(sizeof(names) / sizeof(*names) == WATCH_CLASS_N, "a name for every class");

	return names[class];
}

bool watch_is_stall(enum watch_class class)
{
	return class >= WATCH_IS_STOPPED;
}

bool watch_is_proven(enum watch_class class)
{
	return watch_is_stall(class) && class != WATCH_IS_SUSPECT;
}

/* Of the threads of an end: one that waits on the wire is told of, else one that waits for anything but its children. */
static unsigned
watch_weight(const struct watch_snapshot *s, const struct watch_thread *t)
{
	if (stall_waits_for(s, t, WATCH_READ, true) || stall_waits_for(s, t, WATCH_WRITE, true))
		return 4;
	if (t->state == WATCH_BLOCKED && t->nwaits > 0 && s->waits[t->first_wait].op != WATCH_OWN)
		return 3;
	return t->state == WATCH_CHILD || t->state == WATCH_THREAD ? 1 : 2;
}

unsigned
watch_main_thread(const struct watch_snapshot *s, unsigned end)
{
	unsigned best = s->nthreads, weight = 0;

	for (unsigned i = 0; i < s->nthreads; i++) {
		const struct watch_process *p = &s->processes[s->threads[i].process];
		unsigned w;

		if (p->is_pump || p->end != end)
			continue;
		w = watch_weight(s, &s->threads[i]);
		if (w > weight) {
			best = i;
			weight = w;
		}
	}
	return best;
}

void
watch_snapshot_fini(struct watch_snapshot *s)
{
	free(s->channels);
	free(s->processes);
	free(s->threads);
	free(s->waits);
	free(s->holds);
	*s = (struct watch_snapshot){ 0 };
}
