#ifndef IPCWIRE_RING_H
#define IPCWIRE_RING_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

/*
 * A ring in memory that two processes share: one writes, one reads. Pure: who maps it, and who wakes whom, is for others.
 *
 * Neither side trusts the other. Each keeps its own index to itself, reads the other's once for each decision, and takes it
 * only if it can be: not behind what it was, and never more than the ring's size apart.
 */

#define RING_VERSION 1
#define RING_DATA 4096 /* where the bytes begin */
#define RING_SIZE_MIN UINT64_C(4096)
#define RING_SIZE_MAX (UINT64_C(1) << 30)
#define RING_TOKEN 16
#define RING_NAME 32

struct ring_header { /* the first page */
	char magic[8];
	uint32_t version, data;          /* RING_VERSION, RING_DATA */
	uint64_t size;                   /* of the bytes: a power of two */
	unsigned char token[RING_TOKEN]; /* who knows it can read this page */
	char name[RING_NAME];            /* of the socket where its maker waits */
	uint32_t is_made_by_writer;
	atomic_uint is_paired; /* both sides are there */
	/* Each side writes its own line of the cache. */
	alignas(64) atomic_uint_least64_t head; /* bytes written, ever */
	atomic_uint is_ended;                   /* that is all */
	alignas(64) atomic_uint_least64_t tail; /* bytes read, ever */
	atomic_uint is_unread;                  /* nobody reads any more, and that is no accident */
	alignas(64) atomic_uint reader_waits;
	alignas(64) atomic_uint writer_waits;
};

struct ring {
	struct ring_header *shared;
	unsigned char *data;
	uint64_t size;
	uint64_t own, other; /* our index, and the other one as it was last seen */
};

/* A size that a ring can have: at least what was asked for. */
uint64_t ring_round(uint64_t size);
/* Fills the header of zeroed memory, but for token and name. */
void ring_make(struct ring_header *, uint64_t size, bool is_writer);
/* Whether the memory (object_size bytes of it) begins like a ring of any version. */
bool ring_is_one(const void *memory, uint64_t object_size);
/* What is wrong with it, as a static text, or NULL. The header is a copy that nobody else can change. */
const char *ring_check(const struct ring_header *h, uint64_t object_size);
void ring_init(struct ring *, struct ring_header *, uint64_t size);

/*
 * Writer: what can be written now. Reader: what can be read. Returns the number of areas (0 to 2); -1: the other side's index
 * cannot be.
 */
int ring_room(struct ring *, struct iovec iov[2]);
int ring_data(struct ring *, struct iovec iov[2]);
/* So many bytes of that have been written, or read. True: the other side waits for that, and is to be woken. */
bool ring_wrote(struct ring *, uint64_t n);
bool ring_took(struct ring *, uint64_t n);
/*
 * Before waiting: whether there is something to do after all, else the other side knows of it. A writer waits until half
 * of the ring is free, so that the two do not wake each other for each little bit.
 */
bool ring_has_room(struct ring *);
bool ring_has_data(struct ring *);

#endif
