#ifndef IPCWIRE_SECRET_H
#define IPCWIRE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* What must not be seen of a stream: which of its bytes are secret, and how those read, should they come back. Pure. */

#define SECRET_MASK "***"

struct secret {
	uint64_t from; /* offset in the stream that it is sent in */
	char *text;    /* owned, wiped when it is freed */
	size_t len;
};

/* Zero: there are none. */
struct secrets {
	struct secret *items;
	size_t n;
};

void secrets_fini(struct secrets *);
/* The len bytes at that offset are one; offsets go up. */
void secrets_add(struct secrets *, uint64_t from, const char *text, size_t len);
/*
 * The first len bytes of the areas, which stand at that offset, with a mask for each secret that begins there and nothing for the
 * rest of one; NULL: there is nothing secret in them. The caller frees it.
 */
char *secrets_mask(const struct secrets *, uint64_t offset, const struct iovec *, size_t len, size_t *masked);
/* The same for a text of elsewhere in which they may stand as they are: an echo. Those shorter than four bytes are not looked for. */
char *secrets_hide(const struct secrets *, const struct iovec *, size_t len, size_t *hidden);

#endif
