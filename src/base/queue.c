/*
 * Theory of operation (the contract is in queue.h).
 *
 * The stream is cut in two: [tail, head) is in the ring, [head, spool_end) is in the spool. A reader whose
 * cursor is below head is served from the ring, one further on from the spool. Byte `off` of the stream is
 * ring[(off - base) % ring_size]; base is set when a ring is taken, so every burst begins at ring[0] and its
 * areas are contiguous.
 *
 * settle() is called after everything that moves a cursor. It finds the slowest live reader, moves tail and
 * the mark list up to it, gives an empty ring back, and lets the spool forget. When the spool runs empty,
 * head and tail jump to its end and new bytes go to the ring again.
 *
 * want_size is the ring size that belongs to limit. A ring smaller than that (the limit grew, or there was
 * no memory) is replaced when the writer finds it full; if that fails want_size says what we make do with
 * until the ring is given back.
 *
 * Marks are counted: the list holds numbers taken .. taken + len - 1, a reader has taken the first `mark`.
 */
#include "base/queue.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/mem.h"
#include "base/spool.h"

/* Also where a ring begins: the kernel copies slowly to places that are not at a line of the cache. */
#define RING_MIN 4096u
#define MARKS_KEPT 64u             /* slots an empty mark list may keep */
#define MARKS_MIN 16u              /* marks every queue may hold */
#define MARKS_SPOOL (1024u * 1024) /* marks a queue with a spool may hold */
#define MARK_BYTES 8u              /* bytes of limit for each mark beyond those */

struct free_block {
	struct free_block *next;
};

/* Of each thread: a queue stays in the one that made it. */
static _Thread_local struct {
	size_t max, used, idle; /* bytes: allowed, owned by queues, on the lists */
	struct free_block *small, *large;
} memory = { .max = 64u * 1024 * 1024 };

static struct free_block **
free_list(size_t size)
{
	if (size == QUEUE_SMALL)
		return &memory.small;
	return size == QUEUE_LARGE ? &memory.large : NULL;
}

size_t
queue_memory_size(size_t nbytes)
{
	size_t size = RING_MIN;

	while (size < nbytes && size <= SIZE_MAX / 2)
		size *= 2;
	return size;
}

void *
queue_memory_take(size_t size)
{
	struct free_block **list = free_list(size), *block = NULL;

	if (memory.used > memory.max || size > memory.max - memory.used)
		return NULL;
	if (list != NULL && *list != NULL) {
		block = *list;
		*list = block->next;
		memory.idle -= size;
	} else {
		if (memory.idle > memory.max - memory.used - size)
			queue_trim();
		block = aligned_alloc(RING_MIN, size);
	}
	if (block != NULL)
		memory.used += size;
	return block;
}

void
queue_memory_give(void *p, size_t size)
{
	struct free_block **list = free_list(size), *block = p;

	assert(memory.used >= size);
	memory.used -= size;
	if (list == NULL || memory.used + memory.idle + size > memory.max) {
		free(p);
		return;
	}
	block->next = *list;
	*list = block;
	memory.idle += size;
}

static void
free_list_clear(struct free_block **list)
{
	struct free_block *block;

	while ((block = *list) != NULL) {
		*list = block->next;
		free(block);
	}
}

void
queue_trim(void)
{
	free_list_clear(&memory.small);
	free_list_clear(&memory.large);
	memory.idle = 0;
}

void
queue_set_memory_max(size_t nbytes)
{
	memory.max = nbytes;
	queue_trim();
}

size_t
queue_memory_used(void)
{
	return memory.used;
}

static uint64_t
stream_end(const struct queue *q)
{
	return q->spool != NULL && !spool_is_empty(q->spool) ? spool_end(q->spool) : q->head;
}

static uint64_t
slowest_cursor(const struct queue *q)
{
	uint64_t low = stream_end(q);

	for (unsigned i = 0; i < q->nreaders; i++)
		if (q->readers[i].is_live)
			low = MIN(low, q->readers[i].cursor);
	return low;
}

/* ---- ring ---- */

static int
ring_take(struct queue *q, size_t min)
{
	void *ring = queue_memory_take(q->want_size);

	if (ring == NULL && q->want_size > QUEUE_SMALL && min <= QUEUE_SMALL) {
		q->want_size = QUEUE_SMALL;
		ring = queue_memory_take(q->want_size);
	}
	if (ring == NULL) {
		q->want_size = queue_memory_size(q->limit);
		return -ENOMEM;
	}
	q->ring = ring;
	q->ring_size = q->want_size;
	q->base = q->head;
	return 0;
}

