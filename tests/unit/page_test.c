/* The layout of help at the widths of terminals, and without one. */
#include "cli/page.h"

#include <locale.h>
#include <stdlib.h>

#include "unit.h"

static char *text;
static size_t text_len;

static struct page
page_begin(size_t columns)
{
	return (struct page){ .out = open_memstream(&text, &text_len), .columns = columns };
}

static void
page_check(struct page *p, const char *want)
{
	fclose(p->out);
	CHECK_STR(text, want);
	free(text);
}

static void
wraps_at_blanks_and_bars(void)
{
	struct page p = page_begin(20);

	page_wrap(&p, PAGE_PLAIN, 0, 2, "one two three four five six");
	page_wrap(&p, PAGE_PLAIN, 0, 2, "--buffer=asis|none|line|full");
	page_check(&p, "one two three four\n  five six\n--buffer=asis|none|\n  line|full\n");
}

static void
cuts_what_is_wider_than_the_line(void)
{
	struct page p = page_begin(20);

	page_wrap(&p, PAGE_PLAIN, 0, 2, "012345678901234567890123456789");
	page_check(&p, "01234567890123456789\n  0123456789\n");
}

static void
never_wraps_without_a_terminal(void)
{
	struct page p = page_begin(0);

	page_entry(&p, 2, 6, "--name=VALUE",
	    "a text that is longer than eighty columns would be if it were printed on a terminal");
	page_check(&p,
	    "  --name=VALUE  a text that is longer than eighty columns would be if it were printed on a terminal\n");
}

static void
puts_texts_beside_names(void)
{
	struct page p = page_begin(40);

	page_entry(&p, 2, 6, "ab", "a text that takes more than one line");
	page_entry(&p, 2, 6, "longer-name", "below");
	page_check(&p, "  ab      a text that takes more than\n          one line\n  longer-name\n          below\n");
}

static void
puts_texts_below_names_where_it_is_narrow(void)
{
	struct page p = page_begin(40);

	page_entry(&p, 2, 20, "    --name", "a text that takes more than one line");
	page_check(&p, "  --name\n      a text that takes more than one\n      line\n");
}

static void
fits_every_width(void)
{
	for (size_t columns = 20; columns <= 200; columns++) {
		struct page p = page_begin(columns);
		size_t width = 0;

		page_entry(&p, 2, page_left(&p, 40), "-B, --buffer=asis|none|line|full[:SIZE]",
		    "how output travels where an address has no buffer= (default asis)");
		fclose(p.out);
		for (const char *c = text; *c != '\0'; c++) {
			width = *c == '\n' ? 0 : width + 1;
			if (!CHECK(width <= columns))
				printf("# %zu columns:\n%s", columns, text);
		}
		free(text);
	}
}

static void
colours_only_when_asked(void)
{
	struct page p = page_begin(40);

	page_put(&p, PAGE_NAME, "a");
	p.has_colour = true;
	page_put(&p, PAGE_NAME, "b");
	page_put(&p, PAGE_PLAIN, "c");
	page_check(&p, "a\033[1mb\033[0mc");
}

static void
counts_columns(void)
{
	CHECK_INT(page_width("abc"), 3);
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return;
	CHECK_INT(page_width("a\xc3\xa4\xe2\x94\x80"), 3);
	CHECK_INT(page_width("\xe4\xb8\xad"), 2);
	CHECK_INT(page_width("\xff"), 1);
}

static const struct unit_test tests[] = {
	TEST(wraps_at_blanks_and_bars),
	TEST(cuts_what_is_wider_than_the_line),
	TEST(never_wraps_without_a_terminal),
	TEST(puts_texts_beside_names),
	TEST(puts_texts_below_names_where_it_is_narrow),
	TEST(fits_every_width),
	TEST(colours_only_when_asked),
	TEST(counts_columns),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
