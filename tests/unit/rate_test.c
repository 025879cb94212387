/* The bucket of tokens: a burst, then one by one; and against a plain count over a long time. */
#include "base/rate.h"

#include "unit.h"

#define SECOND UINT64_C(1000000000)

static void
takes_a_burst_and_then_one_by_one(void)
{
	struct rate r;
	const uint64_t t = 5 * SECOND;

	rate_init(&r, 3, SECOND * 3);
	for (int i = 0; i < 3; i++)
		CHECK(rate_take(&r, t));
	CHECK(!rate_take(&r, t));
	CHECK_INT(rate_next(&r, t), 6 * SECOND);
	CHECK(!rate_take(&r, 6 * SECOND - 1));
	CHECK_INT(rate_next(&r, 6 * SECOND), 0);
	CHECK(rate_take(&r, 6 * SECOND));
	CHECK(!rate_take(&r, 6 * SECOND));
	for (int i = 0; i < 3; i++)
		CHECK(rate_take(&r, 100 * SECOND));
	CHECK(!rate_take(&r, 100 * SECOND));
}

static void
none_is_no_limit(void)
{
	struct rate r = { 0 };

	for (int i = 0; i < 1000; i++)
		CHECK(rate_take(&r, 1));
	CHECK_INT(rate_next(&r, 1), 0);
}

/* In any time there are as many as the time gives, and the burst. */
static void
keeps_to_the_rate_in_the_long_run(void)
{
	static const struct {
		uint64_t n, per;
	} rows[] = { { 1, SECOND }, { 7, SECOND }, { 100, 60 * SECOND }, { 1000000, 1000 }, { 3, 1 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const uint64_t step = rows[i].per / rows[i].n / 3 + 1;
		struct rate r;
		uint64_t taken = 0, now = SECOND;

		rate_init(&r, rows[i].n, rows[i].per);
		for (int k = 0; k < 10000; k++, now += step) {
			const uint64_t next = rate_next(&r, now);
			const bool took = rate_take(&r, now);

			CHECK((next == 0) == took);
			taken += took;
		}
		CHECK(taken <= rows[i].n + (now - SECOND) / r.interval + 1);
		CHECK(taken + 1 >= (now - SECOND) / (r.interval > step ? r.interval : step));
	}
}

static const struct unit_test tests[] = {
	TEST(takes_a_burst_and_then_one_by_one),
	TEST(none_is_no_limit),
	TEST(keeps_to_the_rate_in_the_long_run),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
