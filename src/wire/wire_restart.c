/*
 * Ends that are opened again: restart= in their address, or a shared end that follows its clients (open=first, close=last).
 *
 *   UP       it is there
 *   LEAVING  it has ended or is to be closed, and what it was given may still arrive: until the peer has acknowledged it, has
 *            reset the connection, or has made no progress for LEAVING_TIME; a program that is closed gets its end of input,
 *            then the ladder
 *   DOWN     it is closed. It is opened again after a pause (endpoint/retry), or, while it rests, when a client comes
 *   OFF      its end was the end
 *
 * The endpoint, its place in the pumps and all other ends stay; only what is behind the descriptors changes. What is for it
 * waits in the queue (pump_away.c). An end is final when restart= does not ask for more, or when its input was at its end and it
 * has had all of it: then what it says, and its end, mean the same as without restart=.
 */
#include "wire/wire_restart.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/human.h"
#include "base/mem.h"
#include "endpoint/exec.h"
#include "endpoint/proxy_out.h"
#include "endpoint/retry.h"
#include "endpoint/socket_groups.h"
#include "endpoint/undelivered.h"
#include "wire/speak.h"
#include "wire/wire_members.h"
#include "wire/wire_rules.h"
#include "wire/wire_tell.h"

#define LEAVING_TIME LOOP_SEC(2)
#define LEAVING_LOOK_FIRST LOOP_MS(1)
#define LEAVING_LOOK_LAST LOOP_MS(50)

enum restart_state { RESTART_UP, RESTART_LEAVING, RESTART_DOWN, RESTART_OFF };

/* One endpoint of an end: both its sides, or with A!!B one of them. */
struct restart {
	struct wire_end *end;
	struct endpoint *ep;
	const struct restart_opts *opts;
	const struct listen_opts *door; /* of the clients that share it; or NULL */
	enum restart_state state;
	bool is_source, is_sink;
	bool is_resting;         /* DOWN, until it is needed */
	bool was_needed;         /* UP: since it was opened */
	bool is_closed;          /* LEAVING: we end it, for nobody needs it */
	bool is_ordered;         /* LEAVING: we end it, to open it anew */
	uint64_t since;          /* UP: from then; 0: it was never opened */
	uint64_t missing;        /* LEAVING: at the last look, and when that was new */
	uint64_t progress, look; /* the time between looks */
	struct loop_timer timer;
	struct restart *next;
};

/* What was asked for. */

static const struct restart_opts *
restart_options(const struct endpoint_spec *s)
{
	const struct restart_opts *o = restart_opts_of(s);

	return o->restart != RESTART_NO ? o : NULL;
}

const char *
wire_restart_sees(const struct endpoint_spec *s)
{
	return restart_options(s) != NULL ? "restart= keeps the wire" : NULL;
}

/* The options of the door whose clients share that end, or NULL. */
static const struct listen_opts *
restart_door(const struct wire_spec *w, unsigned end)
{
	if (w->topology != TOPOLOGY_PAIR || !wire_spec_is_door(w, 1 - end) || wire_spec_is_door(w, end))
		return NULL;
	return endpoint_spec_group(w->ends[1 - end].in, &listen_group);
}

static bool
restart_takes_turns(const struct listen_opts *door)
{
	return door != NULL && door->share == LISTEN_SHARE_TURNS;
}

/* A request is asked once: who would say whether half of it has been carried out? */
static int
restart_check_turns(const struct wire_spec *w, unsigned end, const struct endpoint_spec *s, struct diag *d)
{
	if (!restart_takes_turns(restart_door(w, end)) || !restart_opts_of(s)->resume)
		return 0;
	diag_set(d, 0, "%s: 'resume' with share=turns", s->addr->text);
	return diag_hint(d,
	    "a request that was under way is not asked a second time; those that wait are kept without it");
}

