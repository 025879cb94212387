/* What of a foreign text may be shown as it is. */
#include "base/visible.h"

#include "unit.h"

static const char *
shown(const char *s, bool is_utf8)
{
	static char buf[256];
	size_t taken;

	visible_put(buf, sizeof(buf), s, strlen(s), is_utf8, &taken);
	CHECK_INT(taken, strlen(s));
	return buf;
}

static void
shows_what_prints(void)
{
	CHECK_STR(shown("tcp:[::1]:80 ~", true), "tcp:[::1]:80 ~");
	CHECK_STR(shown("Gr\303\266\303\237e \342\202\254 \360\237\230\200", true),
	    "Gr\303\266\303\237e \342\202\254 \360\237\230\200");
	CHECK_STR(shown("", true), "");
}

static void
escapes_controls(void)
{
	CHECK_STR(shown("a\nb\rc\td\033[31m\177", true), "a\\012b\\015c\\011d\\033[31m\\177");
	CHECK_STR(shown("\302\233\302\205", true), "\\302\\233\\302\\205");
	CHECK_STR(shown("\233", true), "\\233");
}

static void
escapes_what_is_no_utf8(void)
{
	CHECK_STR(shown("\377\376", true), "\\377\\376");
	CHECK_STR(shown("\303", true), "\\303");
	CHECK_STR(shown("\303(", true), "\\303(");
	CHECK_STR(shown("\300\257", true), "\\300\\257");                   /* overlong */
	CHECK_STR(shown("\355\240\200", true), "\\355\\240\\200");          /* surrogate */
	CHECK_STR(shown("\364\220\200\200", true), "\\364\\220\\200\\200"); /* beyond the last one */
	CHECK_STR(shown("\303\266", false), "\\303\\266");
}

static void
escapes_what_turns_or_hides(void)
{
	CHECK_STR(shown("\342\200\256", true), "\\342\\200\\256"); /* right to left */
	CHECK_STR(shown("\342\200\213", true), "\\342\\200\\213"); /* no width */
	CHECK_STR(shown("\342\200\250", true), "\\342\\200\\250"); /* line separator */
	CHECK_STR(shown("\357\273\277", true), "\\357\\273\\277");
}

static void
every_byte_alone_is_one_or_four(void)
{
	for (int c = 0; c < 256; c++) {
		char s = (char)c, buf[8];
		size_t taken, n = visible_put(buf, sizeof(buf), &s, 1, true, &taken);

		CHECK_INT(taken, 1);
		CHECK_INT(n, c >= 0x20 && c < 0x7f ? 1 : 4);
	}
}

static void
cuts_nothing_in_two(void)
{
	char buf[8];
	size_t taken;

	CHECK_INT(visible_put(buf, 5, "ab\nc", 4, true, &taken), 2);
	CHECK_STR(buf, "ab");
	CHECK_INT(taken, 2);
	CHECK_INT(visible_put(buf, 4, "\342\202\254\342\202\254", 6, true, &taken), 3);
	CHECK_INT(taken, 3);
	CHECK_INT(visible_put(buf, 1, "x", 1, true, &taken), 0);
	CHECK_INT(taken, 0);
}

static const struct unit_test tests[] = {
	TEST(shows_what_prints),
	TEST(escapes_controls),
	TEST(escapes_what_is_no_utf8),
	TEST(escapes_what_turns_or_hides),
	TEST(every_byte_alone_is_one_or_four),
	TEST(cuts_nothing_in_two),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
