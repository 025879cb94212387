/* At most one message of a class a second, and none forgotten. */
#include "base/log_repeat.h"

#include <string.h>

#include "unit.h"

#define SEC LOG_REPEAT_SPAN

static void
lets_the_first_pass_and_counts_the_rest(void)
{
	struct log_repeat r = { 0 };
	unsigned long count = 0;
	int a, b;

	CHECK(log_repeat_passes(&r, 7, 100));
	CHECK_INT(log_repeat_due(&r) == LOG_REPEAT_NEVER, 1);
	CHECK(!log_repeat_passes(&r, 7, 101));
	CHECK(log_repeat_hold(&r, 7, &a) == NULL);
	CHECK(!log_repeat_passes(&r, 7, 102));
	CHECK(log_repeat_hold(&r, 7, &b) == &a);
	CHECK(log_repeat_passes(&r, 8, 103));
	CHECK_INT(log_repeat_due(&r), 100 + SEC);
	CHECK(log_repeat_take(&r, 99 + SEC, &count) == NULL);
	CHECK(log_repeat_take(&r, 100 + SEC, &count) == &b);
	CHECK_INT(count, 2);
	CHECK(log_repeat_take(&r, 100 + SEC, &count) == NULL);
	/* It has just been told: the next second runs. */
	CHECK(!log_repeat_passes(&r, 7, 101 + SEC));
	CHECK(log_repeat_passes(&r, 7, 100 + 2 * SEC));
}

static void
forgets_what_was_silent(void)
{
	struct log_repeat r = { 0 };

	CHECK(log_repeat_passes(&r, 7, 100));
	CHECK(log_repeat_passes(&r, 7, 100 + SEC));
	CHECK(!log_repeat_passes(&r, 7, 101 + SEC));
}

/* Random classes and times against a count: what passes and what is taken is all there was. */
static void
loses_nothing(void)
{
	struct log_repeat r = { 0 };
	unsigned long told = 0, count, seed = 1;
	uint64_t now = 1;
	int token;

	for (int i = 0; i < 200000; i++) {
		const uint64_t hash = (seed = seed * 6364136223846793005u + 1442695040888963407u) >> 33;

		now += hash % 5 == 0 ? SEC / 10 : 1;
		while (log_repeat_take(&r, now, &count) != NULL)
			told += count;
		if (log_repeat_passes(&r, hash % 40, now))
			told++;
		else
			CHECK(log_repeat_hold(&r, hash % 40, &token) == NULL || true);
	}
	while (log_repeat_take(&r, LOG_REPEAT_NEVER, &count) != NULL)
		told += count;
	CHECK_INT(told, 200000);
}

static uint64_t
hash_text(const char *text)
{
	return log_repeat_hash_text(LOG_REPEAT_HASH, text, strlen(text));
}

static void
tells_texts_apart_but_not_numbers(void)
{
	CHECK(hash_text("cannot connect to 127.0.0.1:80") != hash_text("cannot connect to [::1]:80"));
	CHECK(hash_text("12 bytes did not arrive") == hash_text("7 bytes did not arrive"));
	CHECK(hash_text("") == LOG_REPEAT_HASH);
}

static const struct unit_test tests[] = {
	TEST(lets_the_first_pass_and_counts_the_rest),
	TEST(forgets_what_was_silent),
	TEST(loses_nothing),
	TEST(tells_texts_apart_but_not_numbers),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