static int
restart_check_end(const struct wire_spec *w, unsigned end, const struct endpoint_spec *s, struct diag *d)
{
	const struct restart_opts *o = restart_opts_of(s);

	if (o->resume && o->restart == RESTART_NO) {
		diag_set(d, 0, "%s: 'resume' without 'restart'", s->addr->text);
		return diag_hint(d, "restart=always or restart=failure opens it again when it has ended");
	}
	if (restart_options(s) != NULL && s->common.frame != FRAME_RAW) {
		diag_set(d, 0, "%s: 'restart' with 'frame'", s->addr->text);
		return diag_hint(d, "half a frame cannot be told from the beginning of the next connection");
	}
	if (restart_check_turns(w, end, s, d) == -1)
		return -1;
	if (restart_options(s) == NULL || ((int)end != w->server && !wire_spec_is_door(w, end)))
		return 0;
	diag_set(d, 0, "%s: 'restart' on a listener that takes many clients", s->addr->text);
	return diag_hint(d, "it does not end with a client; the end that shall come back is the other one");
}

int
wire_restart_check(const struct wire_spec *w, struct diag *d)
{
	for (unsigned i = 0; i < w->nends; i++)
		if (restart_check_end(w, i, w->ends[i].in, d) == -1 || restart_check_end(w, i, w->ends[i].out, d) == -1)
			return -1;
	return 0;
}

bool
wire_restart_is_late(const struct wire_spec *w, unsigned end)
{
	const struct listen_opts *o = restart_door(w, end);

	return o != NULL && o->open == LISTEN_OPEN_FIRST;
}

static bool
restart_closes(const struct restart *r)
{
	return r->door != NULL && r->door->close == LISTEN_CLOSE_LAST;
}

/* Where it stands. */

static struct wire *
restart_wire(const struct restart *r)
{
	return r->end->wire;
}

static struct loop *
restart_loop(const struct restart *r)
{
	return r->end->wire->env->loop;
}

static bool
restart_is_program(const struct restart *r)
{
	return (r->ep->kind->flags & KIND_CHILD) != 0;
}

static struct pump_source *
restart_source(const struct restart *r)
{
	return r->is_source ? &r->end->from->pump.sources[r->end->source] : NULL;
}

static struct pump_sink *
restart_sink(const struct restart *r)
{
	return r->is_sink ? &r->end->to->pump.sinks[r->end->sink] : NULL;
}

static uint64_t
restart_pending(const struct restart *r)
{
	return r->is_sink ? pump_pending(&r->end->to->pump, r->end->sink) : 0;
}

/* Clients, or bytes of clients that have left, wait for it or have it. */
static bool
restart_is_needed(const struct restart *r)
{
	return wire_has_speakers(restart_wire(r)) || restart_pending(r) > 0;
}

static bool
restart_source_has_ended(const struct restart *r)
{
	const struct pump_source *s = restart_source(r);

	return s == NULL || s->is_away || s->is_over || pump_is_over(&r->end->from->pump);
}

/* What was written to a sink that nobody reads from may still be under way when it has been told the end. */
static bool
restart_has_ended(const struct restart *r)
{
	const struct pump_sink *s = restart_sink(r);

	if (restart_is_program(r))
		return wire_program_has_ended(r->ep) && restart_source_has_ended(r);
	if (r->is_source)
		return restart_source(r)->is_away;
	return s->is_away || (s->is_over && s->resumes && r->ep->is_tcp);
}

/* Was that a failure, and is it the end? */

static bool
restart_has_failed(const struct restart *r, uint64_t missing)
{
	const struct pump_source *source = restart_source(r);
	const struct pump_sink *sink = restart_sink(r);

	if (restart_is_program(r))
		return child_exit_status(r->ep->child) != 0;
	return (source != NULL && source->error != 0) || (sink != NULL && sink->error != 0) || missing > 0 ||
	    restart_pending(r) > 0;
}

