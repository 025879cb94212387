#ifndef IPCWIRE_CAST_H
#define IPCWIRE_CAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/json_read.h"

/*
 * Recordings of what flowed, as asciicast: a header, then an event on each line. Version 3 is written, 2 and 3 are read. Pure.
 *
 * JSON is made of characters. Bytes that are no UTF-8 are written \u0080 to \u00ff, real characters as they are, and a comment before the
 * first one says so: what we read of our own is the same bytes, and others see a Latin-1 character.
 */

enum cast_code {
	CAST_OUTPUT = 'o', /* what the recorded side said */
	CAST_INPUT = 'i',  /* what it was sent */
	CAST_MARKER = 'm',
	CAST_RESIZE = 'r', /* "COLSxROWS" */
	CAST_EXIT = 'x',   /* an exit status */
};

struct cast_header {
	int version;
	unsigned cols, rows;
	int64_t timestamp;            /* of the day; 0: unknown */
	int64_t idle_limit;           /* nanoseconds; 0: none */
	char *type, *command, *title; /* or NULL; a reader owns its own */
};

/* ---- writing ---- */

struct cast_held { /* the beginning of a character whose rest has not come */
	char bytes[4];
	size_t len;
};

struct cast_writer {
	char *text; /* lines that have been made; the owner takes them and sets len to 0 */
	size_t len, room;
	uint64_t last; /* microseconds: when the last event was */
	struct cast_held held[2];
	bool has_bytes; /* the comment has been written */
};

void cast_put_header(struct cast_writer *, const struct cast_header *);
/*
 * An event, so many nanoseconds after the beginning. Of output and input the beginning of a character at the end is held back until the rest
 * comes, or something else instead.
 */
void cast_put(struct cast_writer *, uint64_t at, enum cast_code, const char *bytes, size_t len);
/* Nothing more comes: what was held back. */
void cast_put_held(struct cast_writer *, uint64_t at);
void cast_writer_fini(struct cast_writer *);

/* ---- reading ---- */

struct cast_reader {
	struct cast_header header; /* after the first line */
	uint64_t at;               /* of the last event */
	struct json_reader json;
	bool has_header;
};

struct cast_event {
	uint64_t at;      /* nanoseconds after the beginning */
	char code;        /* enum cast_code, or one that nobody knows */
	const char *data; /* with a NUL behind it, until the next line is read */
	size_t len;
};

/* One line without its newline. Returns 1 for an event, 0 for a line that is none, -1 with the refusal. */
int cast_read(struct cast_reader *, const char *line, size_t len, struct cast_event *, struct diag *);
void cast_reader_fini(struct cast_reader *);

#endif
