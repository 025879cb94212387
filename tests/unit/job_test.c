/* Messages of a work queue: names of their files, first lines, the order in which they are handed out. */
#include "base/crc32c.h"
#include "base/job_head.h"
#include "base/job_list.h"
#include "base/job_name.h"

#include <stdlib.h>

#include "unit.h"

static void
sums_as_the_standard_says(void)
{
	unsigned char zeros[32] = { 0 }, rising[32];

	for (unsigned i = 0; i < sizeof(rising); i++)
		rising[i] = (unsigned char)i;
	CHECK_INT(crc32c(0, "123456789", 9), 0xe3069283);
	CHECK_INT(crc32c(0, zeros, sizeof(zeros)), 0x8a9136aa); /* RFC 3720, B.4 */
	CHECK_INT(crc32c(0, rising, sizeof(rising)), 0x46dd794e);
	CHECK_INT(crc32c(crc32c(0, "1234", 4), "56789", 5), 0xe3069283);
	CHECK_INT(crc32c(0, "", 0), 0);
}

static void
name_is_written_and_read(void)
{
	const struct job_name n = { .time = UINT64_C(1795521070123456789), .pid = 4711, .serial = 3, .attempts = 2 };
	struct job_name again, late = n;
	char text[JOB_NAME_SIZE];

	job_name_format(&n, text);
	CHECK_STR(text, "1795521070.123456789-4711-3,2");
	CHECK(job_name_parse(text, &again));
	CHECK_INT(job_name_compare(&n, &again), 0);
	job_name_id(&n, text);
	CHECK_STR(text, "1795521070.123456789-4711-3");
	late.due = UINT64_C(1795521075000000001);
	job_name_format(&late, text);
	CHECK_STR(text, "1795521070.123456789-4711-3,2,1795521075.000000001");
	CHECK(job_name_parse(text, &again));
	CHECK_INT(job_name_compare(&late, &again), 0);
	CHECK_INT(job_name_compare(&n, &late), -1);
}

static void
longest_name_fits(void)
{
	const struct job_name n = { UINT64_C(9999999999999999999), UINT32_MAX, UINT32_MAX, UINT32_MAX,
		UINT64_C(9999999999999999999) };
	struct job_name again;
	char text[JOB_NAME_SIZE];

	job_name_format(&n, text);
	CHECK(strlen(text) < JOB_NAME_SIZE - 1);
	CHECK(job_name_parse(text, &again));
	CHECK_INT(job_name_compare(&n, &again), 0);
}

static void
other_names_are_refused(void)
{
	static const char *const others[] = { "", "x", "README", ".", "..", "1795521070.123456789-4711-3",
		"1795521070.123456789-4711-3,", "1795521070.123456789-4711-3,2,", "1795521070.123456789-4711-3,02",
		"1795521070.123456789-4711-3,2,0000000000.000000000", "1795521070.123456789-4711-3,2,1,1",
		"1795521070.12345678-4711-3,2", "179552107.123456789-4711-3,2", "1795521070.123456789-4294967296-3,2",
		"1795521070.123456789-4711-3,2 ", " 1795521070.123456789-4711-3,2", "1795521070.123456789--3,2",
		"99999999999.123456789-4711-3,2", "1795521070.123456789-4711-99999999999999999999,2" };
	struct job_name n;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (!CHECK(!job_name_parse(others[i], &n)))
			printf("# %s\n", others[i]);
}

static void
head_is_written_and_read(void)
{
	struct job_head h = { .length = 5, .crc = 0xc9420bd1 }, again;
	char line[JOB_HEAD_SIZE];
	size_t n = job_head_format(&h, line);

	CHECK_STR(line, "ipcwire-message 1 length=00000000000000000005 crc32c=c9420bd1\n");
	CHECK(job_head_parse(line, n, &again) == NULL);
	CHECK_INT(again.length, 5);
	CHECK_INT(again.crc, 0xc9420bd1);
	CHECK_INT(again.size, n);
	CHECK_STR(again.reply, "");
	h.length = UINT64_MAX;
	memset(h.reply, 'r', JOB_REPLY_SIZE - 1);
	n = job_head_format(&h, line);
	CHECK(n < JOB_HEAD_SIZE);
	CHECK(job_head_parse(line, n, &again) == NULL);
	CHECK(again.length == UINT64_MAX);
	CHECK_STR(again.reply, h.reply);
	CHECK(!again.has_asker && !again.has_status);
	h.has_asker = h.has_status = true;
	h.status = 255;
	n = job_head_format(&h, line);
	CHECK(n < JOB_HEAD_SIZE && strstr(line, " asker=waits status=255\n") != NULL);
	CHECK(job_head_parse(line, n, &again) == NULL);
	CHECK(again.has_asker && again.has_status);
	CHECK_INT(again.status, 255);
}

