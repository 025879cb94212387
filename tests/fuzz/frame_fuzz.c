/* A form, a largest length, then a stream that comes in pieces: what is found lies within it, and goes back into the same frame. */
#include "base/frame.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(int condition)
{
	if (!condition)
		abort();
}

/* The frame that the stream begins with, made again from its message, is the same. */
static void
there_and_back(enum frame_mode mode, const uint8_t *stream, const struct frame *f)
{
	struct iovec iov = { (void *)(uintptr_t)(stream + f->head_len), f->len };
	struct frame again;

	check(frame_make(mode, &iov, 1, f->len, &again) == 0);
	check(again.head_len == f->head_len && again.len == f->len);
	check(memcmp(again.head, stream, f->head_len) == 0);
	check(f->tail_len == 0 || again.tail[0] == stream[f->head_len + f->len]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t at = 0, have = 0, scanned = 0, piece;
	enum frame_mode mode;
	uint64_t max;

	if (size < 3)
		return 0;
	mode = (enum frame_mode)(FRAME_LINE + data[0] % (FRAME_MODE_N - FRAME_LINE));
	max = data[1];
	piece = data[2] + 1u;
	data += 3;
	size -= 3;
	while (at < size) {
		struct iovec iov[2];
		struct frame f;
		int found;

		if (have == 0)
			have = at + piece < size ? piece : size - at;
		iov[0] = (struct iovec){ (void *)(uintptr_t)(data + at), have / 2 };
		iov[1] = (struct iovec){ (void *)(uintptr_t)(data + at + have / 2), have - have / 2 };
		found = frame_find(mode, iov, 2, at + have == size, max, &scanned, &f);
		if (found < 0)
			return 0;
		if (found == 0 && at + have == size)
			return 0;
		if (found == 0) {
			have = at + have + piece < size ? have + piece : size - at;
			continue;
		}
		check(f.len <= max && f.head_len + f.len + f.tail_len <= have);
		there_and_back(mode, data + at, &f);
		at += f.head_len + f.len + f.tail_len;
		have -= f.head_len + f.len + f.tail_len;
		scanned = 0;
	}
	return 0;
}
