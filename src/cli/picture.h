#ifndef IPCWIRE_PICTURE_H
#define IPCWIRE_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/page.h"

/*
 * Routes drawn with lines and arrows, in columns, shortened to the width of the page. Pure: knows labels, no wires.
 *
 *	a ──splice──▶ b    (one end is a pipe)        one to one
 *	a ◀──copy──── b
 *	a ──copy──┬▶ b                                one to many; many to one likewise
 *	          └▶ c
 *	a ◀─▶┬──copy                                  all among themselves
 *	b ◀─▶┘
 */

struct picture_route {
	const char *const *sources, *const *sinks;
	size_t nsources, nsinks; /* many to one, or one to many; nsinks 0: read for nobody */
	const char *mode, *reason;
	bool is_double;        /* drawn with double lines */
	bool is_backward;      /* one to one: the sink stands on the left */
	bool is_stopped;       /* nothing gets through */
	bool is_mutual;        /* the sources hear each other; there are no sinks */
	const unsigned *sides; /* mutual: what each of them does; NULL: both */
};

enum picture_side { PICTURE_SPEAKS = 1 << 0, PICTURE_HEARS = 1 << 1 };

struct picture {
	const char *server; /* the listener whose every client has these routes; or NULL */
	const struct picture_route *routes;
	size_t nroutes;
	const char *session; /* what each client of the server gets; with server */
};

void picture_draw(const struct page *, const struct picture *);
/* The text cut in the middle so that it takes at most that many columns. The caller frees it. */
char *picture_shorten(const struct page *, const char *text, size_t columns);

#endif
