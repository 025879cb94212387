/*
 * share=turns: IDLE until a member's line goes to the shared end; then it is BUSY and everything that comes back goes to that
 * member, until the answer ends: by its number of lines, by a prompt (POSIX extended regular expression, regex(7)), or because
 * nothing came for a while. A member that left in between leaves the rest of its answer to nobody. What comes while IDLE goes
 * to all. With a prompt the beginning is BUSY: what comes up to the first prompt is for all. While the shared end is away
 * (restart=, close=last) nobody's line goes: whose answer comes is known only of those that it was given itself.
 */
#include "wire/speak.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/mem.h"
#include "endpoint/socket_groups.h"
#include "wire/wire_restart.h"
#include "wire/wire_rules.h"

#define SPEAK_TAIL 4096 /* bytes of an answer in which the prompt is looked for */
#define SPEAK_QUIET LOOP_MS(200)

struct speak {
	struct wire *wire;
	const struct listen_opts *opts;
	bool is_busy, is_asking; /* an answer, a request is under way */
	bool has_prompt;
	uint32_t asker; /* 0: all hear it */
	int lines_left;
	bool is_answered; /* by what goes on now */
	regex_t prompt;
	char tail[SPEAK_TAIL];
	size_t tail_len;
	uint64_t quiet; /* ns; 0: that does not end an answer */
	struct loop_timer timer;
	struct loop_task next;
};

/* Hub. */

static uint32_t
hub_hears(void *arg, uint32_t id, const struct iovec *iov, int n, size_t *len)
{
	(void)arg;
	(void)iov;
	(void)n;
	(void)len;
	return pump_tag_but(id);
}

static const struct pump_rules hub_rules = { .hears = hub_hears };

/* Turns: requests. */

/* One byte behind the first newline of the areas, within len; 0: there is none. */
static size_t
speak_line(const struct iovec *iov, int n, size_t from, size_t len)
{
	size_t at = 0;

	for (int i = 0; i < n && at < len; at += iov[i].iov_len, i++) {
		const size_t skip = from > at ? MIN(from - at, iov[i].iov_len) : 0,
			     most = MIN(iov[i].iov_len, len - at);
		const char *bytes = iov[i].iov_base;
		const char *end = skip < most ? memchr(bytes + skip, '\n', most - skip) : NULL;

		if (end != NULL)
			return at + (size_t)(end - bytes) + 1;
	}
	return 0;
}

static bool
request_may_speak(void *arg, uint32_t id)
{
	const struct speak *s = arg;

	return !s->is_busy && !wire_restart_is_away(s->wire) && (!s->is_asking || s->asker == id);
}

static uint32_t
request_hears(void *arg, uint32_t id, const struct iovec *iov, int n, size_t *len)
{
	struct speak *s = arg;
	const size_t line = speak_line(iov, n, 0, *len);

	s->asker = id;
	s->is_asking = line == 0;
	if (line > 0)
		*len = line;
	return PUMP_TAG_ALL;
}

static void
speak_await(struct speak *s)
{
	if (s->quiet > 0)
		loop_timer_set(s->wire->env->loop, &s->timer, loop_now(s->wire->env->loop) + s->quiet);
}

static void
request_has_spoken(void *arg, uint32_t id, size_t len)
{
	struct speak *s = arg;

	(void)id;
	(void)len;
	if (s->is_asking)
		return;
	s->is_busy = true;
	s->is_answered = false;
	s->lines_left = s->opts->lines;
	s->tail_len = 0;
	speak_await(s);
}

static const struct pump_rules request_rules = { request_may_speak, request_hears, request_has_spoken };

/* Turns: answers. */

static size_t
answer_by_lines(struct speak *s, const struct iovec *iov, int n, size_t len)
{
	size_t at = 0, next;

	while (s->lines_left > 0 && (next = speak_line(iov, n, at, len)) > 0) {
		at = next;
		s->lines_left--;
	}
	return s->lines_left == 0 ? at : 0;
}

