/*
 * Several patterns in a window; the contract is in matcher.h.
 *
 * Each pattern has a slot. Before slot.from it has no match, however much more comes. From there it is searched again when there is
 * more: from the place where a match may have begun (is_partial), or from the end. A match found is final (is_found), but it counts
 * only when no slot may still have one that comes before it.
 *
 * What may match but gets longer and longer, /begin.*end/s, is not searched from its beginning with each piece: from SLOT_PATIENCE on
 * only when a quarter has been added, so that the work stays proportional to the stream. If that quarter does not come the text
 * settles, which means a final search.
 */
#include "dialogue/matcher.h"

#include <stdlib.h>
#include <sys/param.h>

#include "base/mem.h"

#define SLOT_PATIENCE (64u << 10)

struct slot {
	const struct pattern *pattern;
	struct pattern_work *work;
	uint64_t from;
	uint64_t seen;  /* searched up to this end */
	uint64_t again; /* not before this is the end */
	uint64_t at;    /* the match begins here */
	uint64_t base;  /* offset of the text that was searched */
	bool is_found, is_partial;
	bool is_over;  /* anchored, and does not match there */
	bool is_match; /* found in this look */
};

struct matcher {
	uint64_t from;
	unsigned n, failed;
	struct slot slots[];
};

struct matcher *
matcher_new(const struct pattern *const *patterns, unsigned n)
{
	struct matcher *m = xcalloc(1, sizeof(*m) + n * sizeof(m->slots[0]));

	m->n = n;
	for (unsigned i = 0; i < n; i++) {
		m->slots[i].pattern = patterns[i];
		m->slots[i].work = pattern_work_new(patterns[i]);
	}
	matcher_start(m, 0);
	return m;
}

void
matcher_free(struct matcher *m)
{
	for (unsigned i = 0; m != NULL && i < m->n; i++)
		pattern_work_free(m->slots[i].work);
	free(m);
}

static void
slot_start(struct slot *s, uint64_t from)
{
	*s = (struct slot){ .pattern = s->pattern, .work = s->work, .from = from, .seen = UINT64_MAX };
}

void
matcher_start(struct matcher *m, uint64_t from)
{
	m->from = from;
	for (unsigned i = 0; i < m->n; i++)
		slot_start(&m->slots[i], from);
}

/* The beginning has been discarded: what begins there is no match any more. */
static void
slot_catch_up(struct slot *s, uint64_t begin)
{
	bool was_tried = s->seen != UINT64_MAX;

	if ((s->is_found ? s->at : s->from) >= begin)
		return;
	slot_start(s, begin);
	s->is_over = was_tried && pattern_is_anchored(s->pattern);
}

/* The part of the window that the pattern can be searched in; base is where it begins in the stream. False: there is none yet. */
static bool
slot_text(const struct slot *s, struct window *w, struct pattern_text *text, uint64_t *base)
{
	uint64_t from = s->from, end = window_end(w);

	*base = w->held;
	text->base = window_at(w, w->held);
	if (pattern_is_utf(s->pattern)) {
		end = window_make_text(w);
		text->base = window_text(w, base);
		(void)window_text(w, &from);
	}
	if (from > end)
		return false;
	text->len = (size_t)(end - *base);
	text->from = (size_t)(from - *base);
	return true;
}

static enum pattern_result
slot_search(struct slot *s, struct window *w, bool is_final, uint64_t *at)
{
	struct pattern_text text = { .is_final = is_final };
	size_t place = 0;
	enum pattern_result result;

	*at = s->from;
	if (!slot_text(s, w, &text, &s->base))
		return PATTERN_NONE;
	result = pattern_search(s->pattern, s->work, &text, &place);
	*at = s->base + place;
	return result;
}

/* Returns false when it failed. */
static bool
slot_advance(struct slot *s, struct window *w)
{
	uint64_t end = window_end(w), at;
	enum pattern_result result;

	if (s->is_found || s->is_over || s->seen == end || end < s->again)
		return true;
	result = slot_search(s, w, false, &at);
	s->seen = end;
	s->is_found = result == PATTERN_FOUND;
	s->is_partial = result == PATTERN_PARTIAL;
	s->is_over = result == PATTERN_NONE && pattern_is_anchored(s->pattern) && at > s->from;
	if (s->is_found)
		s->at = at;
	else
		s->from = at;
	if (s->is_partial && end - at > SLOT_PATIENCE)
		s->again = end + (end - at) / 4;
	return result != PATTERN_FAILED;
}

/* Decides by what is there, without any effect on later searches. */
static bool
slot_decide(struct slot *s, struct window *w)
{
	enum pattern_result result;

	s->is_match = s->is_found;
	if (s->is_found || s->is_over)
		return true;
	result = slot_search(s, w, true, &s->at);
	s->is_match = result == PATTERN_FOUND;
	return result != PATTERN_FAILED;
}

static bool
matcher_search(struct matcher *m, struct window *w, bool is_final)
{
	for (unsigned i = 0; i < m->n; i++) {
		struct slot *s = &m->slots[i];

		slot_catch_up(s, window_begin(w));
		m->failed = i;
		if (!(is_final ? slot_decide(s, w) : slot_advance(s, w)))
			return false;
	}
	return true;
}

enum matcher_result
matcher_look(struct matcher *m, struct window *w, bool is_final, struct match *match)
{
	const struct slot *first = NULL, *rival = NULL;
	bool may_grow = false;

	m->from = MAX(m->from, window_begin(w));
	if (!matcher_search(m, w, is_final))
		return MATCHER_FAILED;
	for (unsigned i = 0; i < m->n; i++) {
		const struct slot *s = &m->slots[i];

		if ((is_final ? s->is_match : s->is_found) && (first == NULL || s->at < first->at))
			first = s;
		if (!is_final && !s->is_found && !s->is_over && (rival == NULL || s->from < rival->from))
			rival = s;
		may_grow |= s->is_partial && pattern_is_regex(s->pattern);
	}
	if (first == NULL)
		return may_grow && !is_final ? MATCHER_GROWS : MATCHER_NONE;
	if (rival != NULL && (rival->from < first->at || (rival->from == first->at && rival < first)))
		return MATCHER_GROWS;
	*match = (struct match){ .which = (unsigned)(first - m->slots), .from = m->from };
	matcher_group(m, match, 0, &match->start, &match->end);
	return MATCHER_FOUND;
}

bool
matcher_group(const struct matcher *m, const struct match *match, unsigned group, uint64_t *start, uint64_t *end)
{
	const struct slot *s = &m->slots[match->which];
	size_t from, to;

	if (!pattern_found(s->work, group, &from, &to))
		return false;
	*start = s->base + from;
	*end = s->base + to;
	return true;
}

const char *
matcher_reason(const struct matcher *m, unsigned *which)
{
	*which = m->failed;
	return pattern_reason(m->slots[m->failed].work);
}
