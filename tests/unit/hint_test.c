/* The table of hints: each row can be reached, and says something that fits into a line. */
#include "base/hint.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>

#include "unit.h"

static void
every_row_can_be_reached(void)
{
	for (const struct hint *h = hint_table; h->error != 0; h++)
		CHECK_STR(hint_find(h->error, *h->tried != '\0' ? h->tried : "anything else"), h->text);
}

static void
every_text_has_its_form(void)
{
	for (const struct hint *h = hint_table; h->error != 0; h++) {
		const size_t len = strlen(h->text);

		CHECK(len > 0 && len <= 100);
		CHECK(!isupper((unsigned char)h->text[0]));
		CHECK(h->text[len - 1] != '.' && h->text[len - 1] != ' ');
		for (size_t i = 0; i < len; i++)
			CHECK(h->text[i] >= 0x20 && h->text[i] < 0x7f);
	}
}

static void
knows_nothing_about_the_rest(void)
{
	CHECK_STR(hint_find(EINTR, "cannot connect"), NULL);
	CHECK_STR(hint_find(ECONNABORTED, "cannot read"), NULL);
}

static const struct unit_test tests[] = {
	TEST(every_row_can_be_reached),
	TEST(every_text_has_its_form),
	TEST(knows_nothing_about_the_rest),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
