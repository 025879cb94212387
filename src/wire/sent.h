#ifndef IPCWIRE_SENT_H
#define IPCWIRE_SENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/*
 * The newest bytes that were written to an end, kept as long as they may have to be written again (resume=yes). Pure. It is
 * told how many of them the kernel says have not arrived; the rest is forgotten when room is needed.
 */

struct sent {
	unsigned char *bytes; /* NULL: nothing was written yet */
	size_t size, len;
	size_t again; /* of the newest: still to be written again */
};

void sent_fini(struct sent *);
/* Those bytes are about to be written: false when there is no room, then sent_forget is asked for. */
bool sent_has_room(const struct sent *, size_t n);
/*
 * Forgets what has arrived and makes room for n more; missing: bytes that have not arrived; whole_lines: the line in which
 * they begin is kept from its beginning, if it is no longer than SENT_LINE_MAX.
 */
void sent_forget(struct sent *, size_t n, uint64_t missing, bool whole_lines);
/* The first n bytes of the areas have been written. There is room. */
void sent_add(struct sent *, const struct iovec *, int niov, size_t n);
/* What is missing has to be written again. Returns bytes of it that are not there any more. */
uint64_t sent_rewind(struct sent *, uint64_t missing, bool whole_lines);
/* What is to be written again, and how much of it was written now. */
struct iovec sent_again(const struct sent *);
void sent_resent(struct sent *, size_t n);

#define SENT_LINE_MAX (64u * 1024)
#define SENT_MAX (16u * 1024 * 1024) /* bytes kept at most */

#endif
