#ifndef IPCWIRE_LINES_H
#define IPCWIRE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/*
 * How much of a stream may go on: whole lines, blocks of a size, or all of it at once. Pure: it is told what has come
 * and when, and answers with a stream offset and the time of the next look; it keeps no bytes and no clock.
 *
 *   asis, none  all that has come
 *   line        up to the last newline; the rest of the line `flush` after its first held byte
 *   full        nothing until `size` bytes wait, or until `flush` has passed without news; then all of them
 *
 * Each byte is looked at once. What holds the bytes asks for release when it has no room for more, and at the end.
 */

enum buffer_mode { BUFFER_ASIS, BUFFER_NONE, BUFFER_LINE, BUFFER_FULL, BUFFER_MODE_N };
#define BUFFER_MODE_WORDS "asis\0none\0line\0full\0" /* in that order: see wordlist.h */

#define LINES_NEVER UINT64_MAX

struct lines {
	enum buffer_mode mode;
	uint64_t size;  /* BUFFER_FULL */
	uint64_t flush; /* ns, or LINES_NEVER */
	uint64_t in;    /* bytes that have come */
	uint64_t out;   /* bytes that may go on */
	uint64_t due;   /* when the rest may; LINES_NEVER: nothing is held, or for any time */
};

void lines_init(struct lines *, enum buffer_mode, uint64_t size, uint64_t flush);
/* The first n bytes of the areas have come at that time. */
void lines_add(struct lines *, const struct iovec *, int niov, size_t n, uint64_t now);
/* Lets go what is due by that time. Returns true when there was something. */
bool lines_expire(struct lines *, uint64_t now);
/* Lets everything go. Returns true when something was held. */
bool lines_release(struct lines *);
/* Bytes that have come and may not go on yet. */
uint64_t lines_held(const struct lines *);

#endif
