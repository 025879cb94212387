/* Frames: by example in two areas cut at every place, then every short stream there and back. */
#include "base/frame.h"

#include <errno.h>
#include <stdlib.h>

#include "unit.h"

/* The frame at the beginning of a stream that lies in two areas. */
static int
find(enum frame_mode mode, const char *stream, size_t len, size_t cut, bool is_end, size_t *scanned, struct frame *f)
{
	struct iovec iov[2] = { { (void *)(uintptr_t)stream, cut }, { (void *)(uintptr_t)(stream + cut), len - cut } };

	return frame_find(mode, iov, 2, is_end, 1000, scanned, f);
}

static void
found_at_every_cut(enum frame_mode mode, const char *stream, size_t len, size_t head, size_t body, size_t tail)
{
	for (size_t cut = 0; cut <= len; cut++) {
		struct frame f;
		size_t scanned = 0;

		CHECK_INT(find(mode, stream, len, cut, false, &scanned, &f), 1);
		CHECK_INT(f.head_len, head);
		CHECK_INT(f.len, body);
		CHECK_INT(f.tail_len, tail);
		CHECK_INT(scanned, 0);
	}
}

static void
frames_are_found(void)
{
	found_at_every_cut(FRAME_LINE, "abc\nd\n", 6, 0, 3, 1);
	found_at_every_cut(FRAME_LINE, "\n", 1, 0, 0, 1);
	found_at_every_cut(FRAME_NUL, "a\nb\0c", 5, 0, 3, 1);
	found_at_every_cut(FRAME_LEN2, "\0\3abcd", 6, 2, 3, 0);
	found_at_every_cut(FRAME_LEN2, "\0\0", 2, 2, 0, 0);
	found_at_every_cut(FRAME_LEN4, "\0\0\0\2ab", 6, 4, 2, 0);
}

static void
what_is_not_all_there_waits(void)
{
	struct frame f;
	size_t scanned = 0;

	CHECK_INT(find(FRAME_LINE, "abc", 3, 1, false, &scanned, &f), 0);
	CHECK_INT(scanned, 3);
	CHECK_INT(find(FRAME_LINE, "abcd\n", 5, 1, false, &scanned, &f), 1);
	CHECK_INT(f.len, 4);
	CHECK_INT(find(FRAME_LEN2, "\0", 1, 0, false, &scanned, &f), 0);
	CHECK_INT(find(FRAME_LEN2, "\0\5abcd", 6, 0, false, &scanned, &f), 0);
	CHECK_INT(f.len, 5);
	CHECK_INT(find(FRAME_LINE, "", 0, 0, true, &scanned, &f), 0);
}

static void
the_last_line_needs_no_newline(void)
{
	struct frame f;
	size_t scanned = 0;

	CHECK_INT(find(FRAME_LINE, "abc", 3, 1, true, &scanned, &f), 1);
	CHECK_INT(f.len, 3);
	CHECK_INT(f.tail_len, 0);
	CHECK_INT(find(FRAME_LEN2, "\0\5abcd", 6, 0, true, &scanned, &f), 0);
}

static void
longer_than_allowed_is_refused(void)
{
	static char line[1002];
	struct frame f;
	size_t scanned = 0;

	memset(line, 'x', sizeof(line));
	CHECK_INT(find(FRAME_LINE, line, 1000, 7, false, &scanned, &f), 0);
	CHECK_INT(find(FRAME_LINE, line, 1001, 7, false, &scanned, &f), -EMSGSIZE);
	CHECK_INT(find(FRAME_LEN4, "\0\0\3\xe8", 4, 1, false, &scanned, &f), 0);
	CHECK_INT(find(FRAME_LEN4, "\0\0\3\xe9", 4, 1, false, &scanned, &f), -EMSGSIZE);
	CHECK_INT(find(FRAME_LEN4, "\xff\xff\xff\xff", 4, 1, false, &scanned, &f), -EMSGSIZE);
}

static int
make(enum frame_mode mode, const char *message, size_t len, struct frame *f)
{
	struct iovec iov = { (void *)(uintptr_t)message, len };

	return frame_make(mode, &iov, 1, len, f);
}

static void
what_has_no_frame_is_refused(void)
{
	static char big[65536];
	struct frame f;

	CHECK_INT(make(FRAME_LINE, "a\nb", 3, &f), -EILSEQ);
	CHECK_INT(make(FRAME_NUL, "a\0b", 3, &f), -EILSEQ);
	CHECK_INT(make(FRAME_NUL, "a\nb", 3, &f), 0);
	CHECK_INT(make(FRAME_LEN2, big, 65535, &f), 0);
	CHECK(f.head[0] == 255 && f.head[1] == 255);
	CHECK_INT(make(FRAME_LEN2, big, 65536, &f), -EMSGSIZE);
	CHECK_INT(make(FRAME_LEN4, big, 65536, &f), 0);
	CHECK(f.head[0] == 0 && f.head[1] == 1 && f.head[2] == 0 && f.head[3] == 0);
	CHECK_INT(make(FRAME_RAW, "a\nb", 3, &f), 0);
	CHECK_INT(f.head_len + f.tail_len, 0);
}

/* A message comes out as it went in, or is refused. */
static void
there_and_back(enum frame_mode mode, const char *message, size_t len)
{
	char stream[16];
	size_t n = 0, scanned = 0;
	struct frame f, back;

	if (make(mode, message, len, &f) != 0)
		return;
	memcpy(stream, f.head, f.head_len);
	n += f.head_len;
	memcpy(stream + n, message, len);
	n += len;
	if (f.tail_len > 0)
		stream[n++] = (char)f.tail[0];
	for (size_t part = 0; part < n; part++)
		CHECK_INT(find(mode, stream, part, part / 2, false, &scanned, &back), 0);
	CHECK_INT(find(mode, stream, n, n / 2, false, &scanned, &back), 1);
	CHECK_INT(back.len, len);
	CHECK(memcmp(stream + back.head_len, message, len) == 0);
}

static void
every_short_message_there_and_back(void)
{
	static const char letters[] = { '\n', '\0', 'a', '\3' };

	for (unsigned number = 0; number < 4 * 4 * 4 * 4; number++) {
		char message[4];

		for (size_t i = 0; i < sizeof(message); i++)
			message[i] = letters[number >> 2 * i & 3];
		for (size_t len = 0; len <= sizeof(message); len++)
			for (int mode = FRAME_LINE; mode < FRAME_MODE_N; mode++)
				there_and_back((enum frame_mode)mode, message, len);
	}
}

static const struct unit_test tests[] = {
	TEST(frames_are_found),
	TEST(what_is_not_all_there_waits),
	TEST(the_last_line_needs_no_newline),
	TEST(longer_than_allowed_is_refused),
	TEST(what_has_no_frame_is_refused),
	TEST(every_short_message_there_and_back),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
