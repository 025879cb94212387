/* The words of other tools: none that we have ourselves, none twice, hints in their form. */
#include "endpoint/foreign.h"

#include <ctype.h>
#include <strings.h>

#include "cli/config.h"
#include "endpoint/registry.h"
#include "unit.h"

static bool
is_known(enum foreign_place place, const char *word, size_t len)
{
	int group;

	if (place == FOREIGN_KIND || place == FOREIGN_VERB)
		return registry_find(word, len) != NULL;
	if (place == FOREIGN_GENERAL && opt_find(config_opts_table, word, len) != NULL)
		return true;
	for (const struct opt_desc *d = config_opts_table; place == FOREIGN_GENERAL && *d->name != '\0'; d++)
		if (len == 1 && d->letter == *word)
			return true;
	for (const struct endpoint_kind *const *k = registry_kinds; place == FOREIGN_OPTION && *k != NULL; k++)
		if (registry_find_option(*k, word, len, &group) != NULL)
			return true;
	return false;
}

/* An option that some kinds have is foreign to none. */
static void
each_word_is_foreign_and_found(void)
{
	for (const struct foreign *f = foreign_table; *f->words != '\0'; f++) {
		for (const char *p = f->words; *p != '\0'; p += strspn(p, " ")) {
			const size_t n = strcspn(p, " ");

			if (!CHECK(!is_known(f->place, p, n)) || !CHECK_STR(foreign_hint(f->place, p, n), f->hint))
				printf("# the word is '%.*s'\n", (int)n, p);
			p += n;
		}
	}
}

static void
each_hint_has_its_form(void)
{
	for (const struct foreign *f = foreign_table; *f->words != '\0'; f++) {
		const size_t len = strlen(f->hint);

		CHECK(len > 0 && len <= 110);
		CHECK(!isspace((unsigned char)f->hint[len - 1]) && f->hint[len - 1] != '.');
	}
}

static void
minds_case_only_in_letters(void)
{
	CHECK(foreign_hint(FOREIGN_KIND, "OPENSSL", 7) != NULL);
	CHECK(foreign_hint(FOREIGN_GENERAL, "k", 1) != NULL);
	CHECK(foreign_hint(FOREIGN_GENERAL, "K", 1) == NULL);
	CHECK(foreign_hint(FOREIGN_KIND, "opensslx", 7) != NULL);
	CHECK(foreign_hint(FOREIGN_KIND, "openss", 6) == NULL);
	CHECK(foreign_hint(FOREIGN_KIND, "", 0) == NULL);
}

static const struct unit_test tests[] = {
	TEST(each_word_is_foreign_and_found),
	TEST(each_hint_has_its_form),
	TEST(minds_case_only_in_letters),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
