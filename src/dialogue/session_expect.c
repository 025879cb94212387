/* expect in a session: patterns of several clients in one window. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dialogue/dialogue.h"
#include "dialogue/session_state.h"
#include "dialogue/settle.h"

#define EXPECT_CASE 10
#define EXPECT_FIELDS 5 /* before the patterns, of which each has two */

static struct window *
expect_window(struct session_client *c)
{
	c->session->peer->is_clean = c->is_clean;
	return peer_window(c->session->peer);
}

/* "x" and exact text, or "r" and a pattern as it is written. */
static bool
expect_add(struct session_client *c, const struct session_field *how, const struct session_field *text)
{
	const bool is_exact = how->len == 1 && *how->bytes == 'x';
	struct diag diag = { 0 };
	struct pattern *p = pattern_new(text->bytes, text->len, is_exact ? PATTERN_EXACT : PATTERN_AS_WRITTEN, &diag);

	if (p == NULL)
		session_error(c, "%s", diag.text);
	diag_fini(&diag);
	if (p != NULL)
		c->patterns[c->npatterns++] = p;
	return p != NULL;
}

/* Time limit, settle time, clean, case, and the patterns. */
bool
session_begin_expect(struct session_client *c, const struct session_message *m)
{
	int64_t settle, clean, is_case;

	if (!session_field_number(m, 2, &settle) || !session_field_number(m, 3, &clean) ||
	    !session_field_number(m, 4, &is_case) || m->nfields < EXPECT_FIELDS + 2) {
		session_error(c, "expect without patterns");
		return session_done(c, DIALOGUE_FAILED);
	}
	c->settle = settle > 0 ? (uint64_t)settle : (uint64_t)DIALOGUE_SETTLE;
	c->is_clean = c->session->peer->has_view && clean != VERB_CLEAN_NO;
	c->is_case = is_case != 0;
	c->patterns = xcalloc(m->nfields, sizeof(*c->patterns));
	for (size_t i = EXPECT_FIELDS; i + 1 < m->nfields; i += 2)
		if (!expect_add(c, &m->fields[i], &m->fields[i + 1]))
			return session_done(c, DIALOGUE_USAGE);
	c->matcher = matcher_new((const struct pattern *const *)c->patterns, c->npatterns);
	matcher_start(c->matcher, window_begin(expect_window(c)));
	return false;
}

void
session_end_expect(struct session_client *c)
{
	matcher_free(c->matcher);
	for (unsigned i = 0; i < c->npatterns; i++)
		pattern_free(c->patterns[i]);
	free(c->patterns);
	c->matcher = NULL;
	c->patterns = NULL;
	c->npatterns = 0;
}

static bool
expect_found(struct session_client *c, const struct match *m)
{
	struct session *s = c->session;
	char number[16];
	int len = snprintf(number, sizeof(number), "%u\n", m->which + 1);

	captures_take(&s->captures, c->matcher, m, c->patterns[m->which], expect_window(c));
	s->has_captures = true;
	peer_take(s->peer, m->end);
	session_tell(c, SESSION_OUT, number, (size_t)len);
	return session_done(c, c->is_case ? EXPECT_CASE + (int)m->which + 1 : 0);
}

static char *
expect_patterns(const struct session_client *c)
{
	char *list = xstrdup("");

	for (unsigned i = 0; i < c->npatterns; i++) {
		const char *quote = pattern_is_regex(c->patterns[i]) ? "" : "\"";
		char *longer =
		    xasprintf("%s%s%s%s%s", list, i > 0 ? ", " : "", quote, pattern_text(c->patterns[i]), quote);

		free(list);
		list = longer;
	}
	return list;
}

static bool
expect_failed(struct session_client *c, bool is_late)
{
	char *patterns = expect_patterns(c);

	session_failed(c, patterns, is_late);
	free(patterns);
	return true;
}

bool
session_look_expect(struct session_client *c, enum session_reason reason)
{
	struct peer *p = c->session->peer;
	const bool has_ended = channel_has_ended(p->channel);
	const bool is_final = reason == SESSION_LATE || settle_is_over(p, session_now(c->session), c->settle);
	struct match m;
	unsigned which;

	switch (matcher_look(c->matcher, expect_window(c), is_final, &m)) {
	case MATCHER_FOUND:
		return expect_found(c, &m);
	case MATCHER_FAILED:
		session_error(c, "%s", matcher_reason(c->matcher, &which));
		return session_done(c, DIALOGUE_FAILED);
	case MATCHER_GROWS:
		c->look_at = settle_due(p, c->settle);
		break;
	case MATCHER_NONE:
		break;
	}
	if (has_ended || reason == SESSION_LATE)
		return expect_failed(c, !has_ended);
	return false;
}