static void
ring_give(struct queue *q)
{
	queue_memory_give(q->ring, q->ring_size);
	q->ring = NULL;
	q->ring_size = 0;
	q->want_size = queue_memory_size(q->limit);
}

/* The areas of stream bytes [from, from + len), which the ring holds or has room for. */
static int
ring_areas(const struct queue *q, uint64_t from, size_t len, struct iovec iov[2])
{
	size_t at = (size_t)(from - q->base) & (q->ring_size - 1);
	size_t first = MIN(len, q->ring_size - at);

	if (len == 0)
		return 0;
	iov[0] = (struct iovec){ .iov_base = q->ring + at, .iov_len = first };
	iov[1] = (struct iovec){ .iov_base = q->ring, .iov_len = len - first };
	return first < len ? 2 : 1;
}

/* Moves the data to a ring of the wanted size, or does without. */
static void
ring_grow(struct queue *q)
{
	unsigned char *ring = queue_memory_take(q->want_size);
	struct iovec iov[2];
	size_t done = 0;
	int n;

	if (ring == NULL) {
		q->want_size = q->ring_size;
		return;
	}
	n = ring_areas(q, q->tail, (size_t)(q->head - q->tail), iov);
	for (int i = 0; i < n; i++) {
		memcpy(ring + done, iov[i].iov_base, iov[i].iov_len);
		done += iov[i].iov_len;
	}
	queue_memory_give(q->ring, q->ring_size);
	q->ring = ring;
	q->ring_size = q->want_size;
	q->base = q->tail;
}

static size_t
ring_room(const struct queue *q, size_t size)
{
	size_t most = MIN(q->limit, size), len = (size_t)(q->head - q->tail);

	return most > len ? most - len : 0;
}

static int
ring_space(struct queue *q, size_t min, struct iovec iov[2])
{
	size_t room;
	int error;

	if (min > q->limit)
		return 0;
	if (q->ring == NULL && (error = ring_take(q, min)) < 0)
		return error;
	room = ring_room(q, q->ring_size);
	if (room < min && q->ring_size < q->want_size) {
		ring_grow(q);
		room = ring_room(q, q->ring_size);
	}
	return room < min ? 0 : ring_areas(q, q->head, room, iov);
}

/* ---- marks ---- */

static const struct queue_mark *
mark_of(const struct queue *q, uint64_t number)
{
	const struct queue_mark_list *m = &q->marks;

	return &m->at[(m->first + (uint32_t)(number - m->taken)) & (m->size - 1)];
}

static uint64_t
mark_at(const struct queue *q, uint64_t number)
{
	return mark_of(q, number)->at;
}

static bool
mark_is_ahead(const struct queue *q, const struct queue_reader *reader)
{
	return reader->is_live && !reader->ignores_marks && reader->mark < q->marks.taken + q->marks.len;
}

static bool
marks_are_full(const struct queue *q)
{
	size_t max = q->spool != NULL ? MARKS_SPOOL : MIN(q->limit / MARK_BYTES, UINT32_MAX / 4);

	return q->marks.len >= MAX(max, MARKS_MIN);
}

static int
marks_grow(struct queue *q)
{
	struct queue_mark_list *m = &q->marks;
	uint32_t size = m->size > 0 ? m->size * 2 : MARKS_MIN;
	struct queue_mark *at = reallocarray(NULL, size, sizeof(*at));

	if (at == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < m->len; i++)
		at[i] = *mark_of(q, m->taken + i);
	free(m->at);
	m->at = at;
	m->size = size;
	m->first = 0;
	return 0;
}

/* Forgets the marks that every reader interested in them has taken. */
static void
marks_settle(struct queue *q)
{
	struct queue_mark_list *m = &q->marks;
	uint64_t low = m->taken + m->len;

	if (m->len == 0)
		return;
	for (unsigned i = 0; i < q->nreaders; i++)
		if (mark_is_ahead(q, &q->readers[i]))
			low = MIN(low, q->readers[i].mark);
	m->first = (m->first + (uint32_t)(low - m->taken)) & (m->size - 1);
	m->len -= (uint32_t)(low - m->taken);
	m->taken = low;
	if (m->len == 0 && m->size > MARKS_KEPT) {
		free(m->at);
		m->at = NULL;
		m->size = m->first = 0;
	}
}

