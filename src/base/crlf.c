/*
 * Conversion of line ends; the contract is in crlf.h.
 *
 * Inwards nothing grows, so it is done in place: what is written never overtakes what is read, also when a CR that was
 * kept back is put before what follows it. Outwards a walk over the areas makes bytes, or only counts them: after a short
 * write the same walk finds out where in the areas it was.
 */
#include "base/crlf.h"

#include <string.h>
#include <sys/param.h>

size_t
crlf_in_begin(const struct crlf *c, const struct iovec *iov, int niov, struct iovec rest[2], int *nrest)
{
	size_t put = c->mode == CRLF_CRLF && c->was_cr ? 1 : 0;

	*nrest = 0;
	for (int i = 0; i < niov; i++) {
		size_t skip = i == 0 ? put : 0;

		if (iov[i].iov_len > skip)
			rest[(*nrest)++] = (struct iovec){ (char *)iov[i].iov_base + skip, iov[i].iov_len - skip };
	}
	if (put > 0)
		*(char *)iov[0].iov_base = '\r';
	return put;
}

/* Where the bytes go: the areas that they are read from. */
struct crlf_writer {
	const struct iovec *iov;
	size_t at, done; /* in the area; of all */
};

static void
crlf_put(struct crlf_writer *w, const char *from, size_t len)
{
	while (len > 0) {
		size_t part = MIN(len, w->iov->iov_len - w->at);

		memmove((char *)w->iov->iov_base + w->at, from, part);
		w->at += part;
		w->done += part;
		from += part;
		len -= part;
		if (w->at == w->iov->iov_len) {
			w->iov++;
			w->at = 0;
		}
	}
}

/* One area: without the CRs that a LF follows; the last one waits. */
static void
crlf_in_area(struct crlf *c, struct crlf_writer *w, const char *from, size_t len)
{
	const char *end = from + len, *cr;

	for (; from < end; from = cr + 1) {
		if (c->was_cr && *from != '\n')
			crlf_put(w, "\r", 1);
		cr = memchr(from, '\r', (size_t)(end - from));
		c->was_cr = cr != NULL;
		if (cr == NULL)
			cr = end;
		crlf_put(w, from, (size_t)(cr - from));
	}
}

static void
crlf_replace(char *from, size_t len, char what, char by)
{
	const char *end = from + len;

	while (from < end && (from = memchr(from, what, (size_t)(end - from))) != NULL)
		*from++ = by;
}

size_t
crlf_in(struct crlf *c, const struct iovec *iov, int niov, size_t n)
{
	struct crlf_writer w = { .iov = iov };
	size_t before = 0;

	if (c->mode == CRLF_CRLF)
		c->was_cr = false; /* it is in the areas */
	for (int i = 0; i < niov && before < n; before += iov[i++].iov_len) {
		size_t len = MIN(iov[i].iov_len, n - before);

		if (c->mode == CRLF_CRLF)
			crlf_in_area(c, &w, iov[i].iov_base, len);
		else if (c->mode == CRLF_CR)
			crlf_replace(iov[i].iov_base, len, '\r', '\n');
	}
	return c->mode == CRLF_CRLF ? w.done : n;
}

size_t
crlf_in_end(struct crlf *c, const struct iovec *iov, int niov, size_t n)
{
	size_t at = n;

	if (c->mode != CRLF_CRLF || !c->was_cr)
		return n;
	c->was_cr = false;
	for (int i = 0; i < niov; at -= iov[i++].iov_len)
		if (at < iov[i].iov_len) {
			((char *)iov[i].iov_base)[at] = '\r';
			break;
		}
	return n + 1;
}

/* ---- out ---- */

struct crlf_walk {
	struct crlf state;
	unsigned char *to; /* NULL: count only */
	size_t size, made; /* bytes to make at most, bytes made */
	size_t used;       /* bytes of the areas that are through */
};

static void
crlf_make(struct crlf_walk *k, const void *from, size_t len)
{
	if (k->to != NULL && len > 0)
		memcpy(k->to + k->made, from, len);
	k->made += len;
}

/* Up to the next LF, or to the end; then the LF. Returns the bytes that are through. */
static size_t
crlf_step(struct crlf_walk *k, const char *from, size_t len)
{
	const char *lf = memchr(from, '\n', len);
	size_t text = lf != NULL ? (size_t)(lf - from) : len, room = k->size - k->made;

	if (text > 0) {
		text = MIN(text, room);
		crlf_make(k, from, text);
		k->state.was_cr = from[text - 1] == '\r';
		return text;
	}
	if (k->state.mode != CRLF_CRLF) {
		crlf_make(k, k->state.mode == CRLF_CR ? "\r" : "\n", 1);
		return 1;
	}
	if (!k->state.was_cr) {
		crlf_make(k, "\r", 1);
		k->state.was_cr = true;
		if (room == 1)
			return 0;
	}
	crlf_make(k, "\n", 1);
	k->state.was_cr = false;
	return 1;
}

static void
crlf_walk(struct crlf_walk *k, const struct iovec *iov, int niov)
{
	for (int i = 0; i < niov; i++)
		for (size_t at = 0, step; at < iov[i].iov_len && k->made < k->size; at += step) {
			step = crlf_step(k, (const char *)iov[i].iov_base + at, iov[i].iov_len - at);
			k->used += step;
		}
}

size_t
crlf_out(const struct crlf *c, const struct iovec *iov, int niov, unsigned char *to, size_t size)
{
	struct crlf_walk k = { .state = *c, .to = to, .size = size };

	crlf_walk(&k, iov, niov);
	return k.made;
}

size_t
crlf_out_taken(struct crlf *c, const struct iovec *iov, int niov, size_t taken)
{
	struct crlf_walk k = { .state = *c, .size = taken };

	crlf_walk(&k, iov, niov);
	*c = k.state;
	return k.used;
}
