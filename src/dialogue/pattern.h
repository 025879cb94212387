#ifndef IPCWIRE_PATTERN_H
#define IPCWIRE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/*
 * What is waited for in a stream: exact text, or a regular expression of PCRE2 written /.../FLAGS. Compiled once, never changed, used
 * by any number of matchers. PCRE2 is loaded with the first expression.
 *
 * Expressions: UTF-8, but what is not UTF-8 in the stream does no harm. ^ and $ are the beginning and the end of a line (CR, LF or
 * CR LF), and . is no part of a line's end. \A is the beginning of the stream, \G where the search begins. Flags:
 *   i  upper and lower case are the same      s  . is also a line's end      x  blanks and comments are not part of it
 *   b  bytes, not UTF-8                       m  as it is anyway
 */
struct pattern;

enum pattern_how {
	PATTERN_AS_WRITTEN, /* a regular expression when it begins with a slash, else exact text */
	PATTERN_EXACT,
};

/*
 * NULL: refused, with place (in the text as written), reason and hint in the diag: not an expression, an unknown flag, no PCRE2 on this
 * machine, empty text.
 */
struct pattern *pattern_new(const char *text, size_t len, enum pattern_how, struct diag *);
void pattern_free(struct pattern *); /* NULL is fine */

/* As it was written, for messages: foreign text, to be escaped; null-terminated. */
const char *pattern_text(const struct pattern *);
bool pattern_is_regex(const struct pattern *);
/* It may match no bytes at all: would do so again and again where it is looked for all the time, which is what is said then. */
bool pattern_may_be_empty(const struct pattern *);
#define PATTERN_IS_ALWAYS_THERE "the pattern may match nothing at all, and would be there all the time"

/* Groups, with the whole match as number 0: how many, the name of one (NULL: it has none). */
unsigned pattern_ngroups(const struct pattern *);
const char *pattern_group_name(const struct pattern *, unsigned group);

/* ---- for the matcher ---- */

struct pattern_work; /* what a search needs and leaves */

enum pattern_result {
	PATTERN_NONE,    /* not here; go on at *at, the end of the text */
	PATTERN_PARTIAL, /* the text ends in the middle of what could become a match, from *at on */
	PATTERN_FOUND,   /* begins at *at: group 0 may begin later, by \K */
	PATTERN_FAILED,  /* pattern_reason() */
};

struct pattern_text {
	const char *base; /* some context first, as far as there is any */
	size_t len;
	size_t from;   /* first place where a match may begin */
	bool is_final; /* nothing comes any more: no PATTERN_PARTIAL */
};

struct pattern_work *pattern_work_new(const struct pattern *);
void pattern_work_free(struct pattern_work *);
enum pattern_result pattern_search(const struct pattern *, struct pattern_work *, const struct pattern_text *,
    size_t *at);
/* The text must be UTF-8, and the first place the beginning of a character. */
bool pattern_is_utf(const struct pattern *);
/* It is looked for at the first place only (\G, \A). */
bool pattern_is_anchored(const struct pattern *);
/* After PATTERN_FOUND: a group's place in the text; false: it took no part. */
bool pattern_found(const struct pattern_work *, unsigned group, size_t *start, size_t *end);
/* After PATTERN_FAILED: why, and what helps. */
const char *pattern_reason(struct pattern_work *);

#endif
