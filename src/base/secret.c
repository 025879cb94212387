/* Secrets of a stream. There are few of them, and nobody looks for them where there are none. */
#include "base/secret.h"

#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/mem.h"

#define SECRET_SHORTEST 4 /* that is looked for in other texts: less would be found everywhere */

void
secrets_fini(struct secrets *s)
{
	for (size_t i = 0; i < s->n; i++) {
		explicit_bzero(s->items[i].text, s->items[i].len);
		free(s->items[i].text);
	}
	free(s->items);
	*s = (struct secrets){ 0 };
}

void
secrets_add(struct secrets *s, uint64_t from, const char *text, size_t len)
{
	struct secret *new;

	if (len == 0)
		return;
	s->items = xreallocarray(s->items, s->n + 1, sizeof(*s->items));
	new = &s->items[s->n++];
	*new = (struct secret){ .from = from, .text = xmalloc(len), .len = len };
	memcpy(new->text, text, len);
}

/* The areas as one, with room for a mask in place of each byte. */
static char *
secrets_join(const struct iovec *iov, size_t len)
{
	char *text = xmalloc(len * strlen(SECRET_MASK) + 1);
	const size_t first = MIN(len, iov[0].iov_len);

	memcpy(text, iov[0].iov_base, first);
	if (len > first)
		memcpy(text + first, iov[1].iov_base, len - first);
	text[len] = '\0';
	return text;
}

/* Replaces the `old` bytes at `at` by a mask, or by nothing. Returns the new length. */
static size_t
secrets_replace(char *text, size_t len, size_t at, size_t old, bool is_shown)
{
	const size_t new = is_shown ? strlen(SECRET_MASK) : 0;

	memmove(text + at + new, text + at + old, len - at - old + 1);
	memcpy(text + at, SECRET_MASK, new);
	return len - old + new;
}

static bool
secret_is_within(const struct secret *s, uint64_t offset, size_t len)
{
	return s->from < offset + len && s->from + s->len > offset;
}

char *
secrets_mask(const struct secrets *s, uint64_t offset, const struct iovec *iov, size_t len, size_t *masked)
{
	char *text = NULL;

	*masked = len;
	for (size_t i = s->n; i > 0; i--) { /* from the back: what is before it keeps its place */
		const struct secret *one = &s->items[i - 1];
		const uint64_t begin = MAX(one->from, offset), end = MIN(one->from + one->len, offset + len);

		if (!secret_is_within(one, offset, len))
			continue;
		if (text == NULL)
			text = secrets_join(iov, len);
		*masked = secrets_replace(text, *masked, (size_t)(begin - offset), (size_t)(end - begin),
		    one->from >= offset);
	}
	return text;
}

char *
secrets_hide(const struct secrets *s, const struct iovec *iov, size_t len, size_t *hidden)
{
	char *text = NULL, *at;

	*hidden = len;
	for (size_t i = 0; i < s->n && len > 0; i++) {
		const struct secret *one = &s->items[i];
		size_t from = 0;

		if (one->len < SECRET_SHORTEST || one->len > len)
			continue;
		if (text == NULL)
			text = secrets_join(iov, len);
		while ((at = memmem(text + from, *hidden - from, one->text, one->len)) != NULL) {
			from = (size_t)(at - text) + strlen(SECRET_MASK);
			*hidden = secrets_replace(text, *hidden, (size_t)(at - text), one->len, true);
		}
	}
	return text;
}
