/* Names of keys. */
#include "dialogue/keys.h"

#include "unit.h"

static const struct {
	const char *name, *bytes;
} known[] = {
	{ "Enter", "\r" },
	{ "enter", "\r" },
	{ "UP", "\033[A" },
	{ "^C", "\003" },
	{ "C-c", "\003" },
	{ "^]", "\035" },
	{ "^?", "\177" },
	{ "M-x", "\033x" },
	{ "m-Up", "\033\033[A" },
	{ "a", "a" },
	{ "^", "^" },
	{ "\303\251", "\303\251" },
	{ "F12", "\033[24~" },
	{ "M-C-a", "\033\001" },
};
static const char *const unknown[] = { "", "xx", "F13", "^\303", "M-", "^1", "\303", "\303\251\303\251" };

static void
keys_have_bytes(void)
{
	char buf[KEYS_MAX];

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const size_t n = keys_bytes(known[i].name, buf);

		if (!CHECK_INT(n, strlen(known[i].bytes)) || !CHECK(memcmp(buf, known[i].bytes, n) == 0))
			printf("# %s\n", known[i].name);
	}
	CHECK_INT(keys_bytes("^@", buf), 1);
	CHECK_INT(buf[0], 0);
}

static void
others_have_none(void)
{
	char buf[KEYS_MAX];

	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		if (!CHECK_INT(keys_bytes(unknown[i], buf), 0))
			printf("# %s\n", unknown[i]);
}

static void
all_names_fit(void)
{
	char buf[KEYS_MAX], meta[32];

	for (size_t i = 0; keys_name(i) != NULL; i++) {
		snprintf(meta, sizeof(meta), "M-%s", keys_name(i));
		CHECK(keys_bytes(meta, buf) > 1);
	}
	CHECK_STR(keys_nearest("Entre"), "Enter");
}

static const struct unit_test tests[] = { TEST(keys_have_bytes), TEST(others_have_none), TEST(all_names_fit) };

int
main(void)
{
	return UNIT_MAIN(tests);
}
