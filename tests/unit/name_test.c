/* Names in any case, and the letters of ASCII only. */
#include "base/name.h"

#include <locale.h>
#include <string.h>

#include "unit.h"

static void
takes_any_case_and_the_whole_name(void)
{
	CHECK(name_is("tcp-listen", "TCP-Listen", 10));
	CHECK(name_is("tcp", "tcp:host", 3));
	CHECK(!name_is("tcp", "tc", 2));
	CHECK(!name_is("tcp", "tcp4", 4));
	CHECK(!name_is("tcp", "tcp\0x", 5));
	CHECK(name_is("", "x", 0));
	CHECK(!name_is("a[", "A{", 2));
}

static void
takes_no_notice_of_the_locale(void)
{
	setlocale(LC_ALL, "tr_TR.UTF-8");
	CHECK(name_is("stdio", "STDIO", 5));
	setlocale(LC_ALL, "C");
}

static const struct unit_test tests[] = {
	TEST(takes_any_case_and_the_whole_name),
	TEST(takes_no_notice_of_the_locale),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
