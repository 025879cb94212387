#ifndef IPCWIRE_QUEUE_H
#define IPCWIRE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/*
 * A bounded queue of bytes with one writer and any number of readers, each with its own cursor.
 *
 * Memory is a power-of-two ring that is taken from a process-wide free list when the first byte comes
 * and given back when the last reader has taken the last one, so an idle queue owns none. Positions are
 * 64-bit stream offsets: `head` bytes have been put in so far, a reader's cursor says how many it has
 * taken; the ring keeps what the slowest live reader still needs. Marks (end of a message) are stream
 * offsets too; an empty message is two equal marks, so it is no end of input.
 *
 * With a spool (queue_set_spool) the queue is unbounded: what finds the ring full goes to an unlinked
 * file (spool.h), and the readers read it from there, each at its own pace. While the spool holds bytes
 * all new ones go there; when the slowest reader has taken them all, the ring is used again.
 *
 * Areas handed out by queue_space and queue_data are good until the next call that changes the queue.
 * A queue without live readers swallows what is put in.
 */

#define QUEUE_SMALL (64u * 1024)
#define QUEUE_LARGE (1024u * 1024)

struct queue_reader {
	uint64_t cursor; /* stream offset of the next byte */
	uint64_t mark;   /* marks it has taken */
	bool is_live;
	bool ignores_marks;
};

struct queue_mark {
	uint64_t at;  /* stream offset of the end of a message */
	uint32_t tag; /* the writer's word about it */
};

struct queue {
	unsigned char *ring; /* NULL: empty and no memory taken */
	size_t ring_size;    /* bytes of *ring, a power of two */
	size_t limit;        /* most bytes the ring may hold; while it is smaller, the ring size counts */
	size_t want_size;    /* ring size for that limit; less if there was no memory for it */
	uint64_t base;       /* stream offset of ring[0] */
	uint64_t head;       /* bytes in the ring end here (stream offset) */
	uint64_t tail;       /* and begin here */
	struct queue_reader *readers;
	unsigned nreaders;
	struct queue_mark_list {
		uint32_t size, first, len;
		struct queue_mark *at; /* ring of marks, offsets ascending */
		uint64_t taken;        /* marks that all readers have taken */
	} marks;
	struct spool *spool; /* NULL: bounded */
};

/* An empty queue for nreaders readers, all live at offset 0. limit: bytes it may hold, 1 or more. */
void queue_init(struct queue *, size_t limit, unsigned nreaders);
void queue_fini(struct queue *);
/* Reader r, one that was dropped or the first number not in use, gets what is put in from now on. */
void queue_add_reader(struct queue *, unsigned r);
/* Changes the limit. Nothing held is lost: a smaller one makes the queue full until readers have made room, a
 * larger one moves the data to a bigger ring when the old one is full (or stays as it is without memory). */
void queue_set_limit(struct queue *, size_t limit);
/* Makes the queue unbounded by an unlinked file in directory dir. Returns 0 or -errno. At most once. */
int queue_set_spool(struct queue *, const char *dir);
/* Reader r takes bytes only: marks are not kept for it, queue_message is always false. */
void queue_ignore_marks(struct queue *, unsigned r);

/*
 * Space for the writer: at most two areas to be filled in order, then queue_commit(bytes), which must be the
 * next call, with 0 if nothing came (memory of an empty queue is given back then).
 * Returns the number of areas, 0 when the queue is full, or -ENOMEM. With a spool there is always space
 * (the area is then a block of its own that queue_commit writes to the file).
 * After an error of queue_commit (-ENOSPC, or what else the file system says) the bytes of that call have been
 * kept in memory and none is lost, but the queue counts as full until readers make room.
 */
int queue_space(struct queue *, struct iovec iov[2]);
/* The same, but 0 areas unless at least min bytes are free; for messages that must not be cut. A min above the
 * limit raises the limit. What one such commit put in, queue_data gives whole to a reader at its beginning. */
int queue_space_min(struct queue *, size_t min, struct iovec iov[2]);
int queue_commit(struct queue *, size_t nbytes);
/* Copies bytes in: queue_space and queue_commit in one. Returns the number taken, or -errno. Without a spool it may
 * be short; with one it takes all or none, and after an error other than -ENOMEM it has taken all. */
ssize_t queue_put(struct queue *, const void *, size_t nbytes);
/* Puts in a whole message, of no bytes too, with its mark. Returns 1; 0: no room for it now (a longer limit is
 * set when the queue is empty and its limit is shorter than the message), or -errno: it is not in the queue,
 * but after an error of the spool other than -ENOMEM, when it is. */
int queue_put_message(struct queue *, const struct iovec *, size_t nbytes, uint32_t tag);
/* Ends a message here; the tag is the writer's, such as whose message it is. Returns 0 or -ENOMEM. */
int queue_mark(struct queue *);
int queue_mark_tagged(struct queue *, uint32_t tag);

/* Data for reader r: at most two areas in order, not always all (ring first, then pieces of the file), but all of
 * a message put in with one commit. Returns the number of areas, 0 when it has taken all that is there, or
 * -errno when the spool cannot be read. */
int queue_data(struct queue *, unsigned r, struct iovec iov[2]);
/* Reader r has taken that many bytes, and with them every message that ends before or with the last of them (but
 * not the empty ones that follow it). */
void queue_consume(struct queue *, unsigned r, size_t nbytes);
/* Bytes up to the end of r's next message; false when no mark is ahead. A length of 0 is an empty message. */
bool queue_message(const struct queue *, unsigned r, size_t *nbytes);
/* The tag of r's next message; only after queue_message said that there is one. */
uint32_t queue_message_tag(const struct queue *, unsigned r);
/* Reader r has taken its whole next message: its bytes and its mark. */
void queue_consume_message(struct queue *, unsigned r);
/* Reader r takes no more; what only it needed is dropped. Returns the number of bytes it had not taken. */
uint64_t queue_drop_reader(struct queue *, unsigned r);

/* Bytes that reader r has still to take, spool included; 0 once it was dropped. */
uint64_t queue_pending(const struct queue *, unsigned r);
/* Bytes the slowest live reader has still to take, spool included. */
uint64_t queue_len(const struct queue *);
/* Bytes that could be put in now: SIZE_MAX with a spool, 0 when it is full (by bytes, or by marks: one is allowed
 * for 8 bytes of limit, 1 Mi with a spool). queue_space_min(n) gives areas if n <= room, memory permitting. */
size_t queue_room(const struct queue *);
bool queue_is_full(const struct queue *);

/* The free list: bytes of ring memory that all queues together may own (default 64 MiB, then queue_space says
 * -ENOMEM), and how much they own now. queue_trim gives idle buffers back to the system. */
void queue_set_memory_max(size_t nbytes);
size_t queue_memory_used(void);
void queue_trim(void);
/* Other buffers under the same cap. size: a power of two from 4096; NULL when the cap or memory is reached. */
void *queue_memory_take(size_t size);
void queue_memory_give(void *, size_t size);
/* The size to take for nbytes: the next power of two, at least 4096. */
size_t queue_memory_size(size_t nbytes);

#endif
