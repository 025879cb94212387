/*
 * Patterns; the contract is in pattern.h.
 *
 * A stream is searched with PCRE2_PARTIAL_HARD: as soon as the end of the text has any influence on the outcome the answer is a partial
 * match, so a full match, and that there is none, are answers that more text does not change. This holds with a few precautions:
 *
 * - ^ has to match behind a line's end that is the last there is (PCRE2_ALT_CIRCUMFLEX).
 * - The text must be valid up to the last character: what PCRE2_MATCH_INVALID_UTF makes of other bytes depends on what is around them.
 *   The window sees to that.
 * - A final search is one with PCRE2_PARTIAL_SOFT. Without, the library may say at once that there is no match, if a character is missing
 *   that it takes for indispensable: for /(?=ab)\N??a/ it wants two of them.
 * - A match of nothing at the end is none yet: for some expressions the compiled code does not say that it could become more.
 * - A CR at the end waits for the LF that may follow: between the two no line begins.
 * - Whether a match may begin between the two must not depend on where the search came from: the library asks whether the expression
 *   names one of them, so each one does, at a place where it means nothing (PATTERN_NAMES_CR).
 */
#include "dialogue/pattern.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/mem.h"
#include "dialogue/pcre.h"
#include "dialogue/window.h"

struct pattern {
	char *text; /* as written */
	size_t len;
	const struct pcre *pcre; /* NULL: exact */
	pcre2_code *code;
	bool is_utf, is_anchored, may_be_empty;
	unsigned ngroups;
	const char **names; /* of the groups */
};

struct pattern_work {
	const struct pattern *pattern;
	pcre2_match_data *data;
	size_t start, end; /* of exact text */
	int error;
	char reason[160];
};

/* ---- flags ---- */

struct pattern_flag {
	char letter;
	uint32_t set, clear;
};

static const struct pattern_flag flags[] = {
	{ 'i', PCRE2_CASELESS, 0 },
	{ 's', PCRE2_DOTALL, 0 },
	{ 'x', PCRE2_EXTENDED, 0 },
	{ 'b', PCRE2_NEVER_UTF, PCRE2_UTF },
	{ 'm', PCRE2_MULTILINE, 0 },
};

static const struct pattern_flag *
pattern_flag(char letter)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (flags[i].letter == letter)
			return &flags[i];
	return NULL;
}

static int
pattern_hint_exact(struct diag *diag)
{
	return diag_hint(diag,
	    "an expression is /.../ and the flags i, s, x, b or m; exact text that begins with a slash can be "
	    "written as one, with [/] in front");
}

/* Where the expression ends; -1: refused. */
static ssize_t
pattern_options(const char *text, size_t len, uint32_t *options, struct diag *diag)
{
	const char *slash = memrchr(text, '/', len);
	char *quoted;

	if (slash == text) {
		diag_set(diag, len, "the expression has no second '/'");
		return pattern_hint_exact(diag);
	}
	for (const char *c = slash + 1; c < text + len; c++) {
		const struct pattern_flag *flag = pattern_flag(*c);

		if (flag == NULL) {
			quoted = diag_quote(c, 1);
			diag_set(diag, (size_t)(c - text), "unknown flag %s of a regular expression", quoted);
			free(quoted);
			return pattern_hint_exact(diag);
		}
		*options = (*options | flag->set) & ~flag->clear;
	}
	return slash - text;
}

/* ---- made ---- */

static void
pattern_look_up(struct pattern *p)
{
	uint32_t n, entry, all, may_be_empty;
	const unsigned char *table;

	p->pcre->pattern_info(p->code, PCRE2_INFO_CAPTURECOUNT, &n);
	p->ngroups = n + 1;
	p->names = xcalloc(p->ngroups, sizeof(*p->names));
	p->pcre->pattern_info(p->code, PCRE2_INFO_NAMECOUNT, &n);
	p->pcre->pattern_info(p->code, PCRE2_INFO_NAMEENTRYSIZE, &entry);
	p->pcre->pattern_info(p->code, PCRE2_INFO_NAMETABLE, &table);
	for (; n > 0; n--, table += entry)
		p->names[table[0] << 8 | table[1]] = (const char *)table + 2;
	p->pcre->pattern_info(p->code, PCRE2_INFO_ALLOPTIONS, &all);
	p->is_anchored = (all & PCRE2_ANCHORED) != 0;
	p->is_utf = (all & PCRE2_UTF) != 0;
	p->pcre->pattern_info(p->code, PCRE2_INFO_MATCHEMPTY, &may_be_empty);
	p->may_be_empty = may_be_empty != 0;
}

#define PATTERN_NAMES_CR "(?(DEFINE)\\r)"

