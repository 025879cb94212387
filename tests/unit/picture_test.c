/* Pictures at the widths of terminals, with box characters and without. */
#include "cli/picture.h"

#include <locale.h>
#include <stdlib.h>

#include "unit.h"

#define LABELS(...)           \
	(const char *const[]) \
	{                     \
		__VA_ARGS__   \
	}

static const struct picture_route both_ways[] = {
	{ LABELS("-"), LABELS("tcp:localhost:80"), 1, 1, .mode = "splice", .reason = "one end is a pipe" },
	{ LABELS("tcp:localhost:80"), LABELS("-"), 1, 1, .mode = "copy", .reason = "one end is a terminal",
	    .is_backward = true },
};
static const struct picture_route direct[] = {
	{ LABELS("client"), LABELS("exec:gdb -i=mi"), 1, 1, .mode = "direct", .reason = "handed over",
	    .is_double = true },
};
static const struct picture_route tee[] = {
	{ LABELS("-"), LABELS("file:a", "file:longer", "exec:c"), 1, 3, .mode = "copy", .reason = "three readers" },
	{ LABELS("exec:c"), NULL, 1, 0, .mode = "discard", .reason = "nobody reads it", .is_stopped = true },
};
static const struct picture_route merge[] = {
	{ LABELS("exec:a", "exec:bb", "exec:c"), LABELS("-"), 3, 1, .mode = "copy", .reason = "three writers" },
};
static const struct picture_route hub[] = {
	{ LABELS("exec:a", "exec:bb", "exec:c"), NULL, 3, 0, .mode = "copy", .reason = "all hear all",
	    .is_mutual = true },
};
static const struct picture_route narrow[] = {
	{ LABELS("unix-listen:/run/user/1000/app.sock"), LABELS("exec:./a-program with many words"), 1, 1,
	    .mode = "direct", .reason = "descriptor handed over; nothing to copy", .is_double = true },
};

static char *text;
static size_t text_len;

static void
check_page(struct page page, const struct picture *picture, const char *want)
{
	page.out = open_memstream(&text, &text_len);
	picture_draw(&page, picture);
	fclose(page.out);
	CHECK_STR(text, want);
	free(text);
}

static void
check_drawn(const struct picture_route *routes, size_t nroutes, bool has_utf8, const char *want)
{
	check_page((struct page){ .columns = 80, .has_utf8 = has_utf8 },
	    &(struct picture){ NULL, routes, nroutes, NULL }, want);
}

static void
draws_both_directions(void)
{
	check_drawn(both_ways, 2, true,
	    "- ──splice──▶ tcp:localhost:80    (one end is a pipe)\n"
	    "- ◀──copy──── tcp:localhost:80    (one end is a terminal)\n");
	check_drawn(both_ways, 2, false,
	    "- --splice--> tcp:localhost:80    (one end is a pipe)\n"
	    "- <--copy---- tcp:localhost:80    (one end is a terminal)\n");
}

static void
draws_sessions(void)
{
	const struct picture picture = { "tcp-listen:7000,each", direct, 1, "session" };

	check_page((struct page){ .has_utf8 = true }, &picture,
	    "tcp-listen:7000,each ──each──▶ session\n"
	    "  client ══direct══▶ exec:gdb -i=mi    (handed over)\n");
	check_page((struct page){ .columns = 200 }, &picture,
	    "tcp-listen:7000,each --each--> session\n"
	    "  client ==direct==> exec:gdb -i=mi    (handed over)\n");
}

static void
draws_one_to_many(void)
{
	check_drawn(tee, 2, true,
	    "-      ──copy─────┬▶ file:a         (three readers)\n"
	    "                  ├▶ file:longer\n"
	    "                  └▶ exec:c\n"
	    "exec:c ──discard───┤                (nobody reads it)\n");
	check_drawn(tee, 1, false,
	    "- --copy--+> file:a         (three readers)\n"
	    "          +> file:longer\n"
	    "          +> exec:c\n");
}

static void
draws_many_to_one(void)
{
	check_drawn(merge, 1, true,
	    "exec:a  ─┬──copy──▶ -    (three writers)\n"
	    "exec:bb ─┤\n"
	    "exec:c  ─┘\n");
}

