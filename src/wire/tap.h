#ifndef IPCWIRE_TAP_H
#define IPCWIRE_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/*
 * Taps see what flows on a wire without owning it: each chunk when it has been read, before it goes on. They change nothing,
 * keep no pointer into a chunk, and never make the wire wait for longer than output.h says.
 */

struct secrets;

struct tap_chunk {
	unsigned long session; /* 0: the only wire */
	unsigned from;         /* the place of the end that it came from */
	bool has_many_ends;    /* more than two */
	uint64_t offset;       /* of its first byte among all that came from there */
	const struct iovec *iov;
	int niov;
	size_t len;
};

struct tap_ops { /* all but data may be NULL */
	void (*data)(void *arg, const struct tap_chunk *);
	void (*end)(void *arg, const struct tap_chunk *);     /* nothing more comes from there; len is 0 */
	void (*wire_ended)(void *arg, unsigned long session); /* nothing more comes at all */
};

struct tap {
	const struct tap_ops *ops;
	void *arg;
	unsigned sees; /* bit 1 << from for each end whose bytes it sees; the last one for all beyond */
	struct tap *next;
};

/* The taps of one wire. */
struct tap_list {
	struct tap *first;
	unsigned long session;
	bool has_many_ends;
	const struct secrets *secrets; /* that no tap is to see, borrowed; or NULL */
	unsigned secrets_from;         /* the end that they come from */
};

void tap_list_init(struct tap_list *, unsigned long session, unsigned nends);
void tap_list_fini(struct tap_list *);
void tap_add(struct tap_list *, const struct tap_ops *, void *arg, unsigned sees);
/* The list if one of its taps sees that end, else NULL: then there is nothing to do for any block. */
struct tap_list *tap_list_for(struct tap_list *, unsigned from);
/* The first len bytes of the areas came from that end. */
void tap_data(const struct tap_list *, unsigned from, uint64_t offset, const struct iovec *, size_t len);
void tap_end(const struct tap_list *, unsigned from, uint64_t offset);
void tap_wire_ended(const struct tap_list *);

#endif
