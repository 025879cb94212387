#ifndef IPCWIRE_PARCEL_H
#define IPCWIRE_PARCEL_H

#include "endpoint/endpoint.h"

/*
 * A message, whole, in memory: as it is collected from an endpoint, or waits to be written to one. A message is what the endpoint
 * keeps apart itself, or one frame (frame=); of a stream without either it is everything up to its end.
 */
struct parcel {
	unsigned char *bytes;
	size_t len, size;
	size_t scanned, written;
	size_t at,
	    message; /* parcel_read returned 1: where the message is, and its length; there is room for a byte behind it */
	size_t whole; /* ... and its bytes with its frame's */
	bool is_over; /* the endpoint has ended */
	bool has_message, is_spent;
};

enum { PARCEL_WAITS, PARCEL_WHOLE, PARCEL_END };

/*
 * Reads until a message is whole. PARCEL_WAITS: more has to come; PARCEL_END: the input has ended and there is none; or -EMSGSIZE:
 * it is longer than frame-max=, -EBADMSG: the input ends within it, other -errno.
 */
int parcel_read(struct parcel *, struct endpoint *);
/* It is done with; the next one may be read. */
void parcel_taken(struct parcel *);
/* More bytes at the end. Returns 0 or -ENOMEM. */
int parcel_add(struct parcel *, const void *, size_t len);
/*
 * Makes it the message of those areas as that endpoint gets it. Where lines are frames, one newline at the end is the frame's.
 * Returns 0, -EMSGSIZE, -EILSEQ (see frame_make) or -ENOMEM.
 */
int parcel_pack(struct parcel *, const struct endpoint *, const struct iovec *, int niov);
/* PARCEL_WAITS, PARCEL_WHOLE: all of it has gone, or -errno. */
int parcel_write(struct parcel *, struct endpoint *);
/* Whether its end is the only thing that ends a message to, or from, that endpoint. */
bool parcel_is_all(const struct endpoint *, enum endpoint_role);
/* Why there is none, in words: of -EMSGSIZE, -EBADMSG, -EILSEQ and other -errno. */
const char *parcel_problem(int error);
void parcel_fini(struct parcel *);

#endif
