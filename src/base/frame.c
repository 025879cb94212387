/* Messages in byte streams: see frame.h. Two shapes: a byte that ends a message, and a length before it. */
#include "base/frame.h"

#include <errno.h>
#include <string.h>
#include <sys/param.h>

#include "base/wordlist.h"

const char *
frame_mode_name(enum frame_mode mode)
{
	return wordlist_at(FRAME_MODE_WORDS, mode);
}

static const struct frame_form {
	unsigned head_len; /* bytes of the length field; 0: the byte below ends the message */
	unsigned char end;
} frame_forms[FRAME_MODE_N] = {
	[FRAME_LINE] = { .end = '\n' },
	[FRAME_NUL] = { .end = '\0' },
	[FRAME_LEN2] = { .head_len = 2 },
	[FRAME_LEN4] = { .head_len = 4 },
};

static size_t
frame_size_of(const struct iovec *iov, int n)
{
	size_t size = 0;

	for (int i = 0; i < n; i++)
		size += iov[i].iov_len;
	return size;
}

/* Where that byte stands in bytes [from, len) of the areas; len: nowhere. */
static size_t
frame_index(const struct iovec *iov, int n, size_t from, size_t len, unsigned char byte)
{
	size_t at = 0;

	for (int i = 0; i < n && at < len; i++) {
		const size_t most = MIN(iov[i].iov_len, len - at), skip = from > at ? MIN(from - at, most) : 0;
		const unsigned char *area = iov[i].iov_base, *found = memchr(area + skip, byte, most - skip);

		if (most > skip && found != NULL)
			return at + (size_t)(found - area);
		at += most;
	}
	return len;
}

static unsigned char
frame_byte(const struct iovec *iov, size_t at)
{
	for (; at >= iov->iov_len; iov++)
		at -= iov->iov_len;
	return ((const unsigned char *)iov->iov_base)[at];
}

static int
frame_find_end(unsigned char end, const struct iovec *iov, int n, bool is_end, uint64_t max, size_t *scanned,
    struct frame *f)
{
	const size_t size = frame_size_of(iov, n), at = frame_index(iov, n, *scanned, size, end);
	const bool is_whole = at < size || (is_end && size > 0);

	*scanned = at < size ? 0 : size;
	*f = (struct frame){ .len = at, .tail_len = at < size ? 1 : 0, .tail = { end } };
	if (at > max)
		return -EMSGSIZE;
	return is_whole ? 1 : 0;
}

static int
frame_find_length(unsigned head_len, const struct iovec *iov, int n, uint64_t max, struct frame *f)
{
	const size_t size = frame_size_of(iov, n);

	*f = (struct frame){ .head_len = head_len };
	if (size < head_len)
		return 0;
	for (unsigned i = 0; i < head_len; i++) {
		f->head[i] = frame_byte(iov, i);
		f->len = f->len << 8 | f->head[i];
	}
	if (f->len > max)
		return -EMSGSIZE;
	return size - head_len >= f->len ? 1 : 0;
}

int
frame_find(enum frame_mode mode, const struct iovec *iov, int n, bool is_end, uint64_t max, size_t *scanned,
    struct frame *f)
{
	const struct frame_form *form = &frame_forms[mode];

	if (form->head_len > 0)
		return frame_find_length(form->head_len, iov, n, max, f);
	return frame_find_end(form->end, iov, n, is_end, max, scanned, f);
}

int
frame_make(enum frame_mode mode, const struct iovec *iov, int n, size_t len, struct frame *f)
{
	const struct frame_form *form = &frame_forms[mode];

	*f = (struct frame){ .head_len = form->head_len, .len = len };
	if (mode == FRAME_RAW)
		return 0;
	for (unsigned i = 0; i < form->head_len; i++)
		f->head[i] = (unsigned char)(len >> 8 * (form->head_len - 1 - i));
	if (form->head_len > 0)
		return form->head_len < sizeof(len) && len >> 8 * form->head_len > 0 ? -EMSGSIZE : 0;
	f->tail_len = 1;
	f->tail[0] = form->end;
	return frame_index(iov, n, 0, len, form->end) < len ? -EILSEQ : 0;
}
