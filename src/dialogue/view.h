#ifndef IPCWIRE_VIEW_H
#define IPCWIRE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dialogue/window.h"

/*
 * The clean view of a terminal's output: without escape sequences (colours, movements, titles, bracketed paste: CSI, OSC and all other
 * of ECMA-48), and without CRs before an LF. It does not matter how the stream is divided. Pure.
 *
 * Its offsets are those of the window that it fills; view_raw tells where in the stream as it came a byte of it was.
 */

enum view_state {
	VIEW_TEXT,       /* or CRs that wait for what follows */
	VIEW_ESCAPE,     /* ESC */
	VIEW_FINAL,      /* ESC and a byte of 0x20 to 0x2f: up to one of 0x30 to 0x7e */
	VIEW_CSI,        /* up to a byte of 0x40 to 0x7e */
	VIEW_STRING,     /* OSC, DCS, SOS, PM, APC: up to ST, or BEL for OSC */
	VIEW_STRING_ESC, /* the ESC of its ST, or of another sequence */
	VIEW_N
};

struct view_cut {
	uint64_t at, raw; /* from this byte of the view on, this one of the stream */
};

struct view {
	enum view_state state;
	bool is_osc;
	size_t crs;            /* that wait */
	size_t string;         /* bytes of it so far */
	uint64_t raw;          /* bytes that came in */
	struct view_cut *cuts; /* of what the window holds, in order */
	size_t ncuts, size;
};

/* A string that is longer is taken for none, and what follows for text. */
#define VIEW_STRING_MAX (64u << 10)

void view_init(struct view *);
void view_fini(struct view *);
/* Adds what there is to see of the bytes to the window. */
void view_put(struct view *, struct window *, const void *data, size_t len);
/* At the end of input: CRs that waited in vain. */
void view_end(struct view *, struct window *);
/* The offset in the stream of the byte at this offset of the view, which the window holds; of its end: of what comes next. */
uint64_t view_raw(const struct view *, uint64_t at);

#endif