/* The reader has just taken one byte or more up to its cursor: marks before it, and the first one at it, are past. */
static void
marks_pass(struct queue *q, struct queue_reader *reader)
{
	while (mark_is_ahead(q, reader) && mark_at(q, reader->mark) <= reader->cursor)
		if (mark_at(q, reader->mark++) == reader->cursor)
			break;
}

int
queue_mark(struct queue *q)
{
	return queue_mark_tagged(q, 0);
}

int
queue_mark_tagged(struct queue *q, uint32_t tag)
{
	struct queue_mark_list *m = &q->marks;

	if (m->len == m->size && marks_grow(q) < 0)
		return -ENOMEM;
	m->at[(m->first + m->len++) & (m->size - 1)] = (struct queue_mark){ stream_end(q), tag };
	marks_settle(q);
	return 0;
}

/* ---- both halves ---- */

static void
settle(struct queue *q)
{
	uint64_t low = slowest_cursor(q);

	q->tail = MIN(low, q->head);
	marks_settle(q);
	if (q->ring != NULL && q->tail == q->head)
		ring_give(q);
	if (q->spool == NULL || spool_is_empty(q->spool))
		return;
	spool_release(q->spool, low);
	if (spool_is_empty(q->spool))
		q->head = q->tail = low;
}

static void
advance(struct queue *q, unsigned r, uint64_t nbytes)
{
	q->readers[r].cursor += nbytes;
	if (q->spool != NULL)
		spool_taken(q->spool, r, q->readers[r].cursor);
}

void
queue_init(struct queue *q, size_t limit, unsigned nreaders)
{
	assert(limit > 0);
	*q = (struct queue){ .limit = limit, .want_size = queue_memory_size(limit), .nreaders = nreaders };
	q->readers = xcalloc(nreaders, sizeof(*q->readers));
	for (unsigned i = 0; i < nreaders; i++)
		q->readers[i].is_live = true;
}

void
queue_fini(struct queue *q)
{
	if (q->ring != NULL)
		ring_give(q);
	if (q->spool != NULL)
		spool_close(q->spool);
	free(q->marks.at);
	free(q->readers);
	*q = (struct queue){ 0 };
}

void
queue_add_reader(struct queue *q, unsigned r)
{
	assert(r <= q->nreaders && (r == q->nreaders || !q->readers[r].is_live));
	if (r == q->nreaders) {
		q->readers = xreallocarray(q->readers, ++q->nreaders, sizeof(*q->readers));
		if (q->spool != NULL)
			spool_set_readers(q->spool, q->nreaders);
	}
	q->readers[r] =
	    (struct queue_reader){ .cursor = stream_end(q), .mark = q->marks.taken + q->marks.len, .is_live = true };
}

void
queue_set_limit(struct queue *q, size_t limit)
{
	assert(limit > 0);
	q->limit = limit;
	q->want_size = queue_memory_size(limit);
}

int
queue_set_spool(struct queue *q, const char *dir)
{
	assert(q->spool == NULL);
	return spool_open(&q->spool, dir, q->nreaders);
}

void
queue_ignore_marks(struct queue *q, unsigned r)
{
	q->readers[r].ignores_marks = true;
	marks_settle(q);
}

size_t
queue_room(const struct queue *q)
{
	if (marks_are_full(q))
		return 0;
	if (q->spool != NULL)
		return spool_is_full(q->spool) ? 0 : SIZE_MAX;
	return ring_room(q, MAX(q->ring_size, q->want_size));
}

bool
queue_is_full(const struct queue *q)
{
	return queue_room(q) == 0;
}

static int
any_space(struct queue *q, size_t min, struct iovec iov[2])
{
	int n;

	if (marks_are_full(q))
		return 0;
	if (q->spool == NULL)
		return ring_space(q, min, iov);
	n = spool_is_empty(q->spool) ? ring_space(q, min, iov) : 0;
	return n != 0 ? n : spool_space(q->spool, q->head, min, iov);
}

int
queue_space_min(struct queue *q, size_t min, struct iovec iov[2])
{
	assert(min > 0);
	if (min > q->limit)
		queue_set_limit(q, min);
	return any_space(q, min, iov);
}

int
queue_space(struct queue *q, struct iovec iov[2])
{
	return any_space(q, 1, iov);
}

