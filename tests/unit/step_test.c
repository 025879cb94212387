/* Steps from words, and what is checked of them. */
#include "dialogue/step.h"

#include <stdlib.h>

#include "unit.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct step step;
static struct diag diag;
static size_t bad;
static bool is_name_bad;

static int
parse(const char *verb, char *const *words, size_t n)
{
	diag_fini(&diag);
	return step_parse_words(&step, verb_find(verb, strlen(verb)), words, n, true, &diag, &bad);
}
#define PARSE(verb, ...) parse(verb, (char *[]){ __VA_ARGS__, NULL }, N(((char *[]){ __VA_ARGS__ })))

static int
parse_option(const char *name, char *word)
{
	diag_fini(&diag);
	return step_parse_option(&step, name, (char *[]){ word, NULL }, &is_name_bad, &diag, &bad);
}

static void
flags_come_before_arguments(void)
{
	static char t[] = "-t", five[] = "5s", from[] = "-from=a+b", a[] = "one", b[] = "-x", dashes[] = "--More--";

	CHECK_INT(PARSE("expect", t, five, from, a, b), 0);
	CHECK_INT(step.opts.timeout, 5000000000);
	CHECK_INT(step.opts.from.len, 2);
	CHECK_INT(step.nargs, 2);
	CHECK_STR(text_literal(&step.args[1].text, NULL), "-x");
	CHECK(!step.opts.is_exact);
	CHECK_STR(step.source, "expect -t 5s -from=a+b one -x");
	step_fini(&step);
	CHECK_INT(PARSE("expect", b, dashes), 0);
	CHECK(step.opts.is_exact);
	CHECK_STR(text_literal(&step.args[0].text, NULL), "--More--");
	step_fini(&step);
}

static void
flags_have_their_values(void)
{
	static char t[] = "-t", t5[] = "-t5", none[] = "-timeout=none", a[] = "one", z[] = "-z", x[] = "-tx",
		    dd[] = "--", dash[] = "-";

	CHECK_INT(PARSE("expect", t5, a), 0);
	CHECK_INT(step.opts.timeout, 5000000000);
	step_fini(&step);
	CHECK_INT(PARSE("expect", none, a), 0);
	CHECK(step.opts.timeout == VERB_NO_TIMEOUT);
	step_fini(&step);
	CHECK_INT(PARSE("expect", t), -1);
	CHECK_STR(diag.text, "TIME|none is missing after '-t'");
	step_fini(&step);
	CHECK_INT(PARSE("expect", z, a), -1);
	CHECK_STR(diag.text, "'expect' has no flag '-z'");
	CHECK_INT(bad, 0);
	step_fini(&step);
	CHECK_INT(PARSE("expect", x, a), -1);
	CHECK_INT(diag.pos, 2);
	step_fini(&step);
	CHECK_INT(PARSE("send", dd, z), 0);
	CHECK_STR(text_literal(&step.args[0].text, NULL), "-z");
	step_fini(&step);
	CHECK_INT(PARSE("send", dash), 0);
	step_fini(&step);
}

static void
arguments_are_checked(void)
{
	static char empty[] = "", size[] = "80x24", bad_size[] = "80", int_[] = "int", sig[] = "FOO", up[] = "uo",
		    many[] = "256", ms[] = "5ms";

	CHECK_INT(PARSE("expect", empty), -1);
	CHECK_STR(diag.text, "an empty pattern");
	step_fini(&step);
	CHECK_INT(PARSE("size", size), 0);
	CHECK_INT(step.args[0].number, 80 << 16 | 24);
	step_fini(&step);
	CHECK_INT(PARSE("size", bad_size), -1);
	step_fini(&step);
	CHECK_INT(PARSE("signal", int_), 0);
	CHECK_INT(step.args[0].number, 2);
	step_fini(&step);
	CHECK_INT(PARSE("signal", sig), -1);
	step_fini(&step);
	CHECK_INT(PARSE("key", int_), -1);
	step_fini(&step);
	CHECK_INT(PARSE("key", up), -1);
	CHECK_STR(diag.hint, "did you mean 'Up'?");
	step_fini(&step);
	CHECK_INT(PARSE("exit", many), -1);
	CHECK_STR(diag.text, "the number of 'exit' must be 0 to 255");
	step_fini(&step);
	CHECK_INT(PARSE("quiet", ms), 0);
	CHECK_INT(step.args[0].number, 5000000);
	step_fini(&step);
	CHECK_INT(PARSE("expect-eof", ms), -1);
	CHECK_STR(diag.text, "'expect-eof' takes nothing");
	step_fini(&step);
	CHECK_INT(parse("quiet", NULL, 0), -1);
	CHECK_STR(diag.text, "TIME is missing after 'quiet'");
	step_fini(&step);
}

