#ifndef IPCWIRE_LINES_MODEL_H
#define IPCWIRE_LINES_MODEL_H

/*
 * A naive model of struct lines, for lines_test and lines_fuzz: it keeps every byte with the time it came at, and after
 * each step works out from the first byte held what may go. model_* aborts when the two differ.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"

#define MODEL_BYTES 4096u
#define MUST(cond) ((cond) ? (void)0 : model_fail(#cond, __LINE__))

struct model {
	struct lines lines;
	enum buffer_mode mode;
	uint64_t size, flush, now;
	char bytes[MODEL_BYTES];
	uint64_t came[MODEL_BYTES];
	size_t in, out;
};

static _Noreturn void
model_fail(const char *what, int line)
{
	fprintf(stderr, "lines_model.h:%d: %s\n", line, what);
	abort();
}

/* When the held bytes go if nothing else happens. */
static inline uint64_t
model_due(const struct model *m)
{
	uint64_t since;

	if (m->out == m->in || m->flush == LINES_NEVER)
		return LINES_NEVER;
	since = m->came[m->mode == BUFFER_LINE ? m->out : m->in - 1];
	return since > LINES_NEVER - m->flush ? LINES_NEVER : since + m->flush;
}

static inline void
model_check(struct model *m)
{
	MUST(m->lines.in == m->in);
	MUST(m->lines.out == m->out);
	MUST(lines_held(&m->lines) == m->in - m->out);
	MUST(m->lines.due == model_due(m));
}

static inline void
model_init(struct model *m, enum buffer_mode mode, uint64_t size, uint64_t flush)
{
	*m = (struct model){ .mode = mode, .size = size, .flush = flush };
	lines_init(&m->lines, mode, size, flush);
	model_check(m);
}

/* The bytes in two areas, of which the second may be longer than what has come. */
static inline void
model_add(struct model *m, const char *bytes, size_t n, size_t cut)
{
	static char nothing[] = "\n\n\n";
	char *first = malloc(n + 1), *second = malloc(n + sizeof(nothing));
	struct iovec iov[2] = { { first, cut }, { second, n - cut + sizeof(nothing) } };

	MUST(first != NULL && second != NULL && cut <= n && m->in + n <= MODEL_BYTES);
	memcpy(first, bytes, cut);
	memcpy(second, bytes + cut, n - cut);
	memcpy(second + n - cut, nothing, sizeof(nothing));
	lines_add(&m->lines, iov, 2, n, m->now);
	free(first);
	free(second);
	for (size_t i = 0; i < n; i++) {
		m->bytes[m->in] = bytes[i];
		m->came[m->in++] = m->now;
		if (m->mode == BUFFER_ASIS || m->mode == BUFFER_NONE || (m->mode == BUFFER_LINE && bytes[i] == '\n'))
			m->out = m->in;
	}
	if (n > 0 && m->mode == BUFFER_FULL && m->in - m->out >= m->size)
		m->out = m->in;
	if (n > 0 && model_due(m) <= m->now && model_due(m) != LINES_NEVER)
		m->out = m->in;
	model_check(m);
}

static inline void
model_wait(struct model *m, uint64_t time)
{
	bool is_due;

	m->now += time;
	is_due = model_due(m) != LINES_NEVER && model_due(m) <= m->now;
	MUST(lines_expire(&m->lines, m->now) == is_due);
	if (is_due)
		m->out = m->in;
	model_check(m);
}

static inline void
model_release(struct model *m)
{
	MUST(lines_release(&m->lines) == (m->in > m->out));
	m->out = m->in;
	model_check(m);
}

#endif
