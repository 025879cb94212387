#ifndef IPCWIRE_DUMP_FORMAT_H
#define IPCWIRE_DUMP_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* The text of a dump, close to that of socat(1). Pure. What comes in may hold any bytes; controls never come out. */

enum dump_form {
	DUMP_TEXT, /* -v: as it is, controls escaped */
	DUMP_HEX,  /* -x: one line */
	DUMP_BOTH, /* rows of 16 */
	DUMP_FORM_N
};

struct dump_head {
	char mark; /* '>', '<' */
	unsigned long session;
	unsigned end; /* its number from 1, where there are more than two; else 0 */
	struct timespec time;
	uint64_t offset;
	size_t len; /* 0: the end of that direction */
};

#define DUMP_HEAD_MAX 160
#define DUMP_TAIL_MAX 8

/* The line before the bytes, with its newline. Returns its length. */
size_t dump_format_head(char line[DUMP_HEAD_MAX], const struct dump_head *);
/*
 * Some of the bytes, as many as surely fit: at least one if size is 128 or more, and none when what is there is the beginning of
 * a character or row, and more bytes are to come (is_last false). Returns the length of the text; *taken: how many bytes.
 */
size_t dump_format_body(char *buf, size_t size, enum dump_form, bool is_utf8, bool is_last, const unsigned char *bytes,
    size_t len, size_t *taken);
/* What stands after the last byte. Returns its length. */
size_t dump_format_tail(char text[DUMP_TAIL_MAX], enum dump_form, unsigned char last);

#endif