/* More is to be given to it, or asked of it. */
static bool
restart_has_work(const struct restart *r, uint64_t missing)
{
	const struct pump_sink *sink = restart_sink(r);

	if (sink == NULL)
		return !pump_is_over(&r->end->from->pump);
	return !pump_is_at_end(&r->end->to->pump) || (sink->resumes && missing + restart_pending(r) > 0);
}

static bool
restart_is_final(const struct restart *r, bool has_failed, uint64_t missing)
{
	if (!restart_has_work(r, missing))
		return true;
	if (r->is_ordered)
		return false;
	switch ((enum restart_when)r->opts->restart) {
	case RESTART_ALWAYS:
		return false;
	case RESTART_FAILURE:
		return !has_failed;
	case RESTART_NO:
	case RESTART_WHEN_N:
		break;
	}
	return true;
}

static void
restart_finish(struct restart *r)
{
	struct wire_end *e = r->end;

	r->state = RESTART_OFF;
	if (r->is_source)
		pump_source_stays_away(&e->from->pump, e->source);
	if (r->is_sink)
		pump_sink_stays_away(&e->to->pump, e->sink);
	e->comes_back = false;
	for (const struct restart *other = e->wire->restarts; other != NULL; other = other->next)
		e->comes_back |= other->end == e && other->state != RESTART_OFF;
}

/* What did not arrive, and what the log says. */

/* What the kernel may still send must not arrive there a second time. */
static void
restart_abort(const struct restart *r)
{
	const struct linger now = { .l_onoff = 1 };

	if (r->ep->is_tcp && r->ep->wfd != -1 && setsockopt(r->ep->wfd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) == -1)
		log_errno(LOG_DEBUG, &r->ep->who, errno, "cannot abort the connection");
}

static void
restart_recover(struct restart *r, uint64_t missing)
{
	const struct pump_source *source = restart_source(r);
	uint64_t lost;

	if (!r->is_sink)
		return;
	if (source != NULL && source->error == ECONNRESET && !r->ep->is_tcp)
		log_msg(LOG_WARN, &r->ep->who, "the peer closed without reading everything that its system had taken");
	if (missing > 0 && restart_sink(r)->resumes)
		restart_abort(r);
	lost = pump_sink_recovers(&r->end->to->pump, r->end->sink, missing, r->is_closed);
	if (lost == 0)
		return;
	log_msg(LOG_ERROR, &r->ep->who, "%" PRIu64 " bytes did not arrive%s", lost,
	    restart_sink(r)->resumes || restart_takes_turns(r->door) ? "" :
								       " (resume=yes keeps them for the next time)");
	wire_fail(restart_wire(r), 1);
}

/* Why it has ended. */
static void
restart_explain(const struct restart *r, char *text, size_t size)
{
	const struct pump_source *source = restart_source(r);
	const struct pump_sink *sink = restart_sink(r);
	int error = source != NULL ? source->error : 0;

	if (error == 0 && sink != NULL)
		error = sink->error;
	if (restart_is_program(r) && WIFSIGNALED(r->ep->child->wait_status))
		snprintf(text, size, "ended by signal %d (%s)", WTERMSIG(r->ep->child->wait_status),
		    strsignal(WTERMSIG(r->ep->child->wait_status)));
	else if (restart_is_program(r))
		snprintf(text, size, "ended (status %d)", WEXITSTATUS(r->ep->child->wait_status));
	else
		snprintf(text, size, "ended (%s)", error != 0 ? strerror(error) : "end of input");
}

static void
restart_tell(const struct restart *r, bool has_failed, uint64_t delay)
{
	char why[96], age[HUMAN_MAX];

	restart_explain(r, why, sizeof(why));
	log_msg(has_failed ? LOG_WARN : LOG_INFO, &r->ep->who, "%s; %s again in %s", why,
	    restart_is_program(r) ? "starts" : "is opened", human_age(age, delay));
}

/* Down. */

