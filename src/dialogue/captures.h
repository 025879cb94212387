#ifndef IPCWIRE_CAPTURES_H
#define IPCWIRE_CAPTURES_H

#include <stdbool.h>
#include <stddef.h>

#include "dialogue/matcher.h"

/* What a match has left: copies of what was before it and of its groups, which stay when the window moves on. Pure. */
struct capture {
	char *name; /* "before", of a group its name or NULL; owned */
	char *text; /* null-terminated, may contain others; NULL: the group took no part; owned */
	size_t len;
};

struct captures {
	struct capture before;
	struct capture *groups; /* number 0 is the whole match */
	unsigned ngroups;
};

/* Replaces what was there before. The struct starts as zeroes. */
void captures_take(struct captures *, const struct matcher *, const struct match *, const struct pattern *,
    const struct window *);
void captures_fini(struct captures *);
/*
 * By number ("0", "12"), by the name of a group, "match" (0) or "before", in this order; NULL: there is none of that name.
 */
const struct capture *captures_find(const struct captures *, const char *name, size_t len);

#endif
