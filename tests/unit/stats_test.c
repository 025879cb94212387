/* --stats as people read it: what it says of few bytes, of many, and of little time. */
#include "wire/stats.h"

#include <stdlib.h>

#include "unit.h"

#define MS UINT64_C(1000000)
#define HEAD(seconds) "ipcwire: " seconds " s, ended: it ended\n  forward  "
#define TAIL                                           \
	"  backward none (nothing comes from there)\n" \
	"  cpu      0.000 s user, 0.000 s system; programs 0.000 s user, 0.000 s system\n"

static void
says_bytes_reads_and_the_rate(void)
{
	static const struct {
		uint64_t ns, in, messages, calls;
		const char *want;
	} table[] = {
		{ 0, 1, 1, 3, HEAD("0.000") "1 byte in 1 read, copy (why), 3 system calls\n" TAIL },
		{ 9999999, 2, 2, 1, HEAD("0.010") "2 bytes in 2 reads, copy (why), 1 system call\n" TAIL },
		{ 10 * MS, 1, 1, 3, HEAD("0.010") "1 byte in 1 read, 100B/s, copy (why), 3 system calls\n" TAIL },
		{ 2000 * MS, 1024, 1, 3,
		    HEAD("2.000") "1024 bytes (1.00KiB) in 1 read, 512B/s, copy (why), 3 system calls\n" TAIL },
		{ 1 * MS, 1048576, 1, 3,
		    HEAD(
			"0.001") "1048576 bytes (1.00MiB) in 1 read, 0.98GiB/s, copy (why), 3.0 system calls per MiB\n" TAIL },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct stats s = { .reason = "it ended", .duration = table[i].ns };
		char *text;

		s.flows[0] = (struct stats_flow){ .in = table[i].in,
			.out = table[i].in,
			.messages = table[i].messages,
			.calls = table[i].calls,
			.path = { PLAN_COPY, "why" } };
		s.flows[1].path = (struct plan_path){ PLAN_NONE, "nothing comes from there" };
		text = stats_text(&s);
		CHECK_STR(text, table[i].want);
		free(text);
	}
}

static const struct unit_test tests[] = { TEST(says_bytes_reads_and_the_rate) };

int
main(void)
{
	return UNIT_MAIN(tests);
}
