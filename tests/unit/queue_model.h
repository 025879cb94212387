#ifndef IPCWIRE_QUEUE_MODEL_H
#define IPCWIRE_QUEUE_MODEL_H

/*
 * A naive model of struct queue, for queue_test and queue_fuzz: it knows the whole stream (byte `off` is a function
 * of off), every mark ever set, and how far each reader is. model_step does one operation on queue and model
 * and aborts when they differ.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/resource.h>

#include "base/queue.h"

#define MODEL_READERS 4u
#define MODEL_PERIOD 65521u /* a prime, so that no mix-up of ring positions goes unseen */
#define MODEL_TIGHT (256u * 1024)
#define MUST(cond) ((cond) ? (void)0 : model_fail(#cond, __LINE__))

struct model {
	struct queue q;
	uint64_t end;
	size_t limit;
	bool has_spool, is_tight, was_tight;
	unsigned nreaders, nmarks, marks_size;
	struct model_mark {
		uint64_t at;
		bool is_whole; /* put in with one commit */
	} * marks;
	struct model_reader {
		uint64_t cursor;
		unsigned mark;
		bool is_live, ignores_marks;
	} readers[MODEL_READERS];
};

static unsigned char model_bytes[MODEL_PERIOD];

static _Noreturn void
model_fail(const char *what, int line)
{
	fprintf(stderr, "queue_model.h:%d: %s\n", line, what);
	abort();
}

/* Fills memory with the stream from off on, or compares it. */
static inline void
model_memory(uint64_t off, void *p, size_t len, bool compare)
{
	for (size_t n; len > 0; off += n, p = (unsigned char *)p + n, len -= n) {
		n = MIN(len, MODEL_PERIOD - off % MODEL_PERIOD);
		if (compare)
			MUST(memcmp(p, model_bytes + off % MODEL_PERIOD, n) == 0);
		else
			memcpy(p, model_bytes + off % MODEL_PERIOD, n);
	}
}

static inline size_t
model_areas(uint64_t off, struct iovec iov[2], int n, size_t len, bool compare)
{
	size_t done = 0, part;

	for (int i = 0; i < n; i++, done += part) {
		part = MIN(iov[i].iov_len, len - done);
		model_memory(off + done, iov[i].iov_base, part, compare);
	}
	return done;
}

/* The file takes no more than that; 0: anything. */
static inline void
model_file_limit(rlim_t nbytes)
{
	struct rlimit rl;

	getrlimit(RLIMIT_FSIZE, &rl);
	rl.rlim_cur = nbytes > 0 ? nbytes : rl.rlim_max;
	setrlimit(RLIMIT_FSIZE, &rl);
}

static inline void
model_init(struct model *m, size_t limit, unsigned nreaders, bool has_spool)
{
	const char *dir = getenv("TMPDIR");

	signal(SIGXFSZ, SIG_IGN);
	for (unsigned i = 0; i < MODEL_PERIOD; i++)
		model_bytes[i] = (unsigned char)(i * 2654435761u >> 16);
	*m = (struct model){ .limit = limit, .nreaders = nreaders, .has_spool = has_spool };
	for (unsigned i = 0; i < nreaders; i++)
		m->readers[i].is_live = true;
	queue_init(&m->q, limit, nreaders);
	if (has_spool)
		MUST(queue_set_spool(&m->q, dir != NULL ? dir : "/tmp") == 0);
}

static inline void
model_fini(struct model *m)
{
	queue_fini(&m->q);
	free(m->marks);
	model_file_limit(0);
	queue_set_memory_max(64u * 1024 * 1024);
	MUST(queue_memory_used() == 0);
}

static inline uint64_t
model_low(const struct model *m)
{
	uint64_t low = m->end;

	for (unsigned i = 0; i < m->nreaders; i++)
		if (m->readers[i].is_live)
			low = MIN(low, m->readers[i].cursor);
	return low;
}

static inline void
model_put(struct model *m, size_t min, size_t want)
{
	uint64_t len = m->end - model_low(m);
	size_t room = queue_room(&m->q);
	struct iovec iov[2];
	int n = queue_space_min(&m->q, min, iov);

	m->limit = MAX(m->limit, min);
	MUST(n > 0 || n == 0 || (n == -ENOMEM && m->was_tight));
	MUST(n > 0 || room < min || m->was_tight);
	if (n <= 0)
		return;
	want = MIN(want, iov[0].iov_len + (n > 1 ? iov[1].iov_len : 0));
	MUST(m->has_spool || len + want <= m->limit);
	model_areas(m->end, iov, n, want, false);
	n = queue_commit(&m->q, want);
	MUST(n == 0 || (m->has_spool && (n == -EFBIG || n == -ENOSPC)));
	m->end += want;
	if (n < 0 && model_low(m) < m->end)
		MUST(queue_is_full(&m->q));
}

static inline void
model_put_copy(struct model *m, size_t want)
{
	unsigned char *bytes = malloc(want + 1);
	ssize_t n;

	model_memory(m->end, bytes, want, false);
	n = queue_put(&m->q, bytes, want);
	free(bytes);
	MUST(n >= 0 || (n == -ENOMEM && m->was_tight) || (m->has_spool && (n == -EFBIG || n == -ENOSPC)));
	if (n != -ENOMEM)
		m->end += n < 0 ? want : (size_t)n;
}

