/* Shell words and C escapes: what they become and where they are refused. */
#include "base/words.h"

#include <stdlib.h>

#include "unit.h"

/* Splits and compares with the words joined by '|'. */
static void
check_split(const char *command, const char *want)
{
	struct diag d = { 0 };
	char joined[256] = "", **words;

	if (!CHECK_INT(words_split(command, &words, &d), 0)) {
		printf("# %s: %s\n", command, d.text);
		diag_fini(&d);
		return;
	}
	for (size_t i = 0; words[i] != NULL; i++) {
		strlcat(joined, i > 0 ? "|" : "", sizeof(joined));
		strlcat(joined, words[i], sizeof(joined));
	}
	CHECK_STR(joined, want);
	words_free(words);
}

static void
check_split_fails(const char *command, size_t pos, const char *text)
{
	struct diag d = { 0 };
	char **words = (char *[]){ NULL };

	CHECK_INT(words_split(command, &words, &d), -1);
	CHECK(words == NULL);
	CHECK_STR(d.text, text);
	CHECK_INT(d.pos, pos);
	diag_fini(&d);
}

/* want and len: with NUL bytes in it. */
static void
check_unescape(const char *raw, const char *want, size_t wantlen)
{
	struct diag d = { 0 };
	char *text;
	size_t len;

	if (!CHECK_INT(words_unescape(raw, &text, &len, &d), 0)) {
		printf("# %s: %s\n", raw, d.text);
		diag_fini(&d);
		return;
	}
	if (CHECK_INT(len, wantlen))
		CHECK(memcmp(text, want, wantlen + 1) == 0);
	free(text);
}

static void
check_unescape_fails(const char *raw, size_t pos, const char *text)
{
	struct diag d = { 0 };
	char *got;
	size_t len;

	CHECK_INT(words_unescape(raw, &got, &len, &d), -1);
	CHECK(got == NULL);
	CHECK_STR(d.text, text);
	CHECK_INT(d.pos, pos);
	diag_fini(&d);
}

static void
splits_at_blanks(void)
{
	check_split("a", "a");
	check_split("a b", "a|b");
	check_split(" \ta\n b\t", "a|b");
	check_split("awk {print} #x $HOME *", "awk|{print}|#x|$HOME|*");
}

static void
removes_quotes(void)
{
	check_split("'a b' c", "a b|c");
	check_split("\"a b\"c d", "a bc|d");
	check_split("a'b'\"c\"\\d", "abcd");
	check_split("'' \"\" x", "||x");
	check_split("'a\\b' \"a'b\" 'a\"b'", "a\\b|a'b|a\"b");
}

static void
follows_the_shell_on_backslashes(void)
{
	check_split("a\\ b \\'c\\\"", "a b|'c\"");
	check_split("\"\\$ \\` \\\" \\\\ \\n\"", "$ ` \" \\ \\n");
	check_split("a\\\nb", "ab");
	check_split("a \\\n b", "a|b");
	check_split("\"a\\\nb\"", "ab");
	check_split("'a\\\nb'", "a\\\nb");
}

static void
refuses_unbalanced_commands(void)
{
	check_split_fails("a 'b", 2, "the single quote is not closed");
	check_split_fails("a b\"c d", 3, "the double quote is not closed");
	check_split_fails("\"a\\\"", 0, "the double quote is not closed");
	check_split_fails("\"a\\", 0, "the double quote is not closed");
	check_split_fails("a b\\", 3, "nothing follows the backslash");
	check_split_fails("", 0, "the command is empty");
	check_split_fails(" \t\n", 0, "the command is empty");
	check_split_fails("\\\n", 0, "the command is empty");
}

static void
splits_many_words(void)
{
	static char command[200 * 1024];
	struct diag d = { 0 };
	char **words;
	size_t n = 0;

	for (size_t i = 0; i + 1 < sizeof(command); i++)
		command[i] = i % 2 == 0 ? 'a' : ' ';
	if (!CHECK_INT(words_split(command, &words, &d), 0))
		return;
	while (words[n] != NULL)
		n++;
	CHECK_INT(n, sizeof(command) / 2);
	words_free(words);
	words_free(NULL);
}

static void
unescapes_c(void)
{
	check_unescape("", "", 0);
	check_unescape("a b", "a b", 3);
	check_unescape("\\a\\b\\e\\f\\n\\r\\t\\v\\\\", "\a\b\033\f\n\r\t\v\\", 9);
	check_unescape("a\\0b", "a\0b", 3);
	check_unescape("\\101\\1012\\1\\08",
	    "AA2\1\0"
	    "8",
	    6);
	check_unescape("\\x41\\x4g\\xfF\\x411",
	    "A\4g\xff"
	    "A1",
	    6);
	check_unescape("\\q\\,\\'\\\"", "q,'\"", 4);
}

static void
unescapes_in_double_quotes_only(void)
{
	check_unescape("'a\\n'", "a\\n", 3);
	check_unescape("\"a\\n\\\"\"", "a\n\"", 3);
	check_unescape("\"it's\" 'say \"x\"'", "it's say \"x\"", 12);
}

static void
refuses_bad_escapes(void)
{
	check_unescape_fails("ab\\", 2, "nothing follows the backslash");
	check_unescape_fails("ab\\xg", 2, "hexadecimal digits must follow '\\x'");
	check_unescape_fails("ab\\x", 2, "hexadecimal digits must follow '\\x'");
	check_unescape_fails("ab\\400", 2, "a byte is at most '\\377'");
	check_unescape_fails("ab'c", 2, "the single quote is not closed");
	check_unescape_fails("ab\"c", 2, "the double quote is not closed");
	check_unescape_fails("\"ab\\", 3, "nothing follows the backslash");
}

static const struct unit_test tests[] = {
	TEST(splits_at_blanks),
	TEST(removes_quotes),
	TEST(follows_the_shell_on_backslashes),
	TEST(refuses_unbalanced_commands),
	TEST(splits_many_words),
	TEST(unescapes_c),
	TEST(unescapes_in_double_quotes_only),
	TEST(refuses_bad_escapes),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