static void
draws_all_among_themselves(void)
{
	check_drawn(hub, 1, true,
	    "exec:a  ◀─▶┬──copy──    (all hear all)\n"
	    "exec:bb ◀─▶┤\n"
	    "exec:c  ◀─▶┘\n");
	check_drawn(hub, 1, false,
	    "exec:a  <->+--copy--    (all hear all)\n"
	    "exec:bb <->+\n"
	    "exec:c  <->+\n");
}

static void
draws_who_only_hears_or_speaks(void)
{
	static const unsigned sides[] = { PICTURE_SPEAKS, PICTURE_HEARS, PICTURE_SPEAKS | PICTURE_HEARS };
	struct picture_route r = hub[0];

	r.sides = sides;
	check_drawn(&r, 1, true,
	    "exec:a  ──▶┬──copy──    (all hear all)\n"
	    "exec:bb ◀──┤\n"
	    "exec:c  ◀─▶┘\n");
}

static void
shortens_labels_in_the_middle(void)
{
	check_page((struct page){ .columns = 40, .has_utf8 = true }, &(struct picture){ NULL, narrow, 1, NULL },
	    "unix-li…p.sock ══direct══▶ exec:.… words\n"
	    "    (descriptor handed over; nothing to\n"
	    "    copy)\n");
}

static void
puts_reasons_below_where_it_is_narrow(void)
{
	check_page((struct page){ .columns = 40, .has_utf8 = true }, &(struct picture){ NULL, both_ways, 2, NULL },
	    "- ──splice──▶ tcp:localhost:80\n"
	    "    (one end is a pipe)\n"
	    "- ◀──copy──── tcp:localhost:80\n"
	    "    (one end is a terminal)\n");
	check_page((struct page){ .columns = 40, .has_utf8 = true }, &(struct picture){ NULL, tee, 1, NULL },
	    "- ──copy──┬▶ file:a\n"
	    "          ├▶ file:longer\n"
	    "          └▶ exec:c\n"
	    "    (three readers)\n");
}

static void
fits_every_width(void)
{
	static const struct {
		const struct picture_route *routes;
		size_t n;
	} all[] = { { both_ways, 2 }, { direct, 1 }, { tee, 2 }, { merge, 1 }, { hub, 1 }, { narrow, 1 } };

	for (size_t columns = 40; columns <= 200; columns++)
		for (size_t i = 0; i < 2 * (sizeof(all) / sizeof(*all)); i++) {
			struct page page = { .columns = columns, .has_utf8 = i % 2 == 1 };
			const struct picture picture = { "tcp-listen:127.0.0.1:7000,each,max=1000,backlog=4096",
				all[i / 2].routes, all[i / 2].n, "session" };
			char *line, *rest;

			page.out = open_memstream(&text, &text_len);
			picture_draw(&page, &picture);
			fclose(page.out);
			for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
				if (!CHECK(page_width(line) <= columns))
					printf("# %zu columns: %s\n", columns, line);
			free(text);
		}
}

static void
check_short(const char *s, size_t columns, bool has_utf8, const char *want)
{
	const struct page page = { .has_utf8 = has_utf8 };
	char *shown = picture_shorten(&page, s, columns);

	CHECK_STR(shown, want);
	free(shown);
}

static void
shortens_by_columns(void)
{
	check_short("abc", 3, true, "abc");
	check_short("abcdefghij", 6, true, "abc…ij");
	check_short("abcdefghij", 6, false, "ab...j");
	check_short("äöüäöüäöü", 5, true, "äö…öü");
	check_short("中文字中文字", 6, true, "中…字");
	check_short("abcdef", 1, true, "…");
}

static const struct unit_test tests[] = {
	TEST(draws_both_directions),
	TEST(draws_sessions),
	TEST(draws_one_to_many),
	TEST(draws_many_to_one),
	TEST(draws_all_among_themselves),
	TEST(draws_who_only_hears_or_speaks),
	TEST(shortens_labels_in_the_middle),
	TEST(puts_reasons_below_where_it_is_narrow),
	TEST(fits_every_width),
	TEST(shortens_by_columns),
};

int
main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	return UNIT_MAIN(tests);
}
