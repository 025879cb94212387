/* The line policy; the contract and the rules are in lines.h. */
#include "base/lines.h"

#include <string.h>
#include <sys/param.h>

void
lines_init(struct lines *l, enum buffer_mode mode, uint64_t size, uint64_t flush)
{
	*l = (struct lines){ .mode = mode, .size = size, .flush = flush, .due = LINES_NEVER };
}

uint64_t
lines_held(const struct lines *l)
{
	return l->in - l->out;
}

/* Bytes up to and with the last newline of the first n bytes; 0: there is none. */
static size_t
lines_last_end(const struct iovec *iov, int niov, size_t n)
{
	size_t end = 0, before = 0;

	for (int i = 0; i < niov && before < n; before += iov[i++].iov_len) {
		const char *base = iov[i].iov_base, *newline;

		newline = memrchr(base, '\n', MIN(iov[i].iov_len, n - before));
		if (newline != NULL)
			end = before + (size_t)(newline - base) + 1;
	}
	return end;
}

static uint64_t
lines_later(const struct lines *l, uint64_t now)
{
	return l->flush < LINES_NEVER - now ? now + l->flush : LINES_NEVER;
}

static void
lines_add_line(struct lines *l, const struct iovec *iov, int niov, size_t n, uint64_t now)
{
	size_t end = lines_last_end(iov, niov, n);
	bool is_new = end > 0 || lines_held(l) == 0;

	if (end > 0)
		l->out = l->in + end;
	l->in += n;
	if (is_new)
		l->due = lines_held(l) > 0 ? lines_later(l, now) : LINES_NEVER;
}

static void
lines_add_full(struct lines *l, size_t n, uint64_t now)
{
	l->in += n;
	l->due = lines_later(l, now);
	if (lines_held(l) >= l->size)
		lines_release(l);
}

void
lines_add(struct lines *l, const struct iovec *iov, int niov, size_t n, uint64_t now)
{
	if (n == 0)
		return;
	switch (l->mode) {
	case BUFFER_LINE:
		lines_add_line(l, iov, niov, n, now);
		break;
	case BUFFER_FULL:
		lines_add_full(l, n, now);
		break;
	case BUFFER_ASIS:
	case BUFFER_NONE:
	case BUFFER_MODE_N:
		l->in += n;
		l->out = l->in;
		break;
	}
	lines_expire(l, now);
}

bool
lines_expire(struct lines *l, uint64_t now)
{
	return l->due != LINES_NEVER && l->due <= now && lines_release(l);
}

bool
lines_release(struct lines *l)
{
	bool was_held = lines_held(l) > 0;

	l->out = l->in;
	l->due = LINES_NEVER;
	return was_held;
}
