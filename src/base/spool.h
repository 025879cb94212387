#ifndef IPCWIRE_SPOOL_H
#define IPCWIRE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/*
 * The disk half of a queue (queue.h, its only user): bytes of a stream that did not fit into the ring, in an
 * unlinked file. Offsets are the queue's stream offsets.
 */

struct spool;

/* Makes an empty spool with a file in directory dir. Returns 0 or -errno. */
int spool_open(struct spool **, const char *dir, unsigned nreaders);
void spool_close(struct spool *);
/* More readers than before. */
void spool_set_readers(struct spool *, unsigned nreaders);

bool spool_is_empty(const struct spool *);
/* Bytes that the file did not take wait in memory: there is no space for new ones. */
bool spool_is_full(const struct spool *);
/* Stream offset behind the last byte; only if it is not empty. */
uint64_t spool_end(const struct spool *);

/* A block of at least min bytes to fill; an empty spool begins at stream offset at. Returns 1, or 0 if the
 * spool is full, or -ENOMEM. */
int spool_space(struct spool *, uint64_t at, size_t min, struct iovec *);
/* A block was handed out and not yet committed. */
bool spool_is_offered(const struct spool *);
/* Writes nbytes of the block to the file. After -errno the rest is kept in memory. */
int spool_commit(struct spool *, size_t nbytes);

/* Bytes for reader r at offset at, which the spool holds: at least min if there are so many. Returns 1 or -errno. */
int spool_data(struct spool *, unsigned r, uint64_t at, size_t min, struct iovec *);
/* Reader r is at offset at now: its buffer is given back if nothing in it is ahead. */
void spool_taken(struct spool *, unsigned r, uint64_t at);
/* No reader needs bytes before offset at (at most spool_end). */
void spool_release(struct spool *, uint64_t at);

#endif