/* What the environment of a program knows of this client will soon be gone. */
static struct endpoint *
restart_other_program(const struct restart *r)
{
	const struct wire *w = restart_wire(r);

	return w->spec->topology == TOPOLOGY_PAIR ? wire_program(w->ends[1 - r->end->position]) : NULL;
}

static void
restart_lose_client(const struct restart *r)
{
	struct endpoint *program = restart_other_program(r);

	if (program != NULL && program->extra_env == r->ep->peer_env)
		program->extra_env = NULL;
}

static void
restart_rest(struct restart *r)
{
	speak_reset(restart_wire(r));
	restart_lose_client(r);
	r->state = RESTART_DOWN;
	r->is_resting = true;
	r->is_closed = r->is_ordered = false;
	retry_hold(r->ep);
}

static void
restart_pause(struct restart *r, bool has_failed)
{
	const bool listens = (r->ep->kind->flags & KIND_LISTEN) != 0;
	const uint64_t delay = listens ? 0 : retry_pause(r->ep, loop_now(restart_loop(r)) - r->since);

	restart_tell(r, has_failed, delay);
	speak_reset(restart_wire(r));
	restart_lose_client(r);
	r->state = RESTART_DOWN;
	r->is_closed = r->is_ordered = false;
	retry_restart(r->ep, delay);
}

/* Leaving. Returns true when its end is final. */

static bool
restart_decide(struct restart *r)
{
	const uint64_t missing = r->is_sink ? endpoint_undelivered(r->ep) : 0;
	const bool has_failed = restart_has_failed(r, missing);

	loop_timer_stop(restart_loop(r), &r->timer);
	if ((r->is_closed && !r->is_ordered) || (restart_closes(r) && !restart_is_needed(r))) {
		restart_recover(r, missing);
		restart_rest(r);
		return false;
	}
	if (restart_is_final(r, has_failed, missing)) {
		restart_finish(r);
		return true;
	}
	restart_recover(r, missing);
	if (!restart_source_has_ended(r))
		pump_source_leaves(restart_source(r), 0);
	restart_pause(r, has_failed);
	return false;
}

static void
restart_leave(struct restart *r)
{
	struct pump_sink *sink = restart_sink(r);

	r->state = RESTART_LEAVING;
	r->look = LEAVING_LOOK_FIRST;
	r->missing = UINT64_MAX;
	r->progress = loop_now(restart_loop(r));
	if (sink == NULL || sink->is_over)
		return;
	pump_sink_leaves(sink, 0);
	if (r->ep->wfd != -1 && (r->ep->wclass == CLASS_SOCKET || r->is_closed))
		endpoint_shutdown(r->ep);
}

/* Nothing that it was given can arrive any more, or all of it has. A peer that only reads has all the time it needs. */
static bool
restart_has_left(struct restart *r)
{
	const uint64_t now = loop_now(restart_loop(r)), missing = endpoint_undelivered(r->ep);
	const struct pump_source *source = restart_source(r);

	if (r->is_closed && !restart_has_ended(r))
		return false;
	if (restart_is_program(r) || !r->ep->is_tcp || !r->is_sink || missing == 0)
		return true;
	if (!endpoint_is_connected(r->ep) || (source != NULL && source->error != 0))
		return true;
	if (missing != r->missing)
		r->progress = now;
	r->missing = missing;
	return r->is_source && now - r->progress >= LEAVING_TIME;
}

static bool
restart_go_on_leaving(struct restart *r)
{
	if (restart_has_left(r))
		return restart_decide(r);
	if (!r->is_closed && !loop_timer_is_set(&r->timer)) {
		loop_timer_set(restart_loop(r), &r->timer, loop_now(restart_loop(r)) + r->look);
		r->look = 2 * r->look < LEAVING_LOOK_LAST ? 2 * r->look : LEAVING_LOOK_LAST;
	}
	return false;
}