static inline void
model_mark(struct model *m, bool is_whole)
{
	if (m->nmarks == m->marks_size) {
		m->marks_size = m->marks_size * 2 + 16;
		m->marks = reallocarray(m->marks, m->marks_size, sizeof(*m->marks));
	}
	MUST(queue_mark(&m->q) == 0);
	m->marks[m->nmarks++] = (struct model_mark){ m->end, is_whole };
}

static inline void
model_put_message(struct model *m, size_t len)
{
	uint64_t before = m->end;
	bool is_begin = m->nmarks > 0 ? m->marks[m->nmarks - 1].at == before : before == 0;

	if (queue_room(&m->q) == 0)
		return;
	if (len > 0)
		model_put(m, len, len);
	if (m->end == before + len)
		model_mark(m, is_begin);
}

static inline bool
model_has_message(const struct model *m, const struct model_reader *r)
{
	return r->is_live && !r->ignores_marks && r->mark < m->nmarks;
}

/* Looks at what reader i is offered, and takes up to want bytes or a whole message. */
static inline void
model_take(struct model *m, unsigned i, size_t want, bool message)
{
	struct model_reader *r = &m->readers[i];
	struct iovec iov[2];
	int n = queue_data(&m->q, i, iov);
	size_t got = 0, len;
	bool has_message = queue_message(&m->q, i, &len);
	uint64_t begin = has_message && r->mark > 0 ? m->marks[r->mark - 1].at : 0;

	MUST(n >= 0 || (n == -ENOMEM && m->was_tight));
	if (n >= 0) {
		got = model_areas(r->cursor, iov, n, SIZE_MAX / 2, true);
		MUST((got > 0) == (r->is_live && r->cursor < m->end));
		MUST(m->has_spool || !r->is_live || got == m->end - r->cursor);
		if (has_message && m->marks[r->mark].is_whole && r->cursor == begin)
			MUST(got >= len);
	}
	if (message && has_message) {
		queue_consume_message(&m->q, i);
		r->cursor = m->marks[r->mark++].at;
		return;
	}
	want = MIN(want, got);
	queue_consume(&m->q, i, want);
	for (r->cursor += want; want > 0 && r->mark < m->nmarks && m->marks[r->mark].at <= r->cursor;)
		if (m->marks[r->mark++].at == r->cursor)
			break;
}

static inline void
model_check(struct model *m)
{
	uint64_t low = model_low(m);
	size_t len, room = queue_room(&m->q);

	for (unsigned i = 0; i < m->nreaders; i++) {
		const struct model_reader *r = &m->readers[i];
		bool has_message = model_has_message(m, r);

		MUST(queue_pending(&m->q, i) == (r->is_live ? m->end - r->cursor : 0));
		MUST(queue_message(&m->q, i, &len) == has_message);
		MUST(!has_message || len == m->marks[r->mark].at - r->cursor);
	}
	MUST(queue_len(&m->q) == m->end - low);
	MUST(m->end > low || queue_memory_used() == 0);
	MUST(queue_is_full(&m->q) == (room == 0));
	if (!m->has_spool && room > 0 && !m->was_tight)
		MUST(room == (m->end - low < m->limit ? m->limit - (m->end - low) : 0));
}

static inline void
model_set_tight(struct model *m, bool on)
{
	queue_set_memory_max(on ? MODEL_TIGHT : 64u * 1024 * 1024);
	m->is_tight = on;
	m->was_tight |= on;
}

static inline size_t
model_limit(unsigned arg)
{
	static const size_t limits[] = { 1, 100, 4096, 5000, QUEUE_SMALL, QUEUE_SMALL, 200000, QUEUE_LARGE };

	return limits[arg % (sizeof(limits) / sizeof(limits[0]))];
}

/* Reader r takes no marks any more, or nothing at all, or everything that is there. */
static inline void
model_turn(struct model *m, unsigned r, unsigned arg)
{
	uint64_t left = m->readers[r].is_live ? m->end - m->readers[r].cursor : 0;

	if (arg < 200) {
		queue_ignore_marks(&m->q, r);
		m->readers[r].ignores_marks = true;
	} else if (arg < 400) {
		MUST(queue_drop_reader(&m->q, r) == left);
		m->readers[r].is_live = false;
	} else {
		for (int i = 0; i < 64 && queue_pending(&m->q, r) > 0; i++)
			model_take(m, r, SIZE_MAX / 2, false);
	}
}

static inline void
model_write(struct model *m, unsigned op, unsigned arg, size_t size)
{
	if (op < 3)
		model_put(m, 1, size);
	else if (op < 4)
		model_put_copy(m, size);
	else if (op < 6)
		model_put_message(m, size % 70000);
	else if (op < 7 && !queue_is_full(&m->q))
		model_mark(m, false);
	else if (op == 7)
		queue_set_limit(&m->q, m->limit = model_limit(arg));
	else if (op == 8 && arg < 3000)
		model_set_tight(m, !m->is_tight);
	else if (op == 9)
		model_file_limit(arg < 8192 ? 4096u + arg * 16u : 0);
}

static inline void
model_step(struct model *m, unsigned op, unsigned arg)
{
	size_t size = arg % 16 == 0 ? arg * 3u : arg % 700u;
	unsigned r = m->nreaders > 0 ? (op >> 4) % m->nreaders : 0;

	op %= 16;
	if (op < 10)
		model_write(m, op, arg, size);
	else if (m->nreaders > 0 && op < 15)
		model_take(m, r, size * 2, op > 12);
	else if (m->nreaders > 0)
		model_turn(m, r, arg);
	model_check(m);
}

#endif
