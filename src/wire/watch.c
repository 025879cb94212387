/*
 * When to look, and what to do about what was seen.
 *
 * While bytes move nothing is done for them: the timer, set once, finds out when it expires how long the wire has been still.
 * A look says one of these:
 *
 *   busy       somebody runs or will go on by himself: the next look after twice the time, at most a minute
 *   external   a person or a peer may go on: no look until bytes have moved. Where the bytes of two programs do not come by
 *              here, nothing would tell, so there are looks further and further apart, up to an hour (not for the sessions
 *              of a server: an idle server sleeps)
 *   cannot see looks further and further apart, too: what may not be looked at may end
 *   stall      a second look 50 ms later must be equal; then it is said, once, and no more looks until bytes have moved
 *
 * Only wires with a program, or with a FIFO that nobody opens, are watched.
 */
#include "wire/watch.h"

#include <stdlib.h>
#include <string.h>
#include <vis.h>

#include "base/mem.h"
#include "endpoint/exec.h"
#include "wire/watch_end.h"
#include "wire/watch_look.h"
#include "wire/watch_text.h"
#include "wire/wire_restart.h"
#include "wire/wire_rules.h"
#include "wire/wire_state.h"

#define WATCH_SECOND_LOOK LOOP_MS(50)
#define WATCH_PAUSE_MAX LOOP_SEC(60)
#define WATCH_PAUSE_BLIND_MAX LOOP_SEC(3600)

static void watch_expired(struct loop_timer *);

static uint64_t
watch_time(const struct watch *w)
{
	return (uint64_t)w->wire->spec->opts.watch;
}

/* What there is to look at. */

static unsigned
watch_flow_of(const struct wire *w, const struct wire_way *way)
{
	return way != NULL && way->pump.is_there && !pump_is_over(&way->pump) ? (unsigned)(way - w->ways) :
										WATCH_NO_FLOW;
}

static void
watch_view_flows(struct watch_end *v, const struct wire *w, const struct wire_end *e)
{
	const struct pump *from = wire_pump_from(e), *to = wire_pump_to(e);

	if (from != NULL) {
		v->bytes = from->sources[e->source].in;
		v->from = from->sources[e->source].is_over ? WATCH_NO_FLOW : watch_flow_of(w, e->from);
		v->reads = pump_wants_source(from, e->source);
	}
	if (to != NULL) {
		v->to = to->sinks[e->sink].is_over ? WATCH_NO_FLOW : watch_flow_of(w, e->to);
		v->writes = pump_wants_sink(to, e->sink);
	}
}

static struct watch_view *
watch_view_new(const struct wire *w, bool with_peers)
{
	struct watch_view *v = xcalloc(1, sizeof(*v));

	v->ends = xcalloc(w->nends, sizeof(*v->ends));
	v->nends = w->nends;
	v->nflows = w->nways;
	v->with_peers = with_peers;
	v->counts_bytes = true;
	for (unsigned i = 0; i < w->nends; i++) {
		watch_end_fill(&v->ends[i], w->ends[i]->in, w->ends[i]->out);
		watch_view_flows(&v->ends[i], w, w->ends[i]);
		v->has_moved |= v->ends[i].bytes > 0;
	}
	for (unsigned i = 0; i < w->nways; i++)
		v->counts_bytes &= w->ways[i].path.mode != PLAN_DIRECT;
	return v;
}

static void
watch_view_free(struct watch_view *v)
{
	free(v->ends);
	free(v);
}

/* The bytes of a wire between programs do not come by here. */
static bool
watch_is_blind(const struct wire *w)
{
	for (unsigned i = 0; i < w->nways; i++)
		if (w->ways[i].pump.is_there)
			return false;
	return true;
}

static bool
watch_has_program(const struct wire *w)
{
	for (unsigned i = 0; i < w->nends; i++)
		if (wire_program(w->ends[i]) != NULL)
			return true;
	return false;
}

/* A program that talks to another machine: all that can ever be proven is that the peer may go on. */
static bool
watch_is_hopeless(const struct wire *w)
{
	for (unsigned i = 0; w->nends == 2 && i < w->nends; i++) {
		const struct endpoint *ep = w->ends[i]->in;

		if (ep != NULL && ep->child == NULL && ep->rclass == CLASS_SOCKET && !watch_end_is_local(ep))
			return true;
	}
	return false;
}

/* When. */

static void
watch_set(struct watch *w, enum watch_phase phase, uint64_t when)
{
	w->phase = phase;
	loop_timer_set(w->wire->env->loop, &w->timer, when);
}

static void
watch_park(struct watch *w)
{
	w->phase = watch_is_blind(w->wire) ? WATCH_OFF : WATCH_PARKED;
}

