/* A ring in shared memory: its header, and the arithmetic of its indices. */
#include "base/ring.h"

#include <stddef.h>
#include <string.h>

static const char ring_magic[8] = { 'i', 'p', 'c', 'w', 'r', 'i', 'n', 'g' };

_Static_assert(sizeof(struct ring_header) <= RING_DATA, "the header fits its page");
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2, "processes share no locks of a library");

uint64_t
ring_round(uint64_t size)
{
	uint64_t n = RING_SIZE_MIN;

	while (n < size && n < RING_SIZE_MAX)
		n *= 2;
	return n;
}

void
ring_make(struct ring_header *h, uint64_t size, bool is_writer)
{
	memcpy(h->magic, ring_magic, sizeof(h->magic));
	h->version = RING_VERSION;
	h->data = RING_DATA;
	h->size = size;
	h->is_made_by_writer = is_writer;
}

bool
ring_is_one(const void *memory, uint64_t object_size)
{
	return object_size >= sizeof(ring_magic) && memcmp(memory, ring_magic, sizeof(ring_magic)) == 0;
}

const char *
ring_check(const struct ring_header *h, uint64_t object_size)
{
	if (!ring_is_one(h, object_size))
		return "it is no ring of ipcwire's";
	if (object_size >= offsetof(struct ring_header, size) && h->version != RING_VERSION)
		return "it is a ring of another version of ipcwire";
	if (object_size < RING_DATA || h->data != RING_DATA || h->size != ring_round(h->size) ||
	    h->size < RING_SIZE_MIN || object_size != RING_DATA + h->size)
		return "it is damaged: its size is not what its header says";
	return memchr(h->name, '\0', sizeof(h->name)) == NULL ? "it is damaged: its header makes no sense" : NULL;
}

void
ring_init(struct ring *r, struct ring_header *h, uint64_t size)
{
	*r = (struct ring){ .shared = h, .data = (unsigned char *)h + RING_DATA, .size = size };
}

/* From position `from` on, len bytes. */
static int
ring_areas(const struct ring *r, uint64_t from, uint64_t len, struct iovec iov[2])
{
	const uint64_t at = from & (r->size - 1), first = len < r->size - at ? len : r->size - at;

	iov[0] = (struct iovec){ r->data + at, (size_t)first };
	iov[1] = (struct iovec){ r->data, (size_t)(len - first) };
	return len == 0 ? 0 : first < len ? 2 : 1;
}

/* The reader's index is behind ours by what waits for it. */
static bool
ring_see_tail(struct ring *r)
{
	const uint64_t tail = atomic_load_explicit(&r->shared->tail, memory_order_acquire);

	if (tail - r->other > r->own - r->other) /* backwards, or beyond ours */
		return false;
	r->other = tail;
	return true;
}

static bool
ring_see_head(struct ring *r)
{
	const uint64_t head = atomic_load_explicit(&r->shared->head, memory_order_acquire);

	if (head - r->own > r->size || head - r->own < r->other - r->own)
		return false;
	r->other = head;
	return true;
}

int
ring_room(struct ring *r, struct iovec iov[2])
{
	if (!ring_see_tail(r))
		return -1;
	return ring_areas(r, r->own, r->size - (r->own - r->other), iov);
}

int
ring_data(struct ring *r, struct iovec iov[2])
{
	if (!ring_see_head(r))
		return -1;
	return ring_areas(r, r->own, r->other - r->own, iov);
}

/* Our index is out before their wish is looked at, as theirs is before they look at our index: one of us sees the other. */
static bool
ring_answers(atomic_uint *waits)
{
	atomic_thread_fence(memory_order_seq_cst);
	return atomic_load_explicit(waits, memory_order_relaxed) != 0 && atomic_exchange(waits, 0) != 0;
}

bool
ring_wrote(struct ring *r, uint64_t n)
{
	r->own += n;
	atomic_store_explicit(&r->shared->head, r->own, memory_order_release);
	return ring_answers(&r->shared->reader_waits);
}

bool
ring_took(struct ring *r, uint64_t n)
{
	r->own += n;
	atomic_store_explicit(&r->shared->tail, r->own, memory_order_release);
	return r->other - r->own <= r->size / 2 && ring_answers(&r->shared->writer_waits);
}

/* What cannot be is for ring_room and ring_data to find, so it counts as something to do. */
static bool
ring_is_roomy(struct ring *r)
{
	return !ring_see_tail(r) || r->own - r->other <= r->size / 2;
}

static bool
ring_is_filled(struct ring *r)
{
	return !ring_see_head(r) || r->other != r->own;
}

static bool
ring_waits(struct ring *r, bool (*has)(struct ring *), atomic_uint *waits)
{
	if (has(r))
		return false;
	atomic_store(waits, 1);
	atomic_thread_fence(memory_order_seq_cst);
	if (!has(r))
		return true;
	atomic_store(waits, 0);
	return false;
}

bool
ring_has_room(struct ring *r)
{
	return !ring_waits(r, ring_is_roomy, &r->shared->writer_waits);
}

bool
ring_has_data(struct ring *r)
{
	return !ring_waits(r, ring_is_filled, &r->shared->reader_waits);
}
