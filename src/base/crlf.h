#ifndef IPCWIRE_CRLF_H
#define IPCWIRE_CRLF_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

/*
 * Line ends of others: CR LF, or a single CR, where ours are LF. One struct for each direction of a stream; what a chunk
 * ends with is remembered, so it does not matter how the stream is divided. Pure, and without memory of its own.
 *
 *   in    CR LF becomes LF; a CR that stands alone stays. With cr, each CR becomes LF.
 *   out   LF becomes CR LF, unless a CR stands before it already. With cr, each LF becomes CR.
 */

enum crlf_mode { CRLF_OFF, CRLF_CRLF, CRLF_CR };

struct crlf {
	enum crlf_mode mode;
	bool was_cr; /* in: a CR has come and waits for what follows; out: the last byte given out was a CR */
};

/*
 * Before a read: puts the CR that waits into the first byte of the areas, and makes *rest what is behind it.
 * Returns the bytes put, 0 or 1. There must be room for one more.
 */
size_t crlf_in_begin(const struct crlf *, const struct iovec *iov, int niov, struct iovec rest[2], int *nrest);
/* After it: converts the first n bytes of the areas in place, that CR included. Returns the number of bytes left. */
size_t crlf_in(struct crlf *, const struct iovec *iov, int niov, size_t n);
/* At the end of input, after that: puts a CR that has waited in vain behind the n bytes left. Returns their number. */
size_t crlf_in_end(struct crlf *, const struct iovec *iov, int niov, size_t n);

/* Converts as much of the areas as there is room for. Returns the number of bytes made. */
size_t crlf_out(const struct crlf *, const struct iovec *iov, int niov, unsigned char *to, size_t size);
/* That many of them were taken. Returns the number of bytes of the areas that are through; it may be 0 after a CR. */
size_t crlf_out_taken(struct crlf *, const struct iovec *iov, int niov, size_t taken);

#endif