static void
watch_later(struct watch *w, uint64_t most)
{
	const uint64_t now = loop_now(w->wire->env->loop);

	w->pause = 2 * w->pause < most ? 2 * w->pause : w->pause < most ? most : w->pause;
	watch_set(w, WATCH_WAITING, now + w->pause);
}

void
watch_rearm(struct watch *w)
{
	w->pause = watch_time(w);
	watch_set(w, WATCH_WAITING, loop_now(w->wire->env->loop) + w->pause);
}

void
watch_init(struct watch *w, struct wire *wire)
{
	*w = (struct watch){ .wire = wire, .phase = WATCH_OFF };
	loop_timer_init(&w->timer, watch_expired, w);
}

static void
watch_forget(struct watch *w)
{
	if (w->first != NULL)
		watch_snapshot_fini(w->first);
	free(w->first);
	w->first = NULL;
}

void
watch_stop(struct watch *w)
{
	loop_timer_stop(w->wire->env->loop, &w->timer);
	watch_forget(w);
	w->phase = WATCH_OFF;
}

/* A FIFO whose other side nobody has opened. */

static bool
watch_is_fifo(const struct endpoint *ep)
{
	return ep != NULL && !ep->is_open && !(ep->kind->flags & KIND_CHILD) &&
	    endpoint_spec_class(ep->spec, ROLE_READ) == CLASS_PIPE;
}

static const struct endpoint *
watch_unopened_fifo(const struct wire *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		if (watch_is_fifo(w->ends[i]->in))
			return w->ends[i]->in;
		if (watch_is_fifo(w->ends[i]->out))
			return w->ends[i]->out;
	}
	return NULL;
}

static void
watch_fail(struct watch *w)
{
	if (w->wire->spec->opts.watch_fails)
		wire_stop(w->wire, 124, "ended because nothing can move (--watch=fail)");
}

static void
watch_look_at_opening(struct watch *w)
{
	const struct endpoint *ep = watch_unopened_fifo(w->wire);
	const char *waits_for = ep != NULL && (ep->roles & ROLE_READ) ? "writing" : "reading";

	w->phase = WATCH_OFF; /* watch_start comes when all is open */
	if (ep == NULL)
		return;
	log_msg(w->wire->spec->opts.watch_fails ? LOG_ERROR : LOG_WARN,
	    &(struct log_who){ .session = w->wire->session },
	    "stall: %s: nobody has opened the FIFO for %s for %.1f s, and the wire cannot begin. Likely remedy: start "
	    "the program that %s it, or %s,open-timeout=TIME",
	    ep->who.name, waits_for, (double)(loop_now(w->wire->env->loop) - w->wire->started) / 1e9,
	    ep->roles & ROLE_READ ? "writes" : "reads", ep->who.name);
	watch_fail(w);
}

void
watch_start(struct watch *w)
{
	const uint64_t now = loop_now(w->wire->env->loop);
	bool is_worth_it;

	if (watch_time(w) == 0 || wire_spec_has_doors(w->wire->spec))
		return; /* whoever comes next may move it */
	if (w->wire->state == WIRE_RUNNING)
		is_worth_it = watch_has_program(w->wire) && !watch_is_hopeless(w->wire);
	else
		is_worth_it = watch_unopened_fifo(w->wire) != NULL;
	w->pause = watch_time(w);
	if (is_worth_it)
		watch_set(w, WATCH_WAITING, now + w->pause);
	else
		watch_stop(w);
}

/* Looks. */

/* Something there that would be worth a warning if the peer, who may be on this machine, cannot go on either. */
static bool
watch_is_suspicious(const struct watch_view *v, const struct watch_snapshot *s)
{
	bool has_local = false;

	for (unsigned i = 0; i < v->nends; i++)
		has_local |= v->ends[i].is_local_socket;
	for (unsigned i = 0; has_local && i < s->nthreads; i++) {
		const struct watch_thread *t = &s->threads[i];

		if (!s->processes[t->process].is_pump &&
		    (watch_waits_on(s, t, WATCH_WRITE) < s->nchannels || s->processes[t->process].held.len > 0))
			return true;
	}
	return false;
}

static void
watch_tell(struct watch *w, const struct watch_view *v, const struct watch_snapshot *s,
    const struct watch_verdict *verdict)
{
	const struct wire *wire = w->wire;
	const bool fails = wire->spec->opts.watch_fails && watch_is_proven(verdict->class) && !verdict->is_partial;
	char *text = watch_text_stall(v, s, verdict, loop_now(wire->env->loop) - wire->last_activity);

	log_msg(fails ? LOG_ERROR : LOG_WARN, &(struct log_who){ .session = wire->session }, "%s", text);
	free(text);
	watch_park(w);
	if (fails)
		watch_fail(w);
}

