/* --watch. */
#include "wire/watch_option.h"

#include "unit.h"

static const struct {
	const char *text;
	int64_t time_ms; /* -1: refused */
	bool fails;
} values[] = {
	{ NULL, 2000, false },
	{ "fail", 2000, true },
	{ "5s", 5000, false },
	{ "0.3", 300, false },
	{ "5s,fail", 5000, true },
	{ "fail,250ms", 250, true },
	{ "", -1, false },
	{ "0", -1, false },
	{ "5x", -1, false },
	{ "fail,fail", -1, false },
	{ "5s,6s", -1, false },
	{ "5s,", -1, false },
	{ "fail,", -1, false },
	{ ",fail", -1, false },
	{ "Fail", -1, false },
};

static void
reads_every_form(void)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		struct diag d = { 0 };
		int64_t ns = 7;
		bool fails = false, is_right;
		const int result = watch_option_parse(values[i].text, &ns, &fails, &d);

		if (values[i].time_ms == -1)
			is_right = CHECK_INT(result, -1) && CHECK(d.text != NULL) && CHECK_INT(ns, 7);
		else
			is_right = CHECK_INT(result, 0) && CHECK_INT(ns, values[i].time_ms * 1000000) &&
			    CHECK_INT(fails, values[i].fails);
		if (!is_right)
			printf("# %s\n", values[i].text);
		diag_fini(&d);
	}
}

static const struct unit_test tests[] = {
	TEST(reads_every_form),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
