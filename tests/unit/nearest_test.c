/* Which misspelt names are understood, and which are left alone. */
#include "base/nearest.h"

#include "unit.h"

static const char *
find(const char *word)
{
	static const char *const known[] = { "stdio", "fd", "file", "pipe", "fifo", "exec", "system", "tcp",
		"tcp-listen", "udp", "unix", "tls", NULL };
	struct nearest n;

	nearest_init(&n, word, strlen(word));
	for (size_t i = 0; known[i] != NULL; i++)
		nearest_feed(&n, known[i]);
	return nearest_name(&n);
}

static void
finds_one_edit(void)
{
	CHECK_STR(find("tpc"), "tcp");
	CHECK_STR(find("tc"), "tcp");
	CHECK_STR(find("exce"), "exec");
	CHECK_STR(find("piper"), "pipe");
	CHECK_STR(find("unjx"), "unix");
	CHECK_STR(find("tcplisten"), "tcp-listen");
}

static void
minds_no_case(void)
{
	CHECK_STR(find("TPC"), "tcp");
	CHECK_STR(find("Sytsem"), "system");
	CHECK_STR(find("TCP"), "tcp");
}

static void
leaves_the_far_alone(void)
{
	CHECK_STR(find("banana"), NULL);
	CHECK_STR(find(""), NULL);
	CHECK_STR(find("x"), NULL);
	CHECK_STR(find("xyz"), NULL);
	CHECK_STR(find("xy"), NULL);
}

static void
takes_the_limit_by_length(void)
{
	struct nearest n;

	/* A third of nine and one: four edits are near, five are not. */
	nearest_init(&n, "abcdefghi", 9);
	nearest_feed(&n, "vwxyzfghi");
	CHECK_STR(nearest_name(&n), NULL);
	nearest_feed(&n, "wxyzefghi");
	CHECK_STR(nearest_name(&n), "wxyzefghi");
	CHECK_INT(n.distance, 4);
	nearest_feed(&n, "abcdefgih");
	CHECK_STR(nearest_name(&n), "abcdefgih");
	CHECK_INT(n.distance, 1);
}

static void
bears_long_words(void)
{
	static char word[70000];
	struct nearest n;

	memset(word, 'a', sizeof(word) - 1);
	CHECK_STR(find(word), NULL);
	nearest_init(&n, "tcp", 3);
	nearest_feed(&n, word);
	CHECK_STR(nearest_name(&n), NULL);
}

static void
uses_only_len_bytes(void)
{
	struct nearest n;

	nearest_init(&n, "tcqwhatever", 3);
	nearest_feed(&n, "tcp");
	CHECK_STR(nearest_name(&n), "tcp");
}

static const struct unit_test tests[] = {
	TEST(finds_one_edit),
	TEST(minds_no_case),
	TEST(leaves_the_far_alone),
	TEST(takes_the_limit_by_length),
	TEST(bears_long_words),
	TEST(uses_only_len_bytes),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
