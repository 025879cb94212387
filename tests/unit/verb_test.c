/* What every verb must be like, and how verbs and their flags are found. */
#include "dialogue/verb.h"

#include "cli/config.h"
#include "dialogue/step.h"
#include "unit.h"

static void
told(const struct verb *v, const char *what)
{
	printf("# %s: %s\n", v->name, what);
}

static bool
is_name(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyz-") == strlen(s) && *s != '-' && *s != '\0';
}

static bool
is_help(const char *help)
{
	return help != NULL && *help != '\0' && strlen(help) <= 60 && help[strlen(help) - 1] != '.' &&
	    strpbrk(help, "\t\n") == NULL;
}

static void
verbs_are_described(void)
{
	for (const struct verb *v = verbs; v < verbs + VERB_N; v++) {
		if (!CHECK(is_name(v->name)))
			continue;
		if (!CHECK(is_help(v->help)) || !CHECK(*v->example != '\0'))
			told(v, "help of at most 60 characters without full stop, example, syntax");
		if (!CHECK(strstr(v->syntax, v->name) != NULL))
			told(v, "the syntax has the name");
		CHECK(v->args_min <= v->args_max);
		CHECK(!(v->flags & VERB_OPTION) ||
		    (v->option_args >= v->args_min && (v->option_args > 0 || v->args_min == 0)));
		CHECK(verb_find(v->name, strlen(v->name)) == v);
		for (const struct opt_desc *d = verb_opts(v); d != NULL && *d->name != '\0'; d++)
			if (!CHECK(is_help(d->help)))
				told(v, d->name);
	}
}

/* Whoever has an option is not a general one, and the other way round. */
static void
verbs_have_names_of_their_own(void)
{
	for (const struct verb *v = verbs; v < verbs + VERB_N; v++) {
		const char *option = verb_option_name(v);

		for (const struct verb *w = verbs; w < v; w++)
			if (!CHECK(strcmp(v->name, w->name) != 0))
				told(v, "twice");
		if (option == NULL)
			continue;
		CHECK(step_option_verb(option) == v);
		if (!CHECK(opt_find(config_opts_table, option, strlen(option)) == NULL))
			told(v, "is a general option");
	}
}

static void
examples_parse(void)
{
	for (const struct verb *v = verbs; v < verbs + VERB_N; v++)
		CHECK(strncmp(v->example, v->name, strlen(v->name)) == 0);
}

static void
verbs_are_found_by_name(void)
{
	CHECK(verb_find("EXPECT", 6) == &verbs[VERB_EXPECT]);
	CHECK(verb_find("expect-eof", 6) == &verbs[VERB_EXPECT]);
	CHECK(verb_find("expec", 5) == NULL);
	CHECK(verb_find("resize", 6) == &verbs[VERB_SIZE]);
	CHECK(verb_id(&verbs[VERB_FAIL]) == VERB_FAIL);
	CHECK_STR(verb_nearest("expectt", 7), "expect");
	CHECK_STR(verb_nearest("qwertzuiop", 10), NULL);
	CHECK(step_option_verb("expect,t=5") == &verbs[VERB_EXPECT]);
	CHECK(step_option_verb("when") == NULL);
	CHECK(step_option_verb("quiet") == NULL);
	CHECK(step_option_verb("await-quiet") == &verbs[VERB_QUIET]);
}

static void
flags_are_found_by_name_and_letter(void)
{
	const struct verb *v = &verbs[VERB_EXPECT];

	CHECK_STR(verb_find_flag(v, "t", 1)->name, "timeout");
	CHECK_STR(verb_find_flag(v, "timeout", 7)->name, "timeout");
	CHECK_STR(verb_find_flag(v, "from", 4)->name, "from");
	CHECK(verb_find_flag(v, "f", 1) == NULL);
	CHECK(verb_find_flag(v, "no-enter", 8) == NULL);
	CHECK(verb_find_flag(&verbs[VERB_LEAVE], "t", 1) == NULL);
}

static const struct unit_test tests[] = {
	TEST(verbs_are_described),
	TEST(verbs_have_names_of_their_own),
	TEST(examples_parse),
	TEST(verbs_are_found_by_name),
	TEST(flags_are_found_by_name_and_letter),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
