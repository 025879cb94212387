/* Sizes, rates, times: every border where the form changes. */
#include "base/human.h"

#include "unit.h"

#define MS UINT64_C(1000000)
#define SEC UINT64_C(1000000000)

static void
writes_sizes(void)
{
	static const struct {
		uint64_t n;
		const char *want;
	} sizes[] = { { 0, "0B" }, { 1, "1B" }, { 999, "999B" }, { 1000, "0.98KiB" }, { 1024, "1.00KiB" },
		{ 10239, "10.0KiB" }, { 10240, "10.0KiB" }, { 102348, "99.9KiB" }, { 102400, "100KiB" },
		{ 1023487, "999KiB" }, { 1023488, "0.98MiB" }, { UINT64_C(1) << 30, "1.00GiB" },
		{ UINT64_C(5) << 40, "5.00TiB" }, { UINT64_MAX, "16.0EiB" } };
	char buf[HUMAN_MAX];

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		CHECK_STR(human_size(buf, sizes[i].n), sizes[i].want);
	CHECK_STR(human_rate(buf, 0), "0B/s");
	CHECK_STR(human_rate(buf, 256.0 * 1024 * 1024), "256MiB/s");
}

static void
writes_times(void)
{
	char buf[HUMAN_MAX];

	CHECK_STR(human_clock(buf, 0), "0:00:00");
	CHECK_STR(human_clock(buf, 5 * SEC + 999 * MS), "0:00:05");
	CHECK_STR(human_clock(buf, (23 * 3600 + 59 * 60 + 59) * SEC), "23:59:59");
	CHECK_STR(human_clock(buf, (26 * 3600 + 3 * 60 + 4) * SEC), "1:02:03:04");
	CHECK_STR(human_age(buf, 0), "0ms");
	CHECK_STR(human_age(buf, 999 * MS), "999ms");
	CHECK_STR(human_age(buf, 4 * SEC + 290 * MS), "4.2s");
	CHECK_STR(human_age(buf, 302 * SEC), "5m02s");
	CHECK_STR(human_age(buf, (3 * 3600 + 7 * 60) * SEC), "3h07m");
	CHECK_STR(human_age(buf, (12 * 86400 + 4 * 3600) * SEC), "12d04h");
	CHECK(strlen(human_age(buf, UINT64_MAX)) < HUMAN_MAX);
	CHECK(strlen(human_clock(buf, UINT64_MAX)) < HUMAN_MAX);
}

static void
knows_how_long_it_takes(void)
{
	CHECK_INT(human_per_second(500, SEC / 2), 1000);
	CHECK_INT(human_per_second(500, 0), 0);
	CHECK(human_eta(0, 1000, 100) == 10 * SEC);
	CHECK(human_eta(1000, 1000, 100) == 0);
	CHECK(human_eta(1001, 1000, 100) == UINT64_MAX);
	CHECK(human_eta(0, 1000, 0) == UINT64_MAX);
	CHECK(human_eta(0, UINT64_MAX, 1) == UINT64_MAX);
}

static const struct unit_test tests[] = {
	TEST(writes_sizes),
	TEST(writes_times),
	TEST(knows_how_long_it_takes),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
