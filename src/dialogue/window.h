#ifndef IPCWIRE_WINDOW_H
#define IPCWIRE_WINDOW_H

#include <stddef.h>
#include <stdint.h>

/*
 * What a dialogue has received and not yet used: the last part of a stream, contiguous in memory and bounded. Places are offsets
 * from the beginning of the stream, so they stay what they are. Pure.
 *
 *	 discarded | context |  what is open: to be searched  |
 *	           ^ held    ^ begin                          ^ end
 *
 * Who has used bytes takes them; what is more than the limit is lost, oldest first, and counted. Up to WINDOW_CONTEXT bytes before
 * the open ones are kept for patterns that look back.
 *
 * As text of UTF-8 the same bytes have the same places, but what is no UTF-8 is a U+001A there: a copy is made, when there are such
 * bytes and somebody asks for it.
 */

#define WINDOW_LIMIT (1u << 20)
#define WINDOW_CONTEXT 4096u
/* More is put in pieces, with a search after each: what is lost by one piece has been searched as long as it is not above the limit. */
#define WINDOW_PIECE (64u << 10)

struct window {
	char *base;
	size_t size;       /* allocated */
	size_t limit;      /* open bytes at most */
	size_t first, len; /* held: where in base, how many */
	uint64_t held;     /* offset of the first byte held */
	uint64_t begin;    /* offset of the first open byte */
	uint64_t lost;     /* bytes that nobody took before they were discarded */
	char *text;        /* as UTF-8, up to valid; NULL: base is */
	uint64_t
	    valid; /* offset of the first byte that has not been looked at, or begins a character that is not complete */
};

/* limit 0: WINDOW_LIMIT. Memory comes when it is needed. */
void window_init(struct window *, size_t limit);
void window_fini(struct window *);

/* Adds bytes at the end. */
void window_put(struct window *, const void *data, size_t len);
/* The same without a copy: room for len bytes (at most the limit) behind the end, then how many of them there are. */
char *window_room(struct window *, size_t len);
void window_added(struct window *, size_t len);
/* What is before this offset has been used; not beyond the end, and never backwards. */
void window_take(struct window *, uint64_t offset);

/* Makes the text, as far as what has come are complete characters. Returns the offset where it ends. */
uint64_t window_make_text(struct window *);

static inline uint64_t
window_begin(const struct window *w)
{
	return w->begin;
}
static inline uint64_t
window_end(const struct window *w)
{
	return w->held + w->len;
}
/* The byte at an offset that is held; those up to the end follow it. Good until the next byte is added. */
static inline const char *
window_at(const struct window *w, uint64_t offset)
{
	return w->base != NULL ? w->base + w->first + (size_t)(offset - w->held) : "";
}
/* The same of its text: whole characters, from one that begins at the offset or behind it, which is set. */
const char *window_text(const struct window *, uint64_t *offset);

#endif