static void
options_have_flags_behind_commas(void)
{
	static char word[] = "one ${1}";

	CHECK_INT(parse_option("expect,t=5,x", word), 0);
	CHECK_INT(step.opts.timeout, 5000000000);
	CHECK(step.opts.is_exact);
	CHECK_INT(step.args[0].text.npieces, 2);
	step_fini(&step);
	CHECK_INT(parse_option("expect,t=5,y", word), -1);
	CHECK(is_name_bad);
	CHECK_INT(diag.pos, 11);
	step_fini(&step);
	CHECK_INT(parse_option("expect,t=y", word), -1);
	CHECK_INT(diag.pos, 9);
	step_fini(&step);
	CHECK_INT(parse_option("send-raw", word), 0);
	CHECK(step.opts.no_enter);
	step_fini(&step);
}

static const char *
look_up(const char *name, size_t *len, void *arg)
{
	(void)arg;
	if (strcmp(name, "none") == 0)
		return NULL;
	*len = strlen(name) + 2;
	return strcmp(name, "evil") == 0 ? "a, 'b'" : "<1>";
}

static void
arguments_become_one_text(void)
{
	static char a[] = "a${1}", b[] = "b", c[] = "${none}";
	const char *missing;
	size_t len;
	char *text;

	CHECK_INT(PARSE("send", a, b), 0);
	text = step_join(&step, 0, look_up, NULL, &len, &missing);
	CHECK_STR(text, "a<1> b");
	CHECK_INT(len, 6);
	free(text);
	step_fini(&step);
	CHECK_INT(PARSE("send", a, c), 0);
	CHECK(step_join(&step, 0, look_up, NULL, &len, &missing) == NULL);
	CHECK_STR(missing, "none");
	step_fini(&step);
}

/* What comes from a variable is a word, whatever is in it. */
static void
variables_are_quoted_in_addresses(void)
{
	static const char *const tests[][2] = {
		{ "exec:x ${evil}", "exec:x a\\,\\ \\'b\\'" },
		{ "exec:x '${evil}'", "exec:x ''a\\,\\ \\'b\\'''" },
		{ "exec:x \"y${evil}\"", "exec:x \"y\"a\\,\\ \\'b\\'\"\"" },
		{ "${evil}", "a, 'b'" },
		{ "${none}${evil}", NULL },
	};

	for (size_t i = 0; i < N(tests); i++) {
		struct text t = { 0 };
		const char *missing = NULL;
		char *text;

		CHECK_INT(text_parse_word(&t, tests[i][0], &diag), 0);
		text = text_expand_address(&t, look_up, NULL, &missing);
		CHECK_STR(text, tests[i][1]);
		free(text);
		text_fini(&t);
	}
}

static void
words_have_variables_in_braces_alone(void)
{
	static const char *const tests[][2] = { { "a $1 $x $$", "a $1 $x $$" }, { "a \\${1}", "a ${1}" }, { "", "" },
		{ "${1}${x}.", "${1}${x}." }, { "\\$1 \\", "\\$1 \\" } };
	struct text t = { 0 };

	for (size_t i = 0; i < N(tests); i++) {
		char *shown;

		CHECK_INT(text_parse_word(&t, tests[i][0], &diag), 0);
		shown = text_show(&t);
		CHECK_STR(shown, tests[i][1]);
		free(shown);
		text_fini(&t);
	}
	CHECK_INT(text_parse_word(&t, "ab${", &diag), -1);
	CHECK_INT(diag.pos, 2);
	text_fini(&t);
	CHECK_INT(text_parse_word(&t, "${a-b}", &diag), -1);
	text_fini(&t);
	diag_fini(&diag);
}

static const struct unit_test tests[] = {
	TEST(flags_come_before_arguments),
	TEST(flags_have_their_values),
	TEST(arguments_are_checked),
	TEST(options_have_flags_behind_commas),
	TEST(arguments_become_one_text),
	TEST(variables_are_quoted_in_addresses),
	TEST(words_have_variables_in_braces_alone),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