/* Keeps the end of the answer. */
static void
answer_remember(struct speak *s, const char *bytes, size_t len)
{
	if (len >= SPEAK_TAIL) {
		memcpy(s->tail, bytes + len - SPEAK_TAIL, SPEAK_TAIL);
		s->tail_len = SPEAK_TAIL;
		return;
	}
	if (s->tail_len + len > SPEAK_TAIL) {
		const size_t drop = s->tail_len + len - SPEAK_TAIL;

		memmove(s->tail, s->tail + drop, s->tail_len - drop);
		s->tail_len -= drop;
	}
	memcpy(s->tail + s->tail_len, bytes, len);
	s->tail_len += len;
}

static size_t
answer_by_prompt(struct speak *s, const struct iovec *iov, int n, size_t len)
{
	size_t at = 0;

	for (int i = 0; i < n && at < len; i++) {
		const size_t most = MIN(MIN(iov[i].iov_len, len - at), SPEAK_TAIL / 2);
		regmatch_t m = { 0 };

		answer_remember(s, iov[i].iov_base, most);
		m.rm_eo = (regoff_t)s->tail_len;
		at += most;
		if (regexec(&s->prompt, s->tail, 1, &m, REG_STARTEND) == 0 && m.rm_eo > 0)
			return at - (s->tail_len - (size_t)m.rm_eo);
		if (most < iov[i].iov_len)
			break; /* the rest is looked at as a message of its own */
	}
	return 0;
}

static uint32_t
answer_hears(void *arg, uint32_t id, const struct iovec *iov, int n, size_t *len)
{
	struct speak *s = arg;
	size_t end = 0;

	(void)id;
	if (!s->is_busy)
		return PUMP_TAG_ALL;
	if (s->has_prompt) {
		*len = MIN(*len, MIN(iov[0].iov_len, SPEAK_TAIL / 2));
		end = answer_by_prompt(s, iov, n, *len);
	} else if (s->opts->lines > 0)
		end = answer_by_lines(s, iov, n, *len);
	s->is_answered = end > 0;
	if (end > 0)
		*len = end;
	return s->asker != 0 ? pump_tag_only(s->asker) : PUMP_TAG_ALL;
}

static void
speak_finish(struct speak *s)
{
	s->is_busy = s->is_answered = false;
	s->tail_len = 0;
	loop_timer_stop(s->wire->env->loop, &s->timer);
	loop_defer(s->wire->env->loop, &s->next);
}

static void
answer_has_spoken(void *arg, uint32_t id, size_t len)
{
	struct speak *s = arg;

	(void)id;
	(void)len;
	if (!s->is_busy)
		return;
	if (s->is_answered)
		speak_finish(s);
	else
		speak_await(s);
}

static const struct pump_rules answer_rules = { .hears = answer_hears, .has_spoken = answer_has_spoken };

static void
speak_quiet(struct loop_timer *t)
{
	speak_finish(t->arg);
}

/* The next one's turn. */
static void
speak_next(struct loop_task *t)
{
	struct speak *s = t->arg;

	if (s->wire->state == WIRE_RUNNING)
		wire_run_all(s->wire);
}

/* Made when the first of the two ways is. */

static struct speak *
speak_new(struct wire *w, const struct listen_opts *o)
{
	struct speak *s = xcalloc(1, sizeof(*s));

	s->wire = w;
	s->opts = o;
	s->has_prompt = o->prompt != NULL && regcomp(&s->prompt, o->prompt, REG_EXTENDED | REG_NEWLINE) == 0;
	s->is_busy = s->has_prompt;
	s->quiet = (uint64_t)o->quiet;
	if (s->quiet == 0 && !s->has_prompt && o->lines == 0)
		s->quiet = SPEAK_QUIET;
	loop_timer_init(&s->timer, speak_quiet, s);
	loop_task_init(&s->next, speak_next, s);
	return s;
}

