/*
 * A plain array: what has arrived is forgotten only when the array is full, by moving the rest to its front. It doubles when
 * more than half of it has not arrived, so each byte is moved about once.
 */
#include "wire/sent.h"

#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/mem.h"

#define SENT_MIN (64u * 1024)

void
sent_fini(struct sent *s)
{
	free(s->bytes);
	*s = (struct sent){ 0 };
}

bool
sent_has_room(const struct sent *s, size_t n)
{
	return s->size - s->len >= n;
}

/* Bytes from the beginning of the line in which the missing ones begin, or from the first of them. */
static size_t
sent_tail(const struct sent *s, uint64_t missing, bool whole_lines)
{
	const size_t tail = (size_t)MIN(missing, s->len), before = s->len - tail, most = MIN(before, SENT_LINE_MAX);
	const unsigned char *newline;

	if (!whole_lines || most == 0)
		return tail;
	newline = memrchr(s->bytes + before - most, '\n', most);
	if (newline != NULL)
		return s->len - (size_t)(newline - s->bytes) - 1;
	return most == before ? s->len : tail;
}

void
sent_forget(struct sent *s, size_t n, uint64_t missing, bool whole_lines)
{
	size_t keep = MIN(sent_tail(s, missing, whole_lines), SENT_MAX), size = MAX(s->size, SENT_MIN);

	if (keep > 0)
		memmove(s->bytes, s->bytes + s->len - keep, keep);
	s->len = keep;
	while (size < 2 * (keep + n) && size < 2 * SENT_MAX)
		size *= 2;
	if (size > s->size)
		s->bytes = xreallocarray(s->bytes, size, 1);
	s->size = size;
}

void
sent_add(struct sent *s, const struct iovec *iov, int niov, size_t n)
{
	for (int i = 0; i < niov && n > 0; i++) {
		const size_t len = MIN(iov[i].iov_len, n);

		memcpy(s->bytes + s->len, iov[i].iov_base, len);
		s->len += len;
		n -= len;
	}
}

uint64_t
sent_rewind(struct sent *s, uint64_t missing, bool whole_lines)
{
	const uint64_t all = missing + s->again;

	s->again = sent_tail(s, all, whole_lines);
	return all > s->len ? all - s->len : 0;
}

struct iovec
sent_again(const struct sent *s)
{
	return (struct iovec){ s->bytes + s->len - s->again, s->again };
}

void
sent_resent(struct sent *s, size_t n)
{
	s->again -= n;
}