/* It gets its end of input, and has some time to take that. */
static void
restart_close(struct restart *r, const char *why)
{
	const uint64_t time = restart_is_program(r) ? (uint64_t)wire_program_opts(r->ep)->kill_after : LEAVING_TIME;

	log_msg(LOG_INFO, &r->ep->who, "is closed: %s", why);
	r->is_closed = true;
	restart_leave(r);
	loop_timer_set(restart_loop(r), &r->timer, loop_now(restart_loop(r)) + time);
}

static void
restart_out_of_time(struct restart *r)
{
	if (restart_is_program(r) && wire_program_runs(r->ep))
		child_stop(r->ep->child, (uint64_t)wire_program_opts(r->ep)->kill_after);
	else
		restart_decide(r);
}

static void
restart_expired(struct loop_timer *t)
{
	struct restart *r = t->arg;

	if (restart_wire(r)->state != WIRE_RUNNING)
		return;
	if (r->is_closed)
		restart_out_of_time(r);
	wire_run_all(restart_wire(r));
}

/* Review. */

static void
restart_wake(struct restart *r)
{
	log_msg(LOG_INFO, &r->ep->who, "is opened: a client has come");
	r->is_resting = false;
	retry_restart(r->ep, 0);
}

/* No client will come any more for whom it would be opened. */
static bool
restart_is_done(const struct restart *r)
{
	return r->door != NULL && restart_wire(r)->ends[1 - r->end->position]->in == NULL && !restart_is_needed(r);
}

static bool
restart_review_one(struct restart *r)
{
	if (r->state == RESTART_UP && restart_has_ended(r))
		restart_leave(r);
	if (r->state == RESTART_UP && restart_closes(r)) {
		if (r->was_needed && !restart_is_needed(r))
			restart_close(r, "the last client has nothing more to say");
		else
			r->was_needed = restart_is_needed(r);
	}
	if (r->state == RESTART_LEAVING && restart_go_on_leaving(r))
		return true;
	if (r->state != RESTART_DOWN)
		return false;
	if (restart_is_done(r)) {
		retry_hold(r->ep);
		restart_finish(r);
		return true;
	}
	if (r->is_resting && restart_is_needed(r))
		restart_wake(r);
	else if (!r->is_resting && restart_closes(r) && !restart_is_needed(r))
		restart_rest(r);
	return false;
}

bool
wire_restart_review(struct wire *w)
{
	bool is_final = false;

	for (struct restart *r = w->restarts; r != NULL; r = r->next)
		is_final |= restart_review_one(r);
	return is_final;
}

bool
wire_restart_is_pending(const struct wire *w)
{
	for (const struct restart *r = w->restarts; r != NULL; r = r->next)
		if (r->state == RESTART_LEAVING)
			return true;
	return false;
}

bool
wire_restart_is_away(const struct wire *w)
{
	for (const struct restart *r = w->restarts; r != NULL; r = r->next)
		if (r->state == RESTART_LEAVING || r->state == RESTART_DOWN)
			return true;
	return false;
}

bool
wire_restart_is_resting(const struct wire *w)
{
	for (const struct restart *r = w->restarts; r != NULL; r = r->next)
		if (r->is_resting)
			return true;
	return false;
}

/* Up. */

static void
restart_is_up(struct restart *r)
{
	struct wire_end *e = r->end;
	struct endpoint *program = restart_other_program(r);

	r->state = RESTART_UP;
	r->was_needed = false;
	r->since = loop_now(restart_loop(r));
	e->has_hung_up = false;
	if (r->is_source)
		pump_source_returns(&e->from->pump, e->source);
	if (r->is_sink)
		pump_sink_returns(&e->to->pump, e->sink);
	if (program != NULL && program->extra_env == NULL)
		program->extra_env = r->ep->peer_env;
}

static struct restart *
restart_of(const struct endpoint *ep)
{
	const struct wire_end *e = ep->owner;
	struct restart *r = e->wire->restarts;

	while (r != NULL && r->ep != ep)
		r = r->next;
	return r;
}

