/* The progress line at every width, and its JSON form. */
#include "wire/progress_format.h"

#include <stdlib.h>

#include "unit.h"

#define SEC UINT64_C(1000000000)
#define MIB UINT64_C(1048576)

static const struct progress_view sized = { .flows = { { true, 512 * MIB, 1024 * MIB, 256.0 * 1048576,
							   128.0 * 1048576 },
						{ .size = PROGRESS_SIZE_UNKNOWN } },
	.elapsed = 4 * SEC,
	.wires = 1 };
static const struct progress_view both = { .flows = { { true, 5, PROGRESS_SIZE_UNKNOWN, 1, 2 },
					       { true, 2048, PROGRESS_SIZE_UNKNOWN, 3, 4 } },
	.elapsed = 3661 * SEC };

static const char *
line_of(const struct progress_view *v, int columns, bool is_utf8)
{
	static char line[PROGRESS_LINE_MAX];

	const size_t n = progress_format_line(line, v, columns, is_utf8);

	CHECK_INT(n, strlen(line));
	return line;
}

static int
width_of(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static void
says_all_where_there_is_room(void)
{
	CHECK_STR(line_of(&sized, 80, false),
	    " 512MiB [ 256MiB/s] [avg  128MiB/s] 0:00:04 [========>       ]  50% ETA 0:00:02");
	CHECK_STR(line_of(&sized, 80, true),
	    " 512MiB [ 256MiB/s] [avg  128MiB/s] 0:00:04 [████████        ]  50% ETA 0:00:02");
	CHECK_STR(line_of(&both, 80, false), ">      5B [     1B/s] < 2.00KiB [     3B/s] 1:01:01");
	CHECK_STR(line_of(&both, 100, false),
	    ">      5B [     1B/s] [avg      2B/s] < 2.00KiB [     3B/s] [avg      4B/s] 1:01:01");
}

static void
leaves_out_the_least_needed_first(void)
{
	CHECK_STR(line_of(&sized, 40, false), " 512MiB [ 256MiB/s]  50% ETA 0:00:02");
	CHECK_STR(line_of(&sized, 24, false), " 512MiB 0:00:04  50%");
	CHECK_STR(line_of(&sized, 14, false), " 512MiB  50%");
	CHECK_STR(line_of(&sized, 8, false), " 512MiB");
	CHECK_STR(line_of(&sized, 1, false), "");
}

static void
never_fills_the_last_column(void)
{
	for (int columns = 1; columns <= 1000; columns++)
		for (int is_utf8 = 0; is_utf8 < 2; is_utf8++) {
			const int limit = columns < 500 ? columns : 500;

			CHECK(width_of(line_of(&sized, columns, is_utf8)) < limit);
			CHECK(width_of(line_of(&both, columns, is_utf8)) < limit);
		}
	/* The bar takes what is left. */
	CHECK_INT(width_of(line_of(&sized, 200, true)), 199);
}

static void
bar_stays_within_its_brackets(void)
{
	struct progress_view v = sized;

	v.flows[0].bytes = 0;
	CHECK(strstr(line_of(&v, 80, false), "[>               ]   0%") != NULL);
	v.flows[0].bytes = v.flows[0].size;
	CHECK(strstr(line_of(&v, 80, false), "[================] 100% ETA 0:00:00") != NULL);
	v.flows[0].bytes = 2 * v.flows[0].size;
	CHECK(strstr(line_of(&v, 80, true), "[████████████████] 200%") != NULL);
	v.flows[0].size = 0;
	CHECK(strstr(line_of(&v, 80, false), "] 100%") != NULL);
}

static void
last_line_has_totals(void)
{
	struct progress_view v = sized;

	v.is_final = true;
	v.flows[0].bytes = v.flows[0].size;
	CHECK_STR(line_of(&v, 60, false), "1.00GiB [ 128MiB/s] 0:00:04 [========================] 100%");
}

static void
does_not_guess_when_it_rests(void)
{
	struct progress_view v = sized;

	v.flows[0].rate = 0;
	CHECK(strstr(line_of(&v, 80, false), " ETA -:--:--") != NULL);
}

static void
writes_json(void)
{
	char line[PROGRESS_LINE_MAX];

	const size_t n = progress_format_json(line, &sized);

	CHECK_INT(n, strlen(line));
	CHECK_STR(line,
	    "{\"seconds\":4.000,\"final\":false,\"sessions\":1,"
	    "\"forward\":{\"bytes\":536870912,\"bytes_per_second\":268435456,\"average\":134217728,\"size\":1073741824,"
	    "\"percent\":50,\"eta_seconds\":2.7},"
	    "\"backward\":{\"bytes\":0,\"bytes_per_second\":0,\"average\":0,\"size\":null,\"percent\":null,\"eta_seconds\":null}}\n");
}

static const struct unit_test tests[] = {
	TEST(says_all_where_there_is_room),
	TEST(leaves_out_the_least_needed_first),
	TEST(never_fills_the_last_column),
	TEST(bar_stays_within_its_brackets),
	TEST(last_line_has_totals),
	TEST(does_not_guess_when_it_rests),
	TEST(writes_json),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
