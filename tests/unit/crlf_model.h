#ifndef IPCWIRE_CRLF_MODEL_H
#define IPCWIRE_CRLF_MODEL_H

/* For crlf_test and crlf_fuzz: a text through struct crlf, in the divisions asked for, and what a naive conversion says. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/crlf.h"

#define MODEL_MAX 4096u
#define MUST(cond) ((cond) ? (void)0 : model_fail(#cond, __LINE__))

static _Noreturn void
model_fail(const char *what, int line)
{
	fprintf(stderr, "crlf_model.h:%d: %s\n", line, what);
	abort();
}

/* The n bytes of a text, all at once. Returns the length. */
static inline size_t
model_in(enum crlf_mode mode, const char *text, size_t n, char *to)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		if (mode == CRLF_CR && text[i] == '\r')
			to[len++] = '\n';
		else if (mode != CRLF_CRLF || text[i] != '\r' || i + 1 == n || text[i + 1] != '\n')
			to[len++] = text[i];
	return len;
}

static inline size_t
model_out(enum crlf_mode mode, const char *text, size_t n, char *to)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (mode == CRLF_CRLF && text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
			to[len++] = '\r';
		to[len++] = mode == CRLF_CR && text[i] == '\n' ? '\r' : text[i];
	}
	return len;
}

/* Reads of read(i) bytes into two areas, the first of first(i) bytes; 0 bytes are a read that found nothing. */
static inline void
model_check_in(enum crlf_mode mode, const char *text, size_t n, size_t (*read)(size_t), size_t (*first)(size_t))
{
	static char got[2 * MODEL_MAX], want[2 * MODEL_MAX];
	struct crlf c = { .mode = mode };
	size_t len = 0;

	for (size_t at = 0, i = 0, is_over = 0; !is_over; i++) {
		size_t wanted = read(i), before = first(i), part = MIN(wanted, n - at), room = part + 1,
		       cut = MIN(before, room);
		char *a = malloc(cut + 1), *b = malloc(room - cut + 1);
		struct iovec iov[2] = { { a, cut }, { b, room - cut } }, rest[2];
		int skip = cut == 0, nrest;
		size_t left, done = 0, begun = crlf_in_begin(&c, iov + skip, 2 - skip, rest, &nrest);

		for (int k = 0; k < nrest; k++) {
			size_t more = MIN(rest[k].iov_len, part - done);

			memcpy(rest[k].iov_base, text + at + done, more);
			done += more;
		}
		MUST(done == part);
		left = crlf_in(&c, iov + skip, 2 - skip, part + begun);
		MUST(left <= part + begun);
		at += part;
		/* The end comes with the last bytes, or in a read of its own. */
		is_over = at == n && (part == 0 || n % 2 == 0);
		if (is_over)
			left = crlf_in_end(&c, iov + skip, 2 - skip, left);
		memcpy(got + len, a, MIN(left, cut));
		memcpy(got + len + MIN(left, cut), b, left - MIN(left, cut));
		len += left;
		free(a);
		free(b);
	}
	MUST(len == model_in(mode, text, n, want) && memcmp(got, want, len) == 0);
}

/* Writes of chunk(i) bytes of text in two areas, of which the sink takes taken(i) bytes. */
static inline void
model_check_out(enum crlf_mode mode, const char *text, size_t n, size_t (*chunk)(size_t), size_t (*taken)(size_t))
{
	static char got[2 * MODEL_MAX], want[2 * MODEL_MAX];
	struct crlf c = { .mode = mode };
	size_t len = 0;

	for (size_t at = 0, i = 0; at < n; i++) {
		size_t wanted = chunk(i), most = taken(i), part = MIN(MAX(wanted, 1), n - at), made, take, used;
		union {
			const char *in;
			void *out;
		} base = { .in = text + at }, half = { .in = text + at + part / 2 };
		struct iovec iov[2] = { { base.out, part / 2 }, { half.out, part - part / 2 } };
		unsigned char to[64];

		made = crlf_out(&c, iov, 2, to, 1 + i % sizeof(to));
		MUST(made >= 1 && made <= 1 + i % sizeof(to));
		take = MIN(most, made);
		used = crlf_out_taken(&c, iov, 2, take);
		MUST(used <= part);
		memcpy(got + len, to, take);
		len += take;
		at += used;
	}
	MUST(len == model_out(mode, text, n, want) && memcmp(got, want, len) == 0);
}

#endif