int
queue_commit(struct queue *q, size_t nbytes)
{
	int error = 0;

	if (q->spool != NULL && spool_is_offered(q->spool)) {
		error = spool_commit(q->spool, nbytes);
	} else {
		assert(nbytes == 0 || (q->ring != NULL && nbytes <= q->ring_size - (size_t)(q->head - q->tail)));
		q->head += nbytes;
	}
	if (slowest_cursor(q) == stream_end(q))
		settle(q);
	return error;
}

ssize_t
queue_put(struct queue *q, const void *bytes, size_t nbytes)
{
	const unsigned char *from = bytes;
	struct iovec iov[2];
	size_t done = 0;
	int n, error;

	if (nbytes == 0 || (n = any_space(q, q->spool != NULL ? nbytes : 1, iov)) == 0)
		return 0;
	if (n < 0)
		return n;
	for (int i = 0; i < n && done < nbytes; i++) {
		size_t len = MIN(iov[i].iov_len, nbytes - done);

		memcpy(iov[i].iov_base, from + done, len);
		done += len;
	}
	error = queue_commit(q, done);
	return error < 0 ? error : (ssize_t)done;
}

/* Fills the areas from others; nbytes is in both. */
static void
copy_areas(const struct iovec *to, int nto, const struct iovec *from, size_t nbytes)
{
	size_t from_at = 0;

	for (int i = 0; i < nto; i++)
		for (size_t at = 0; at < to[i].iov_len && nbytes > 0;) {
			const size_t len = MIN(nbytes, MIN(to[i].iov_len - at, from->iov_len - from_at));

			memcpy((char *)to[i].iov_base + at, (const char *)from->iov_base + from_at, len);
			nbytes -= len;
			at += len;
			from_at += len;
			if (from_at == from->iov_len) {
				from++;
				from_at = 0;
			}
		}
}

int
queue_put_message(struct queue *q, const struct iovec *from, size_t nbytes, uint32_t tag)
{
	struct iovec to[2];
	int n, error = 0;

	if (marks_are_full(q))
		return 0;
	if (q->marks.len == q->marks.size && marks_grow(q) < 0)
		return -ENOMEM;
	if (nbytes > q->limit && queue_len(q) == 0)
		queue_set_limit(q, nbytes);
	if (nbytes > 0) {
		if ((n = any_space(q, nbytes, to)) <= 0)
			return n;
		copy_areas(to, n, from, nbytes);
		error = queue_commit(q, nbytes);
	}
	queue_mark_tagged(q, tag);
	return error < 0 ? error : 1;
}

int
queue_data(struct queue *q, unsigned r, struct iovec iov[2])
{
	const struct queue_reader *reader = &q->readers[r];
	size_t min = 0;

	if (queue_pending(q, r) == 0)
		return 0;
	if (reader->cursor < q->head)
		return ring_areas(q, reader->cursor, (size_t)(q->head - reader->cursor), iov);
	queue_message(q, r, &min);
	return spool_data(q->spool, r, reader->cursor, min, iov);
}

void
queue_consume(struct queue *q, unsigned r, size_t nbytes)
{
	assert(nbytes <= queue_pending(q, r));
	if (nbytes == 0)
		return;
	advance(q, r, nbytes);
	marks_pass(q, &q->readers[r]);
	settle(q);
}

bool
queue_message(const struct queue *q, unsigned r, size_t *nbytes)
{
	const struct queue_reader *reader = &q->readers[r];

	if (!mark_is_ahead(q, reader))
		return false;
	*nbytes = (size_t)(mark_at(q, reader->mark) - reader->cursor);
	return true;
}

uint32_t
queue_message_tag(const struct queue *q, unsigned r)
{
	return mark_of(q, q->readers[r].mark)->tag;
}

void
queue_consume_message(struct queue *q, unsigned r)
{
	size_t nbytes = 0;
	bool is_there = queue_message(q, r, &nbytes);

	assert(is_there);
	if (!is_there)
		return;
	q->readers[r].mark++;
	advance(q, r, nbytes);
	settle(q);
}

uint64_t
queue_drop_reader(struct queue *q, unsigned r)
{
	uint64_t pending = queue_pending(q, r);

	q->readers[r].is_live = false;
	if (q->spool != NULL)
		spool_taken(q->spool, r, UINT64_MAX);
	settle(q);
	return pending;
}

uint64_t
queue_pending(const struct queue *q, unsigned r)
{
	return q->readers[r].is_live ? stream_end(q) - q->readers[r].cursor : 0;
}

uint64_t
queue_len(const struct queue *q)
{
	return stream_end(q) - slowest_cursor(q);
}
