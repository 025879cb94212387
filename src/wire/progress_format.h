#ifndef IPCWIRE_PROGRESS_FORMAT_H
#define IPCWIRE_PROGRESS_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The progress line, near to that of pv(1), and its JSON form. Pure. */

#define PROGRESS_SIZE_UNKNOWN UINT64_MAX

struct progress_flow {
	bool is_there;
	uint64_t bytes;
	uint64_t size;  /* or PROGRESS_SIZE_UNKNOWN */
	double rate;    /* bytes per second just now */
	double average; /* and over the whole time */
};

struct progress_view {
	struct progress_flow flows[2]; /* forward, backward */
	uint64_t elapsed;              /* ns */
	unsigned long wires;           /* that live */
	bool is_final;
};

#define PROGRESS_LINE_MAX 2048

/*
 * The line for a terminal of that many columns, without newline; it never fills the last column. What does not fit is left
 * out, the least needed first. Returns its length in bytes.
 */
size_t progress_format_line(char line[PROGRESS_LINE_MAX], const struct progress_view *, int columns, bool is_utf8);
/* One object and a newline. Returns the length. */
size_t progress_format_json(char line[PROGRESS_LINE_MAX], const struct progress_view *);

#endif