static const struct listen_opts *
speak_options(const struct wire *w, unsigned position)
{
	if (w->spec->topology != TOPOLOGY_PAIR || !wire_spec_is_door(w->spec, position))
		return NULL;
	return endpoint_spec_group(w->spec->ends[position].in, &listen_group);
}

void
speak_set_up(struct wire *w, const struct wire_way *way, struct pump_setup *setup)
{
	const struct listen_opts *from = speak_options(w, way->route.source), *to = speak_options(w, way->route.sink);
	const bool has_from = from != NULL && from->share == LISTEN_SHARE_TURNS,
		   has_to = to != NULL && to->share == LISTEN_SHARE_TURNS;

	if (w->spec->topology == TOPOLOGY_HUB)
		setup->rules = &hub_rules;
	if (!has_from && !has_to)
		return;
	if (w->speak == NULL)
		w->speak = speak_new(w, has_from ? from : to);
	setup->rules = has_from ? &request_rules : &answer_rules;
	setup->rules_arg = w->speak;
}

bool
speak_is_answered(const struct wire_end *e)
{
	const struct listen_opts *o = speak_options(e->wire, e->position);
	const struct speak *s = e->wire->speak;

	return o != NULL && o->share == LISTEN_SHARE_TURNS && s != NULL &&
	    !(s->asker == e->id && (s->is_busy || s->is_asking));
}

/* share=first */

static bool
speak_is_first_only(const struct wire_end *e)
{
	const struct listen_opts *o = e->is_member ? speak_options(e->wire, e->position) : NULL;

	return o != NULL && o->share == LISTEN_SHARE_FIRST && wire_pump_from(e) != NULL;
}

void
speak_joined(struct wire_end *e)
{
	const struct wire *w = e->wire;
	bool has_speaker = false;

	if (!speak_is_first_only(e))
		return;
	for (unsigned i = 0; i < w->nends; i++)
		if (w->ends[i] != e && w->ends[i]->position == e->position && speak_is_first_only(w->ends[i]) &&
		    !e->from->pump.sources[w->ends[i]->source].is_mute)
			has_speaker = true;
	e->from->pump.sources[e->source].is_mute = has_speaker;
	if (!has_speaker)
		log_msg(LOG_INFO, &e->in->who, "may write");
}

void
speak_leaves(struct wire_end *e)
{
	const struct wire *w = e->wire;

	if (!speak_is_first_only(e) || e->from->pump.sources[e->source].is_mute)
		return;
	for (unsigned i = 0; i < w->nends; i++) {
		struct wire_end *next = w->ends[i];

		if (next == e || next->position != e->position || !speak_is_first_only(next))
			continue;
		next->from->pump.sources[next->source].is_mute = false;
		log_msg(LOG_INFO, &next->in->who, "may write now");
		return;
	}
}

static const struct wire_end *
speak_asker(const struct speak *s)
{
	for (unsigned i = 0; i < s->wire->nends; i++)
		if (s->asker != 0 && s->wire->ends[i]->id == s->asker)
			return s->wire->ends[i];
	return NULL;
}

void
speak_reset(struct wire *w)
{
	struct speak *s = w->speak;
	const struct wire_end *asker = s != NULL && (s->is_busy || s->is_asking) ? speak_asker(s) : NULL;

	if (s == NULL)
		return;
	if (asker != NULL)
		log_msg(LOG_WARN, &asker->in->who, "what it asked gets no answer: the shared end has ended");
	loop_timer_stop(w->env->loop, &s->timer);
	s->is_busy = s->has_prompt;
	s->is_asking = s->is_answered = false;
	s->asker = 0;
	s->tail_len = 0;
	loop_defer(w->env->loop, &s->next);
}

void
speak_stop(struct wire *w)
{
	if (w->speak != NULL)
		loop_timer_stop(w->env->loop, &w->speak->timer);
}

void
speak_free(struct wire *w)
{
	if (w->speak == NULL)
		return;
	if (w->speak->has_prompt)
		regfree(&w->speak->prompt);
	free(w->speak);
	w->speak = NULL;
}