static void
check_head(const char *line, const char *wrong)
{
	struct job_head h;

	CHECK_STR(job_head_parse(line, strlen(line), &h), wrong);
}

static void
damaged_heads_are_told_apart(void)
{
	const char *damaged = "its first line is damaged";
	char long_line[2 * JOB_HEAD_SIZE] = "ipcwire-message 1 ";

	memset(long_line + 18, 'x', sizeof(long_line) - 19);
	check_head("", "it is empty");
	check_head("hello\n", "it is no message of a queue");
	check_head("ipcwire\n", "it is no message of a queue");
	check_head("ipcwire-mess", "it ends within its first line");
	check_head("ipcwire-message 1 length=0000", "it ends within its first line");
	check_head("ipcwire-message 2 x\n", "a newer version of ipcwire wrote it");
	check_head("ipcwire-message 11 x\n", "a newer version of ipcwire wrote it");
	check_head("ipcwire-message 1 \n", damaged);
	check_head("ipcwire-message 1 length=00000000000000000005\n", damaged);
	check_head("ipcwire-message 1 length=5 crc32c=c9420bd1\n", damaged);
	check_head("ipcwire-message 1 length=99999999999999999999 crc32c=c9420bd1\n", damaged);
	check_head("ipcwire-message 1 length=00000000000000000005 crc32c=C9420BD1\n", damaged);
	check_head("ipcwire-message 1 length=00000000000000000005 crc32c=c9420bd1 reply=../x\n", damaged);
	check_head(long_line, damaged);
	check_head("ipcwire-message 1 length=00000000000000000005 crc32c=c9420bd1 later=1 reply=a\n", NULL);
	check_head("ipcwire-message 1 length=00000000000000000005 crc32c=c9420bd1 status=256\n", damaged);
	check_head("ipcwire-message 1 length=00000000000000000005 crc32c=c9420bd1 status=7\n", damaged);
}

static struct job_name
name_of(uint64_t time, uint64_t due)
{
	return (struct job_name){ .time = time, .pid = 1, .due = due };
}

static void
list_is_in_order(void)
{
	struct job_list l = { 0 };
	struct job_name a = name_of(10, 0), b = name_of(20, 0), late = name_of(5, 15);

	CHECK(job_list_first(&l) == NULL);
	CHECK(job_list_add(&l, &b));
	CHECK(job_list_add(&l, &a));
	CHECK(job_list_add(&l, &late));
	CHECK(!job_list_add(&l, &a));
	CHECK_INT(job_list_len(&l), 3);
	CHECK_INT(job_list_first(&l)->time, 10);
	CHECK(job_list_remove(&l, &a));
	CHECK_INT(job_list_first(&l)->due, 15);
	CHECK(!job_list_remove(&l, &a));
	job_list_fini(&l);
}

/* Against a plain array that is searched from end to end. */
static void
list_agrees_with_a_simple_one(void)
{
	enum { N = 200 };
	bool in[N] = { false };
	struct job_list l = { 0 };
	size_t len = 0;

	srandom(6);
	for (int i = 0; i < N; i += 2) {
		struct job_name n = name_of((uint64_t)(N - i), 0);

		job_list_append(&l, &n);
		in[N - i - 1] = true;
		len++;
	}
	job_list_sort(&l);
	for (int step = 0; step < 20000; step++) {
		const int at = (int)(random() % N);
		struct job_name n = name_of((uint64_t)at + 1, 0);
		const bool add = random() % 2 == 0;
		const bool changed = add ? job_list_add(&l, &n) : job_list_remove(&l, &n);
		int first = 0;

		CHECK_INT(changed, in[at] != add);
		len += changed ? (add ? 1 : (size_t)-1) : 0;
		in[at] = add;
		while (first < N && !in[first])
			first++;
		CHECK_INT(job_list_len(&l), len);
		if (!CHECK_INT(job_list_first(&l) != NULL ? (int)job_list_first(&l)->time - 1 : N, first))
			break;
	}
	job_list_fini(&l);
}

static const struct unit_test tests[] = {
	TEST(sums_as_the_standard_says),
	TEST(name_is_written_and_read),
	TEST(longest_name_fits),
	TEST(other_names_are_refused),
	TEST(head_is_written_and_read),
	TEST(damaged_heads_are_told_apart),
	TEST(list_is_in_order),
	TEST(list_agrees_with_a_simple_one),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