/* What may only stand at the very beginning, (*LIMIT_MATCH=9). */
static size_t
pattern_settings(const char *text, size_t len)
{
	size_t at = 0, n;

	while (len - at > 2 && text[at] == '(' && text[at + 1] == '*') {
		for (n = at + 2; n < len && strchr(")abcdefghijklmnopqrstuvwxyz:", text[n]) == NULL; n++)
			;
		if (n == len || text[n] != ')')
			break;
		at = n + 1;
	}
	return at;
}

/* The code of an expression; error and its place as PCRE2 says. */
static pcre2_code *
pattern_code(const struct pcre *pcre, const char *text, size_t len, uint32_t options, int *error, size_t *place)
{
	size_t at = pattern_settings(text, len), added = sizeof(PATTERN_NAMES_CR) - 1;
	char *whole = xmalloc(len + added);
	pcre2_code *code;

	memcpy(whole, text, at);
	memcpy(whole + at, PATTERN_NAMES_CR, added);
	memcpy(whole + at + added, text + at, len - at);
	code = pcre->compile((PCRE2_SPTR)whole, len + added, options, error, place, pcre->compile_context);
	if (*place > at)
		*place -= MIN(*place - at, added);
	free(whole);
	return code;
}

static int
pattern_compile(struct pattern *p, struct diag *diag)
{
	uint32_t options = PCRE2_UTF | PCRE2_MULTILINE | PCRE2_ALT_CIRCUMFLEX | PCRE2_NEVER_BACKSLASH_C, behind;
	ssize_t end = pattern_options(p->text, p->len, &options, diag);
	PCRE2_SIZE at;
	PCRE2_UCHAR reason[128];
	int error;

	if (end < 0 || (p->pcre = pcre_load(diag)) == NULL)
		return -1;
	p->code = pattern_code(p->pcre, p->text + 1, (size_t)end - 1, options, &error, &at);
	if (p->code == NULL) {
		p->pcre->get_error_message(error, reason, sizeof(reason));
		return diag_set(diag, at + 1, "no regular expression: %s", (char *)reason);
	}
	p->pcre->pattern_info(p->code, PCRE2_INFO_MAXLOOKBEHIND, &behind);
	if (behind > WINDOW_CONTEXT / 4) {
		return diag_set(diag, 0, "the expression looks back over %u characters, %u are the most",
		    (unsigned)behind, WINDOW_CONTEXT / 4);
	}
	/* Without, the interpreter does it. */
	(void)p->pcre->jit_compile(p->code, PCRE2_JIT_PARTIAL_SOFT | PCRE2_JIT_PARTIAL_HARD);
	pattern_look_up(p);
	return 0;
}

struct pattern *
pattern_new(const char *text, size_t len, enum pattern_how how, struct diag *diag)
{
	struct pattern *p;

	if (len == 0) {
		diag_set(diag, 0, "a pattern without text");
		return NULL;
	}
	p = xcalloc(1, sizeof(*p));
	p->text = xmalloc(len + 1);
	memcpy(p->text, text, len);
	p->text[len] = '\0';
	p->len = len;
	p->ngroups = 1;
	if (how == PATTERN_EXACT || text[0] != '/' || pattern_compile(p, diag) == 0)
		return p;
	pattern_free(p);
	return NULL;
}

void
pattern_free(struct pattern *p)
{
	if (p == NULL)
		return;
	if (p->code != NULL)
		p->pcre->code_free(p->code);
	free(p->names);
	free(p->text);
	free(p);
}

/* ---- looked at ---- */

const char *
pattern_text(const struct pattern *p)
{
	return p->text;
}

bool
pattern_is_regex(const struct pattern *p)
{
	return p->code != NULL;
}

bool
pattern_is_utf(const struct pattern *p)
{
	return p->is_utf;
}

bool
pattern_is_anchored(const struct pattern *p)
{
	return p->is_anchored;
}

bool
pattern_may_be_empty(const struct pattern *p)
{
	return p->may_be_empty;
}

unsigned
pattern_ngroups(const struct pattern *p)
{
	return p->ngroups;
}

const char *
pattern_group_name(const struct pattern *p, unsigned group)
{
	return p->names != NULL && group < p->ngroups ? p->names[group] : NULL;
}

/* ---- searching ---- */

struct pattern_work *
pattern_work_new(const struct pattern *p)
{
	struct pattern_work *k = xcalloc(1, sizeof(*k));

	k->pattern = p;
	if (p->code != NULL)
		k->data = p->pcre->match_data_create_from_pattern(p->code, p->pcre->general_context);
	return k;
}

void
pattern_work_free(struct pattern_work *k)
{
	if (k == NULL)
		return;
	if (k->data != NULL)
		k->pattern->pcre->match_data_free(k->data);
	free(k);
}