void
wire_restart_opened(struct endpoint *ep, int result)
{
	struct restart *r = restart_of(ep);
	struct wire *w = r != NULL ? restart_wire(r) : NULL;

	if (r == NULL || r->state != RESTART_DOWN)
		return;
	if (result == 0 && r->is_source)
		result = endpoint_make_relayed(ep, ROLE_READ);
	if (result == 0 && r->is_sink)
		result = endpoint_make_relayed(ep, ROLE_WRITE);
	if (result == 0 && w->spec->topology == TOPOLOGY_PAIR)
		result = proxy_out_introduce(ep, w->ends[1 - r->end->position]->in);
	if (result == 0) {
		if (r->since != 0) /* else it waited for its first client */
			totals_add(w->env->totals, TOTAL_RESTARTS, 1);
		restart_is_up(r);
		wire_run_all(w);
		return;
	}
	wire_note_reason(w, "%s could not be opened again", ep->who.name);
	wire_fail(w, ep->status);
	wire_close_begin(w);
}

/* Beginning and end. */

static void
restart_join_pumps(const struct restart *r, bool is_late)
{
	struct pump_source *source = restart_source(r);
	struct pump_sink *sink = restart_sink(r);

	if (source != NULL) {
		source->comes_back = true;
		source->is_away = is_late;
	}
	if (sink != NULL) {
		sink->comes_back = true;
		sink->is_away = is_late;
		sink->resumes = r->opts->resume;
		r->ep->counts_unread = sink->resumes && restart_is_program(r);
	}
}

static void
restart_add(struct wire_end *e, struct endpoint *ep, bool is_source, bool is_sink)
{
	struct wire *w = e->wire;
	const struct listen_opts *door = restart_door(w->spec, e->position);
	const bool is_late = wire_restart_is_late(w->spec, e->position);
	struct restart *r;

	if (restart_options(ep->spec) == NULL && !is_late && (door == NULL || door->close != LISTEN_CLOSE_LAST))
		return;
	r = xcalloc(1, sizeof(*r));
	*r = (struct restart){ .end = e, .ep = ep, .door = door, .is_source = is_source, .is_sink = is_sink };
	r->opts = restart_opts_of(ep->spec);
	r->since = is_late ? 0 : loop_now(w->env->loop);
	r->next = w->restarts;
	w->restarts = r;
	e->comes_back = true;
	loop_timer_init(&r->timer, restart_expired, r);
	restart_join_pumps(r, is_late);
	if (is_late)
		restart_rest(r);
}

void
wire_restart_join(struct wire *w)
{
	for (unsigned i = 0; i < w->spec->nends; i++) {
		struct wire_end *e = w->ends[i];
		const bool is_source = wire_pump_from(e) != NULL, is_sink = wire_pump_to(e) != NULL;

		if (e->in == e->out && (is_source || is_sink))
			restart_add(e, e->in, is_source, is_sink);
		if (e->in != e->out && is_source)
			restart_add(e, e->in, true, false);
		if (e->in != e->out && is_sink)
			restart_add(e, e->out, false, true);
	}
}

void
wire_restart_order(struct wire *w)
{
	if (w->state != WIRE_RUNNING)
		return;
	for (struct restart *r = w->restarts; r != NULL; r = r->next) {
		if (r->state != RESTART_UP || r->opts->restart == RESTART_NO)
			continue;
		r->is_ordered = true;
		restart_close(r, "it is to begin anew");
	}
	wire_run_all(w);
}

void
wire_restart_stop(struct wire *w)
{
	for (struct restart *r = w->restarts; r != NULL; r = r->next) {
		loop_timer_stop(w->env->loop, &r->timer);
		if (r->state == RESTART_DOWN)
			retry_hold(r->ep);
	}
}

void
wire_restart_free(struct wire *w)
{
	struct restart *r;

	while ((r = w->restarts) != NULL) {
		w->restarts = r->next;
		free(r);
	}
}
