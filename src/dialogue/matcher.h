#ifndef IPCWIRE_MATCHER_H
#define IPCWIRE_MATCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "dialogue/pattern.h"
#include "dialogue/window.h"

/*
 * Looks for several patterns at once in a window that grows. Of all matches the one that begins first in the stream is found, of those
 * that begin at the same place that of the pattern listed first; however the stream is divided into pieces, it is the same, as long as
 * it fits into the window. Pure.
 *
 *	m = matcher_new(patterns, n);
 *	matcher_start(m, window_begin(w));
 *	each time bytes have come (in pieces of WINDOW_PIECE at most):
 *		switch (matcher_look(m, w, false, &match)) {
 *		case MATCHER_FOUND:  use match; window_take(w, match.end); matcher_start(m, match.end);
 *		case MATCHER_GROWS:  set the settle timer
 *		case MATCHER_NONE:   wait
 *		case MATCHER_FAILED: matcher_reason(m)
 *		}
 *	the settle timer expires, end of input, time limit, the child waits for input:
 *		matcher_look(m, w, true, &match): only FOUND, NONE or FAILED. More may still come afterwards.
 */
struct matcher;

enum matcher_result {
	MATCHER_NONE,  /* and it makes no difference how long one waits */
	MATCHER_GROWS, /* what is there could match, or could become more, another match, or none */
	MATCHER_FOUND,
	MATCHER_FAILED, /* a limit was exceeded */
};

struct match {
	unsigned which;      /* index of the pattern */
	uint64_t from;       /* where the search began: what is before the match is from here to start */
	uint64_t start, end; /* in the stream; all of it is held by the window */
};

/* The patterns are borrowed; n may be 0. */
struct matcher *matcher_new(const struct pattern *const *patterns, unsigned n);
void matcher_free(struct matcher *); /* NULL is fine */
/* Searches begin anew, at this offset; at the window's beginning if that is later. */
void matcher_start(struct matcher *, uint64_t from);
/* is_final: decide by what is there. The window may have been added to since the last look. */
enum matcher_result matcher_look(struct matcher *, struct window *, bool is_final, struct match *);
/* After MATCHER_FOUND, before the next call: a group of the match; false: it took no part. */
bool matcher_group(const struct matcher *, const struct match *, unsigned group, uint64_t *start, uint64_t *end);
/* After MATCHER_FAILED: which pattern, and why. */
const char *matcher_reason(const struct matcher *, unsigned *which);

#endif
