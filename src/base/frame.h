#ifndef IPCWIRE_FRAME_H
#define IPCWIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/*
 * How messages stand in a byte stream, so that each comes out of it as it went in. Pure; it keeps no bytes.
 *
 *   raw   no frames: a message is what one read gave, and bytes once it is written
 *   line  a message ends with a newline, which is not part of it
 *   nul   the same with a zero byte, as `find -print0` and `xargs -0` have it
 *   len2  its length stands before it in 2 bytes, most significant first (as RFC 1035, 4.2.2, has it for DNS over TCP)
 *   len4  ... in 4 bytes
 *
 * A message that holds the byte which ends it, or is too long for the length field, has no frame: it is refused, not cut.
 */

enum frame_mode { FRAME_RAW, FRAME_LINE, FRAME_NUL, FRAME_LEN2, FRAME_LEN4, FRAME_MODE_N };
#define FRAME_MODE_WORDS "raw\0line\0nul\0len2\0len4\0" /* in that order: see wordlist.h */
const char *frame_mode_name(enum frame_mode);

#define FRAME_HEAD_MAX 4
#define FRAME_TAIL_MAX 2
#define FRAME_MAX_DEFAULT (1024u * 1024) /* bytes of a message, unless frame-max= says more */

/* What stands around a message of len bytes. */
struct frame {
	unsigned char head[FRAME_HEAD_MAX];
	size_t head_len, len, tail_len;
	unsigned char tail[FRAME_TAIL_MAX];
};

/*
 * The first frame of the areas. *scanned: bytes that an earlier call has looked at in vain; it goes on from there. is_end: no
 * more bytes will come; then the last line needs no newline. Returns 1: it is all there; 0: it is not (f->head_len + f->len
 * is how much it needs, as far as that is known), or -EMSGSIZE: it is longer than max bytes (f->len, when its head says so).
 */
int frame_find(enum frame_mode, const struct iovec *, int niov, bool is_end, uint64_t max, size_t *scanned,
    struct frame *);
/* The frame for a message. Returns 0, -EMSGSIZE: longer than its length field can say, or -EILSEQ: the byte that ends it is in it. */
int frame_make(enum frame_mode, const struct iovec *, int niov, size_t len, struct frame *);

#endif
