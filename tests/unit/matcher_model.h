#ifndef IPCWIRE_MATCHER_MODEL_H
#define IPCWIRE_MATCHER_MODEL_H

/* For matcher_test and matcher_fuzz: all matches in a text, searched as a whole, and in a stream of pieces. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "dialogue/matcher.h"

#define MODEL_MATCHES 64u
#define MODEL_PATTERNS 4u
#define MODEL_GROUPS 8u
#define MUST(cond) ((cond) ? (void)0 : model_fail(#cond, __LINE__))

static _Noreturn void
model_fail(const char *what, int line)
{
	fprintf(stderr, "matcher_model.h:%d: %s\n", line, what);
	abort();
}

struct model_match {
	unsigned which;
	uint64_t start, end;
	uint64_t groups[MODEL_GROUPS][2]; /* UINT64_MAX: took no part */
};

struct model_result {
	struct model_match matches[MODEL_MATCHES];
	unsigned n;
	bool has_failed; /* a limit */
};

struct model_case {
	struct pattern *patterns[MODEL_PATTERNS];
	unsigned npatterns;
	const char *text;
	size_t len;
};

/* After a match without bytes the next byte is not looked at again. */
static inline uint64_t
model_next(uint64_t start, uint64_t end)
{
	return end > start ? end : end + 1;
}

static inline bool
model_as_text(const struct window *w, struct pattern_text *t)
{
	uint64_t zero = 0, from = t->from;

	t->base = window_text(w, &zero);
	t->len = w->valid;
	(void)window_text(w, &from);
	t->from = from;
	return from <= w->valid;
}

/* Pattern by pattern, each with the text as a whole. */
static inline void
model_whole(const struct model_case *c, struct model_result *r)
{
	struct pattern_work *work[MODEL_PATTERNS];
	struct window w;
	uint64_t from = 0;

	r->n = 0;
	r->has_failed = false;
	for (unsigned i = 0; i < c->npatterns; i++)
		work[i] = pattern_work_new(c->patterns[i]);
	window_init(&w, 0);
	window_put(&w, c->text, c->len);
	window_make_text(&w);
	for (bool found = true; found && from <= c->len && r->n < MODEL_MATCHES && !r->has_failed;) {
		struct model_match *m = &r->matches[r->n];
		size_t best = SIZE_MAX, at = 0, start, end;

		found = false;
		for (unsigned i = 0; i < c->npatterns; i++) {
			struct pattern_text t = { .base = c->text,
				.len = c->len,
				.from = (size_t)from,
				.is_final = true };
			enum pattern_result result;

			if (pattern_is_utf(c->patterns[i]) && !model_as_text(&w, &t))
				continue;
			result = pattern_search(c->patterns[i], work[i], &t, &at);
			r->has_failed |= result == PATTERN_FAILED;
			if (result != PATTERN_FOUND || at >= best)
				continue;
			found = true;
			best = at;
			m->which = i;
			for (unsigned g = 0; g < MODEL_GROUPS; g++)
				if (pattern_found(work[i], g, &start, &end)) {
					m->groups[g][0] = start;
					m->groups[g][1] = end;
				} else
					m->groups[g][0] = m->groups[g][1] = UINT64_MAX;
			m->start = m->groups[0][0];
			m->end = m->groups[0][1];
		}
		if (found) {
			from = model_next(m->start, m->end);
			r->n++;
		}
	}
	for (unsigned i = 0; i < c->npatterns; i++)
		pattern_work_free(work[i]);
	window_fini(&w);
}

struct model_stream {
	struct window window;
	struct matcher *matcher;
	uint64_t from;
};

/* All there is to find so far. */
static inline void
model_look(struct model_stream *s, bool is_final, struct model_result *r)
{
	struct match found;
	enum matcher_result result;

	while (s->from <= window_end(&s->window) && r->n < MODEL_MATCHES) {
		struct model_match *m = &r->matches[r->n];

		if (s->from > window_begin(&s->window)) {
			window_take(&s->window, s->from);
			matcher_start(s->matcher, s->from);
		}
		result = matcher_look(s->matcher, &s->window, is_final, &found);
		r->has_failed |= result == MATCHER_FAILED;
		if (result != MATCHER_FOUND)
			return;
		m->which = found.which;
		m->start = found.start;
		m->end = found.end;
		for (unsigned g = 0; g < MODEL_GROUPS; g++)
			if (!matcher_group(s->matcher, &found, g, &m->groups[g][0], &m->groups[g][1]))
				m->groups[g][0] = m->groups[g][1] = UINT64_MAX;
		s->from = model_next(m->start, m->end);
		r->n++;
	}
}

/* In pieces of piece(i) bytes. */
static inline void
model_stream(const struct model_case *c, size_t (*piece)(size_t), struct model_result *r)
{
	const struct pattern *patterns[MODEL_PATTERNS];
	struct model_stream s = { .from = 0 };

	r->n = 0;
	r->has_failed = false;
	for (unsigned i = 0; i < c->npatterns; i++)
		patterns[i] = c->patterns[i];
	window_init(&s.window, 0);
	s.matcher = matcher_new(patterns, c->npatterns);
	for (size_t done = 0, part, i = 0; done < c->len; done += part) {
		part = piece(i++);
		part = MIN(part, c->len - done);
		window_put(&s.window, c->text + done, part);
		model_look(&s, false, r);
	}
	model_look(&s, true, r);
	matcher_free(s.matcher);
	window_fini(&s.window);
}

static inline void
model_show(const char *how, const struct model_result *r)
{
	fprintf(stderr, "%s:", how);
	for (unsigned i = 0; i < r->n; i++) {
		const struct model_match *m = &r->matches[i];

		fprintf(stderr, " %u:%jd-%jd", m->which, (intmax_t)m->start, (intmax_t)m->end);
		for (unsigned g = 1; g < MODEL_GROUPS; g++)
			if (m->groups[g][0] != UINT64_MAX)
				fprintf(stderr, "[%u:%jd-%jd]", g, (intmax_t)m->groups[g][0],
				    (intmax_t)m->groups[g][1]);
	}
	fprintf(stderr, "%s\n", r->has_failed ? " failed" : "");
}

/* The same matches, with the same groups, at the same places. */
static inline void
model_check(const struct model_case *c, size_t (*piece)(size_t))
{
	static struct model_result whole, stream;
	bool is_same;

	model_whole(c, &whole);
	model_stream(c, piece, &stream);
	if (whole.has_failed || stream.has_failed)
		return; /* how much is tried depends on what is there */
	is_same = whole.n == stream.n;
	for (unsigned i = 0; is_same && i < whole.n; i++)
		is_same = memcmp(&whole.matches[i], &stream.matches[i], sizeof(whole.matches[i])) == 0;
	if (is_same)
		return;
	for (unsigned i = 0; i < c->npatterns; i++)
		fprintf(stderr, "pattern %u: %s\n", i, pattern_text(c->patterns[i]));
	fprintf(stderr, "text (%zu bytes):", c->len);
	for (size_t i = 0; i < c->len; i++)
		fprintf(stderr, " %02x", (unsigned char)c->text[i]);
	fputc('\n', stderr);
	model_show("whole", &whole);
	model_show("stream", &stream);
	MUST(is_same);
}

#endif
