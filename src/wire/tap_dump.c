/* Dumps of the traffic. A chunk is formatted piece by piece, in buffers on the stack. */
#include "wire/tap_dump.h"

#include <string.h>

#define DUMP_INPUT 4096
#define DUMP_OUTPUT (16 * 1024)

/* A chunk's areas, read as one. */
struct dump_reader {
	const struct tap_chunk *chunk;
	int area;
	size_t at; /* within the area */
	unsigned char bytes[DUMP_INPUT];
	size_t len;  /* of bytes */
	size_t left; /* of the chunk, not in bytes yet */
};

static void
dump_refill(struct dump_reader *r, size_t taken)
{
	r->len -= taken;
	memmove(r->bytes, r->bytes + taken, r->len);
	while (r->len < sizeof(r->bytes) && r->left > 0) {
		const struct iovec *v = &r->chunk->iov[r->area];
		size_t n = v->iov_len - r->at;

		if (n > sizeof(r->bytes) - r->len)
			n = sizeof(r->bytes) - r->len;
		memcpy(r->bytes + r->len, (const unsigned char *)v->iov_base + r->at, n);
		r->len += n;
		r->left -= n;
		r->at += n;
		if (r->at == v->iov_len) {
			r->area++;
			r->at = 0;
		}
	}
}

static size_t
dump_head(const struct tap_chunk *c, char line[DUMP_HEAD_MAX])
{
	struct dump_head h = { .mark = c->from == 0 || c->has_many_ends ? '>' : '<',
		.session = c->session,
		.end = c->has_many_ends ? c->from + 1 : 0,
		.offset = c->offset,
		.len = c->len };

	clock_gettime(CLOCK_REALTIME, &h.time);
	return dump_format_head(line, &h);
}

static void
dump_data(void *arg, const struct tap_chunk *c)
{
	const struct tap_dump *d = arg;
	struct dump_reader r = { .chunk = c, .left = c->len };
	char text[DUMP_OUTPUT];
	size_t at = dump_head(c, text), taken = 0;
	unsigned char last = '\n';

	for (dump_refill(&r, 0); r.len > 0; dump_refill(&r, taken)) {
		at += dump_format_body(text + at, sizeof(text) - at - DUMP_TAIL_MAX, d->form, d->is_utf8, r.left == 0,
		    r.bytes, r.len, &taken);
		last = taken > 0 ? r.bytes[taken - 1] : last;
		if (sizeof(text) - at > DUMP_INPUT)
			continue;
		console_write(d->console, text, at, false);
		at = 0;
	}
	at += dump_format_tail(text + at, d->form, last);
	console_write(d->console, text, at, true);
}

static void
dump_end(void *arg, const struct tap_chunk *c)
{
	const struct tap_dump *d = arg;
	char line[DUMP_HEAD_MAX];

	console_write(d->console, line, dump_head(c, line), true);
}

const struct tap_ops tap_dump_ops = { .data = dump_data, .end = dump_end };
