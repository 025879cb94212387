/* Words in an array of characters. */
#include "base/wordlist.h"

#include <stdlib.h>

#include "base/frame.h"
#include "base/lines.h"
#include "base/mem.h"
#include "endpoint/exec.h"
#include "endpoint/registry.h"
#include "process/termios_opts.h"
#include "process/unbuffer.h"
#include "unit.h"

static const char words[] = "no\0yes\0in the end\0";
static const char none[2];

static void
goes_through_them(void)
{
	const char *w = words;

	CHECK_STR(w, "no");
	w = wordlist_next(w);
	CHECK_STR(w, "yes");
	w = wordlist_next(w);
	CHECK_STR(w, "in the end");
	CHECK_STR(wordlist_next(w), "");
	CHECK_INT(wordlist_count(words), 3);
	CHECK_INT(wordlist_count(none), 0);
}

static void
finds_whole_words_in_any_case(void)
{
	CHECK_INT(wordlist_find(words, "no", 2), 0);
	CHECK_INT(wordlist_find(words, "YESTERDAY", 3), 1);
	CHECK_INT(wordlist_find(words, "in the end", 10), 2);
	CHECK_INT(wordlist_find(words, "ye", 2), -1);
	CHECK_INT(wordlist_find(words, "yes!", 4), -1);
	CHECK_INT(wordlist_find(words, "", 0), -1);
	CHECK_INT(wordlist_find(none, "no", 2), -1);
}

static void
has_them_by_their_number(void)
{
	CHECK_STR(wordlist_at(words, 0), "no");
	CHECK_STR(wordlist_at(words, 2), "in the end");
	CHECK_STR(wordlist_at(words, 3), "");
	CHECK_STR(wordlist_at(words, 30), "");
	CHECK_STR(wordlist_at(none, 0), "");
}

static void
joins_them(void)
{
	char *all = wordlist_join(xstrdup("one of"), " ", words, ", "),
	     *same = wordlist_join(xstrdup("-"), " ", none, ", ");

	CHECK_STR(all, "one of no, yes, in the end");
	CHECK_STR(same, "-");
	free(all);
	free(same);
}

static const char *
words_of(const struct opt_desc *table, const char *name)
{
	return opt_find(table, name, strlen(name))->words;
}

/* Where an enum numbers them. */
static void
enums_have_a_word_for_each(void)
{
	CHECK_INT(wordlist_count(BUFFER_MODE_WORDS), BUFFER_MODE_N);
	CHECK_INT(wordlist_count(FRAME_MODE_WORDS), FRAME_MODE_N);
	CHECK_STR(frame_mode_name(FRAME_LEN4), "len4");
	CHECK_INT(wordlist_count(UNBUFFER_HOW_WORDS), UNBUFFER_N);
	CHECK_STR(unbuffer_how_name(UNBUFFER_NONE), "none");
	CHECK_INT(wordlist_count(words_of(termios_opts_table, "parity")), PARITY_N);
	CHECK_INT(wordlist_count(words_of(termios_opts_table, "flow")), FLOW_N);
	CHECK_INT(wordlist_count(words_of(registry_find("exec", 4)->opts, "pty")), EXEC_PTY_N);
}

static const struct unit_test tests[] = {
	TEST(goes_through_them),
	TEST(finds_whole_words_in_any_case),
	TEST(has_them_by_their_number),
	TEST(joins_them),
	TEST(enums_have_a_word_for_each),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
