/*
 * The window of a dialogue; the contract is in window.h.
 *
 * The memory is twice as large as what may be held. Bytes are added behind the others; when there is no more room what is held moves
 * to the front. That happens once in as many bytes as move, so a byte is moved once at most, whatever the pieces are.
 */
#include "dialogue/window.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/mem.h"
#include "base/utf8.h"

#define WINDOW_FIRST_SIZE (16u << 10)
#define WINDOW_NO_TEXT 0x1a

void
window_init(struct window *w, size_t limit)
{
	*w = (struct window){ .limit = limit > 0 ? limit : WINDOW_LIMIT };
}

void
window_fini(struct window *w)
{
	free(w->base);
	free(w->text);
	*w = (struct window){ .limit = w->limit };
}

/* Lets go of what is before the context. */
static void
window_trim(struct window *w)
{
	uint64_t keep = w->begin > WINDOW_CONTEXT ? w->begin - WINDOW_CONTEXT : 0;

	if (keep <= w->held)
		return;
	w->first += (size_t)(keep - w->held);
	w->len -= (size_t)(keep - w->held);
	w->held = keep;
}

void
window_take(struct window *w, uint64_t offset)
{
	w->begin = MAX(w->begin, MIN(offset, window_end(w)));
	window_trim(w);
}

/* What is held comes to the front of other memory, or of its own. */
static void
window_move(struct window *w, char **memory, size_t size)
{
	char *to = size > w->size ? xmalloc(size) : *memory;

	if (w->len > 0)
		memmove(to, *memory + w->first, w->len);
	if (size > w->size)
		free(*memory);
	*memory = to;
}

static void
window_settle(struct window *w, size_t size)
{
	window_move(w, &w->base, size);
	if (w->text != NULL)
		window_move(w, &w->text, size);
	w->first = 0;
	w->size = size;
}

char *
window_room(struct window *w, size_t len)
{
	size_t most = 2 * (w->limit + WINDOW_CONTEXT), size = MAX(w->size, WINDOW_FIRST_SIZE);

	assert(len <= w->limit);
	if (w->first + w->len + len <= w->size)
		return w->base + w->first + w->len;
	/* Moving is cheap where half of the memory is free afterwards. */
	while (size < most && size / 2 < w->len + len)
		size = MIN(2 * size, most);
	window_settle(w, size);
	return w->base + w->len;
}

void
window_added(struct window *w, size_t len)
{
	uint64_t begin;

	w->len += len;
	if (window_end(w) - w->begin <= w->limit)
		return;
	begin = window_end(w) - w->limit;
	w->lost += begin - w->begin;
	w->begin = begin;
	window_trim(w);
}

void
window_put(struct window *w, const void *data, size_t len)
{
	for (size_t done = 0, part; done < len; done += part) {
		part = MIN(len - done, w->limit);
		memcpy(window_room(w, part), (const char *)data + done, part);
		window_added(w, part);
	}
}

/* ---- as text ---- */

/* Bytes that are text, or a byte that is none. */
static void
window_add_text(struct window *w, size_t len, bool is_text)
{
	size_t at = (size_t)(w->valid - w->held);

	if (w->text == NULL && !is_text) {
		w->text = xcalloc(1, w->size);
		memcpy(w->text + w->first, w->base + w->first, at);
	}
	if (w->text != NULL && is_text)
		memcpy(w->text + w->first + at, w->base + w->first + at, len);
	else if (w->text != NULL)
		w->text[w->first + at] = WINDOW_NO_TEXT;
	w->valid += len;
}

uint64_t
window_make_text(struct window *w)
{
	w->valid = MAX(w->valid, w->held);
	while (w->valid < window_end(w)) {
		const char *s = window_at(w, w->valid);
		size_t len = (size_t)(window_end(w) - w->valid), valid = utf8_valid(s, len);

		window_add_text(w, valid, true);
		if (valid == len || utf8_begun(s + valid, len - valid) > 0)
			break;
		window_add_text(w, 1, false);
	}
	return w->valid;
}

const char *
window_text(const struct window *w, uint64_t *offset)
{
	const char *text = w->text != NULL ? w->text + w->first + (size_t)(*offset - w->held) : window_at(w, *offset);

	for (; *offset < w->valid && ((unsigned char)*text & 0xc0) == 0x80; ++*offset)
		text++;
	return text;
}
