/*
 * What is kept of what was written, against the stream itself.
 * sent_test [SEED]
 */
#include "wire/sent.h"

#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "unit.h"

#define STREAM (4u * 1024 * 1024)

static unsigned char stream[STREAM];
static uint32_t seed = 7;

static uint32_t
any(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static void
put(struct sent *s, const void *bytes, size_t len, uint64_t missing, bool lines)
{
	struct iovec iov = { (void *)(uintptr_t)bytes, len };

	if (!sent_has_room(s, len))
		sent_forget(s, len, missing, lines);
	CHECK(sent_has_room(s, len));
	sent_add(s, &iov, 1, len);
}

static void
nothing_missing_is_nothing_again(void)
{
	struct sent s = { 0 };

	CHECK_INT(sent_rewind(&s, 0, false), 0);
	CHECK_INT(sent_again(&s).iov_len, 0);
	put(&s, "hello", 5, 0, false);
	CHECK_INT(sent_rewind(&s, 0, false), 0);
	CHECK_INT(sent_again(&s).iov_len, 0);
	sent_fini(&s);
}

static void
what_is_missing_comes_again(void)
{
	struct sent s = { 0 };

	put(&s, "hello", 5, 0, false);
	CHECK_INT(sent_rewind(&s, 3, false), 0);
	CHECK_INT(sent_again(&s).iov_len, 3);
	CHECK(memcmp(sent_again(&s).iov_base, "llo", 3) == 0);
	sent_resent(&s, 1);
	/* It breaks again: one byte was written, none of it has arrived. */
	CHECK_INT(sent_rewind(&s, 1, false), 0);
	CHECK_INT(sent_again(&s).iov_len, 3);
	/* All arrived but what had not been written. */
	sent_resent(&s, 2);
	CHECK_INT(sent_rewind(&s, 0, false), 0);
	CHECK(sent_again(&s).iov_len == 1 && memcmp(sent_again(&s).iov_base, "o", 1) == 0);
	sent_fini(&s);
}

static void
lines_come_again_whole(void)
{
	struct sent s = { 0 };

	put(&s, "one\ntwo\nthr", 11, 0, true);
	CHECK_INT(sent_rewind(&s, 0, true), 0);
	CHECK(sent_again(&s).iov_len == 3 && memcmp(sent_again(&s).iov_base, "thr", 3) == 0);
	sent_resent(&s, 3);
	CHECK_INT(sent_rewind(&s, 4, true), 0);
	CHECK(sent_again(&s).iov_len == 7 && memcmp(sent_again(&s).iov_base, "two\nthr", 7) == 0);
	sent_fini(&s);
}

static void
more_than_is_kept_is_told(void)
{
	struct sent s = { 0 };

	put(&s, "hello", 5, 0, false);
	CHECK_INT(sent_rewind(&s, 7, false), 2);
	CHECK_INT(sent_again(&s).iov_len, 5);
	sent_fini(&s);
}

/* Writes of any size, acknowledged late; at times it breaks, and what comes again is the stream from there on. */
static void
walk(bool lines)
{
	struct sent s = { 0 };
	size_t written = 0, arrived = 0;

	while (written < STREAM) {
		const size_t most = 1 + any(200000), len = MIN(most, STREAM - written);

		put(&s, stream + written, len, written - arrived, lines);
		written += len;
		if (any(3) > 0)
			arrived += any((uint32_t)(written - arrived) + 1);
		if (any(4) == 0) {
			struct iovec again;

			CHECK_INT(sent_rewind(&s, written - arrived, lines), 0);
			again = sent_again(&s);
			CHECK(again.iov_len >= written - arrived);
			CHECK(memcmp(again.iov_base, stream + written - again.iov_len, again.iov_len) == 0);
			if (!lines)
				CHECK_INT(again.iov_len, written - arrived);
			else if (written > again.iov_len)
				CHECK(stream[written - again.iov_len - 1] == '\n');
			sent_resent(&s, again.iov_len);
		}
	}
	CHECK(s.size <= 2 * SENT_MAX);
	sent_fini(&s);
}

static void
a_long_walk(void)
{
	for (int i = 0; i < 20; i++)
		walk(false);
}

static void
a_long_walk_of_lines(void)
{
	for (int i = 0; i < 20; i++)
		walk(true);
}

static const struct unit_test tests[] = {
	TEST(nothing_missing_is_nothing_again),
	TEST(what_is_missing_comes_again),
	TEST(lines_come_again_whole),
	TEST(more_than_is_kept_is_told),
	TEST(a_long_walk),
	TEST(a_long_walk_of_lines),
};

int
main(int argc, char **argv)
{
	if (argc > 1)
		seed = (uint32_t)strtoul(argv[1], NULL, 10);
	for (size_t i = 0; i < STREAM; i++)
		stream[i] = any(60) == 0 ? '\n' : (unsigned char)('a' + any(26));
	return UNIT_MAIN(tests);
}
