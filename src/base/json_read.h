#ifndef IPCWIRE_JSON_READ_H
#define IPCWIRE_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/*
 * Reads one text of JSON (RFC 8259), value by value, in the order in which they stand. Pure. Each function but json_peek and json_at_end
 * returns 0, or -1 with the refusal in the diag, its place relative to the beginning of the text.
 */
struct json_reader {
	const char *text, *p, *end;
	struct diag *diag;
	/* \u0080 to \u00ff in strings are bytes, not characters. */
	bool has_bytes;
	char *string; /* what json_string read, with a NUL behind it; owned */
	size_t len, room;
};

/* A reader may be used again; json_fini ends it. */
void json_begin(struct json_reader *, const char *text, size_t len, struct diag *);
void json_fini(struct json_reader *);
/* The first character of what comes next, blanks aside; '\0': nothing does. */
char json_peek(struct json_reader *);
/* That character comes next, and is taken. */
int json_take(struct json_reader *, char c);
/* A string is in `string` until the next one. */
int json_string(struct json_reader *);
int json_number(struct json_reader *, double *);
/* Any value, whole. */
int json_skip(struct json_reader *);
/*
 * In an object whose '{' has been taken: the next name, which is in `string`, and its colon. 1; 0 at the end of the object; -1. is_first: none
 * has been read yet.
 */
int json_next_name(struct json_reader *, bool is_first);

#endif