static enum pattern_result
pattern_search_exact(const struct pattern *p, struct pattern_work *k, const struct pattern_text *t, size_t *at)
{
	const char *end = t->base + t->len, *s = t->base + t->from,
		   *found = memmem(s, t->len - t->from, p->text, p->len);

	if (found != NULL) {
		k->start = *at = (size_t)(found - t->base);
		k->end = k->start + p->len;
		return PATTERN_FOUND;
	}
	s = MAX(s, end - MIN(t->len, p->len - 1));
	while (!t->is_final && s < end && (s = memchr(s, p->text[0], (size_t)(end - s))) != NULL) {
		if (memcmp(s, p->text, (size_t)(end - s)) == 0) {
			*at = (size_t)(s - t->base);
			return PATTERN_PARTIAL;
		}
		s++;
	}
	*at = t->len;
	return PATTERN_NONE;
}

/*
 * A final search may be partial, too: that keeps the library from shortcuts that miss what an expression looks ahead at. One of
 * bytes is interpreted: PCRE2 10.42, compiled, then looks at what lies behind the end. The interpreter has the lower limits.
 */
static uint32_t
pattern_search_options(const struct pattern *p, bool is_final)
{
	if (!is_final)
		return PCRE2_NO_UTF_CHECK | PCRE2_PARTIAL_HARD;
	return PCRE2_NO_UTF_CHECK | PCRE2_PARTIAL_SOFT | (p->is_utf ? 0 : PCRE2_NO_JIT);
}

static enum pattern_result
pattern_search_regex(const struct pattern *p, struct pattern_work *k, const struct pattern_text *t, size_t *at)
{
	const PCRE2_SIZE *places = p->pcre->get_ovector_pointer(k->data);
	const uint32_t options = pattern_search_options(p, t->is_final);
	size_t len = t->len - (!t->is_final && t->len > t->from && t->base[t->len - 1] == '\r');
	int rc = p->pcre->match(p->code, (PCRE2_SPTR)t->base, len, t->from, options, k->data, p->pcre->match_context);

	*at = len;
	if (rc == PCRE2_ERROR_NOMATCH && len < t->len && (!p->is_anchored || t->from == len))
		return PATTERN_PARTIAL;
	if (rc == PCRE2_ERROR_NOMATCH)
		return PATTERN_NONE;
	if (rc == PCRE2_ERROR_PARTIAL && t->is_final)
		return PATTERN_NONE;
	if (rc == PCRE2_ERROR_PARTIAL) {
		*at = places[0];
		return PATTERN_PARTIAL;
	}
	if (rc > 0) {
		*at = p->pcre->get_startchar(k->data);
		return *at < len || t->is_final ? PATTERN_FOUND : PATTERN_PARTIAL;
	}
	k->error = rc;
	return PATTERN_FAILED;
}

enum pattern_result
pattern_search(const struct pattern *p, struct pattern_work *k, const struct pattern_text *t, size_t *at)
{
	assert(t->from <= t->len);
	return p->code != NULL ? pattern_search_regex(p, k, t, at) : pattern_search_exact(p, k, t, at);
}

bool
pattern_found(const struct pattern_work *k, unsigned group, size_t *start, size_t *end)
{
	const PCRE2_SIZE *places;

	if (group >= k->pattern->ngroups)
		return false;
	if (k->data == NULL) {
		*start = k->start;
		*end = k->end;
		return true;
	}
	places = k->pattern->pcre->get_ovector_pointer(k->data);
	*start = places[2 * group];
	*end = places[2 * group + 1];
	return *start != PCRE2_UNSET;
}

/* ---- limits ---- */

struct pattern_limit {
	int error;
	const char *reason;
};

#define PATTERN_TRIES \
	"the expression tries too many ways to match what has come, and was stopped; repeat less within what is repeated"
#define PATTERN_DEPTH \
	"the expression needs too much memory to match what has come, and was stopped; repeat less within what is repeated"

static const struct pattern_limit limits[] = {
	{ PCRE2_ERROR_MATCHLIMIT, PATTERN_TRIES },
	{ PCRE2_ERROR_DEPTHLIMIT, PATTERN_DEPTH },
	{ PCRE2_ERROR_HEAPLIMIT, PATTERN_DEPTH },
	{ PCRE2_ERROR_JIT_STACKLIMIT, PATTERN_DEPTH },
};

const char *
pattern_reason(struct pattern_work *k)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (limits[i].error == k->error)
			return limits[i].reason;
	k->pattern->pcre->get_error_message(k->error, (PCRE2_UCHAR *)k->reason, sizeof(k->reason));
	return k->reason;
}
