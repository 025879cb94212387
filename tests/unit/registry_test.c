/* What every kind of endpoint and every option of it must be like. */
#include "endpoint/registry.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/wordlist.h"
#include "cli/command.h"
#include "cli/config.h"
#include "dialogue/verb.h"
#include "unit.h"

#define NAMES_MAX 256

static const char *names[NAMES_MAX];
static size_t nnames;

static void
told(const struct endpoint_kind *k, const char *what)
{
	printf("# %s: %s\n", k->name, what);
}

/* Lower case, digits and inner hyphens, a letter first. "-", for standard input and output, is the grammar's own. */
static bool
is_name(const char *s)
{
	if (strcmp(s, "-") == 0)
		return true;
	if (!islower((unsigned char)*s) || s[strlen(s) - 1] == '-')
		return false;
	for (; *s != '\0'; s++)
		if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '-')
			return false;
	return true;
}

static void
check_name(const struct endpoint_kind *k, const char *name)
{
	if (!CHECK(is_name(name)))
		told(k, name);
	for (size_t i = 0; i < nnames; i++)
		if (!CHECK(strcmp(names[i], name) != 0))
			told(k, name);
	if (CHECK(nnames < NAMES_MAX))
		names[nnames++] = name;
}

static void
check_aliases(const struct endpoint_kind *k, const char *aliases)
{
	for (; *aliases != '\0'; aliases = wordlist_next(aliases))
		check_name(k, aliases);
}

static bool
is_help(const char *help)
{
	return help != NULL && *help != '\0' && strlen(help) <= 60 && help[strlen(help) - 1] != '.' &&
	    strpbrk(help, "\t\n") == NULL;
}

/* Begins with the name, or is the alias "-". */
static bool
has_syntax(const struct endpoint_kind *k)
{
	return k->syntax != NULL && (strncmp(k->syntax, k->name, strlen(k->name)) == 0 || strcmp(k->syntax, "-") == 0);
}

static void
kinds_have_names_of_their_own(void)
{
	nnames = 0;
	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++) {
		check_name(*k, (*k)->name);
		check_aliases(*k, (*k)->aliases);
	}
	CHECK(nnames > 0);
}

static void
kinds_are_found_by_name_and_alias(void)
{
	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++) {
		CHECK(registry_find((*k)->name, strlen((*k)->name)) == *k);
		for (const char *a = (*k)->aliases; *a != '\0'; a = wordlist_next(a))
			if (!CHECK(registry_find(a, strlen(a)) == *k))
				told(*k, a);
	}
	CHECK(registry_find("TCP", 3) != NULL);
	CHECK(registry_find("tcpx", 3) == registry_find("tcp", 3));
	CHECK(registry_find("tcpx", 4) == NULL);
	CHECK(registry_find("", 0) == NULL);
}

static void
kinds_are_described(void)
{
	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++) {
		const struct endpoint_kind *kind = *k;

		if (!CHECK(is_help(kind->help)))
			told(kind, "the help has at most 60 characters and no full stop");
		if (!CHECK(has_syntax(kind)))
			told(kind, "the syntax begins with the name");
		CHECK(kind->example != NULL && *kind->example != '\0');
		CHECK(kind->args_min <= kind->args_max);
		CHECK((kind->flags & (KIND_READ | KIND_WRITE)) != 0);
	}
}

static void
kinds_have_the_hooks_they_need(void)
{
	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++) {
		const struct endpoint_kind *kind = *k;

		if (!CHECK(kind->open != NULL))
			told(kind, "open");
		if (!CHECK(((kind->flags & (KIND_LISTEN | KIND_MESSAGES)) != 0) == (kind->accept != NULL)))
			told(kind, "a listener accepts, nobody else does");
		if (!CHECK((kind->opts == NULL) == (kind->opts_size == 0)))
			told(kind, "opts and opts_size");
		if (kind->read != NULL || kind->write != NULL)
			continue;
		/* Without it the plan takes the kind for one without a descriptor. */
		if (!CHECK(kind->predict != NULL || kind->class != CLASS_NONE))
			told(kind, "class: a kind with a descriptor says of what class it will be");
	}
}

static void
check_table(const struct endpoint_kind *k, const struct opt_desc *d)
{
	for (; d != NULL && *d->name != '\0'; d++) {
		check_name(k, d->name);
		check_aliases(k, d->aliases);
		if (!CHECK(is_help(d->help)))
			told(k, d->name);
	}
}

/* Own options, those of the groups and the common ones share one space of names. */
static void
options_have_names_of_their_own(void)
{
	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++) {
		int n = 0;

		nnames = 0;
		check_table(*k, (*k)->opts);
		for (; (*k)->groups != NULL && (*k)->groups[n] != NULL; n++) {
			CHECK(is_help((*k)->groups[n]->help));
			check_table(*k, (*k)->groups[n]->opts);
		}
		if (!CHECK(n <= ENDPOINT_GROUPS_MAX))
			told(*k, "too many groups");
		check_table(*k, registry_common.opts);
	}
}

/* C leaves out the end of a text that fills its array exactly, without a word. */
static void
check_is_ended(const struct opt_desc *d)
{
#define ENDS(text, n) (memcmp((text) + sizeof(text) - (n), "\0", n) == 0)
	for (; d != NULL && *d->name != '\0'; d++)
		if (!CHECK(ENDS(d->name, 1) && ENDS(d->aliases, 2) && ENDS(d->words, 2) && ENDS(d->digits, 1) &&
			ENDS(d->def, 1) && ENDS(d->bare, 1) && ENDS(d->value, 1) && ENDS(d->help, 1)))
			fprintf(stderr, "# a text of option %.*s has no end\n", (int)sizeof(d->name), d->name);
}

static void
texts_have_an_end(void)
{
	const struct opt_group *group;

	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++) {
		const struct opt_desc *table;

		CHECK(ENDS((*k)->aliases, 2));
		for (unsigned i = 0; (table = registry_table(*k, i, &group)) != NULL; i++)
			check_is_ended(table);
	}
	check_is_ended(config_opts_table);
	for (const struct command *const *c = commands; *c != NULL; c++)
		check_is_ended((*c)->opts);
	for (size_t i = 0; i < VERB_N; i++)
		check_is_ended(verb_opts(&verbs[i]));
#undef ENDS
}

/* Examples are for a shell: its quotes, which the grammar knows as well, are left in. */
static void
examples_parse(void)
{
	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++) {
		struct endpoint_spec *in, *out;
		struct diag d = { 0 };

		if (!CHECK_INT(endpoint_spec_parse((*k)->example, &in, &out, &d), 0)) {
			told(*k, d.text);
			diag_fini(&d);
			continue;
		}
		CHECK(out == NULL);
		if (!CHECK(in->kind == *k))
			told(*k, in->kind->name);
		endpoint_spec_free(in);
		diag_fini(&d);
	}
}

static const struct unit_test tests[] = {
	TEST(kinds_have_names_of_their_own),
	TEST(kinds_are_found_by_name_and_alias),
	TEST(kinds_are_described),
	TEST(kinds_have_the_hooks_they_need),
	TEST(options_have_names_of_their_own),
	TEST(texts_have_an_end),
	TEST(examples_parse),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