static void
watch_tell_unseen(struct watch *w, const struct watch_view *v, const struct watch_snapshot *s)
{
	char *text = w->has_told_unseen ? NULL : watch_text_unseen(v, s);

	if (text != NULL)
		log_msg(LOG_INFO, &(struct log_who){ .session = w->wire->session }, "watch: %s", text);
	w->has_told_unseen = true;
	free(text);
	watch_later(w, WATCH_PAUSE_BLIND_MAX);
}

static void
watch_act(struct watch *w, const struct watch_view *v, struct watch_snapshot *s, const struct watch_verdict *verdict)
{
	switch (verdict->class) {
	case WATCH_IS_BUSY:
		watch_later(w, WATCH_PAUSE_MAX);
		break;
	case WATCH_IS_EXTERNAL:
		if (watch_is_blind(w->wire) && w->wire->session == 0)
			watch_later(w, WATCH_PAUSE_BLIND_MAX);
		else
			watch_park(w);
		break;
	case WATCH_IS_UNSEEN:
		watch_tell_unseen(w, v, s);
		break;
	case WATCH_IS_STOPPED:
	case WATCH_IS_FULL:
	case WATCH_IS_UNREAD:
	case WATCH_IS_HELD:
	case WATCH_IS_SUSPECT:
	case WATCH_IS_SILENT:
		watch_forget(w);
		w->first = xcalloc(1, sizeof(*w->first));
		*w->first = *s;
		*s = (struct watch_snapshot){ 0 };
		w->activity = w->wire->last_activity;
		w->has_peers = v->with_peers;
		watch_set(w, WATCH_AGAIN, loop_now(w->wire->env->loop) + WATCH_SECOND_LOOK);
		break;
	case WATCH_CLASS_N:
		break;
	}
}

static void
watch_look_first(struct watch *w)
{
	struct watch_view *v = watch_view_new(w->wire, false);
	struct watch_snapshot s;
	struct watch_verdict verdict;

	watch_look(v, &s, &verdict);
	if (verdict.class == WATCH_IS_EXTERNAL && watch_is_suspicious(v, &s)) {
		watch_snapshot_fini(&s);
		v->with_peers = true;
		watch_look(v, &s, &verdict);
	}
	log_msg(LOG_DEBUG, &(struct log_who){ .session = w->wire->session }, "watch: %s",
	    watch_class_name(verdict.class));
	watch_act(w, v, &s, &verdict);
	watch_snapshot_fini(&s);
	watch_view_free(v);
}

static void
watch_look_again(struct watch *w)
{
	struct watch_view *v = watch_view_new(w->wire, w->has_peers);
	struct watch_snapshot s;
	struct watch_verdict verdict;
	bool is_still;

	watch_look(v, &s, &verdict);
	is_still = w->activity == w->wire->last_activity && watch_is_same(w->first, &s);
	watch_forget(w);
	if (is_still && watch_is_stall(verdict.class))
		watch_tell(w, v, &s, &verdict);
	else
		watch_later(w, WATCH_PAUSE_MAX);
	watch_snapshot_fini(&s);
	watch_view_free(v);
}

static void
watch_expired(struct loop_timer *t)
{
	struct watch *w = t->arg;
	const uint64_t now = loop_now(w->wire->env->loop), due = w->wire->last_activity + watch_time(w);

	if (w->wire->state != WIRE_RUNNING)
		watch_look_at_opening(w);
	else if (w->phase == WATCH_AGAIN)
		watch_look_again(w);
	else if (now < due || wire_restart_is_away(w->wire)) {
		w->pause = watch_time(w);
		watch_set(w, WATCH_WAITING, now < due ? due : now + w->pause);
	} else
		watch_look_first(w);
}

static char *
watch_waits(const struct wire *wire)
{
	struct watch_view *v;
	struct watch_snapshot s;
	struct watch_verdict verdict;
	char *text;

	if (wire->state != WIRE_RUNNING || !watch_has_program(wire))
		return xstrdup("");
	v = watch_view_new(wire, false);
	watch_look(v, &s, &verdict);
	text = watch_text_waits(v, &s);
	watch_snapshot_fini(&s);
	watch_view_free(v);
	return text;
}

char *
watch_describe(const struct wire *wire)
{
	char *text = watch_waits(wire), *escaped = xmalloc(4 * strlen(text) + 1), *line;

	strvis(escaped, text, VIS_OCTAL | VIS_NL | VIS_TAB | VIS_NOSLASH | VIS_NOLOCALE);
	if (*text == '\0')
		line = xstrdup("");
	else if (wire->session != 0)
		line = xasprintf("[s%lu] %s\n", wire->session, escaped);
	else
		line = xasprintf("%s\n", escaped);
	free(text);
	free(escaped);
	return line;
}
