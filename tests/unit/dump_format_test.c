/* The text of dumps: heads, the three forms, escapes, characters and rows that the end of a buffer cuts. */
#include "wire/dump_format.h"

#include <stdlib.h>

#include "unit.h"

/* Feeds the bytes in steps of `step` into a buffer of `size`, as the tap does, and gives back the whole text. */
static const char *
body(enum dump_form form, bool is_utf8, const char *bytes, size_t len, size_t step, size_t size)
{
	static char text[8192];
	size_t at = 0, done = 0, seen = 0;

	while (done < len) {
		size_t taken;

		if (seen < len)
			seen = seen + step < len ? seen + step : len;
		at += dump_format_body(text + at, size, form, is_utf8, seen == len, (const unsigned char *)bytes + done,
		    seen - done, &taken);
		if (taken == 0 && seen == len && !CHECK(taken > 0))
			break;
		done += taken;
	}
	text[at] = '\0';
	return text;
}

static void
writes_heads(void)
{
	struct dump_head h = { .mark = '>', .time = { 0, 7000 }, .offset = 10, .len = 3 };
	char line[DUMP_HEAD_MAX];

	setenv("TZ", "UTC0", 1);
	tzset();
	line[dump_format_head(line, &h)] = '\0';
	CHECK_STR(line, "> 1970/01/01 00:00:00.000007  length=3 from=10 to=12\n");
	h = (struct dump_head){ .mark = '<', .session = 12, .time = { 86399, 999999999 }, .len = 1 };
	line[dump_format_head(line, &h)] = '\0';
	CHECK_STR(line, "< 1970/01/01 23:59:59.999999  length=1 from=0 to=0  [s12]\n");
	h.end = 3;
	line[dump_format_head(line, &h)] = '\0';
	CHECK_STR(line, "< 1970/01/01 23:59:59.999999  length=1 from=0 to=0  [end 3]  [s12]\n");
	h.end = 0;
	h.len = 0;
	h.offset = 77;
	line[dump_format_head(line, &h)] = '\0';
	CHECK_STR(line, "< 1970/01/01 23:59:59.999999  end at=77  [s12]\n");
}

static void
escapes_controls_in_text(void)
{
	CHECK_STR(body(DUMP_TEXT, true, "a\tb\nc\r\a\b\v\f\\", 11, 4096, 4096), "a\tb\nc\\r\\a\\b\\v\\f\\\\");
	CHECK_STR(body(DUMP_TEXT, true, "\0\033[31m\177\233", 8, 4096, 4096), "\\000\\033[31m\\177\\233");
}

static void
passes_utf8_where_it_is_understood(void)
{
	const char text[] = "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";

	CHECK_STR(body(DUMP_TEXT, true, text, 9, 4096, 4096), text);
	CHECK_STR(body(DUMP_TEXT, false, text, 2, 4096, 4096), "\\303\\251");
	/* C1 controls, writing from right to left, cut and overlong sequences */
	CHECK_STR(body(DUMP_TEXT, true, "\xc2\x9b\xe2\x80\xae\xc3", 6, 4096, 4096), "\\302\\233\\342\\200\\256\\303");
	CHECK_STR(body(DUMP_TEXT, true, "\xc0\x9b", 2, 4096, 4096), "\\300\\233");
}

static void
keeps_characters_whole_across_pieces(void)
{
	const char text[] = "x\xc3\xa9y\xe2\x82\xacz\xf0\x9f\x98\x80";

	for (size_t step = 1; step < 12; step++)
		CHECK_STR(body(DUMP_TEXT, true, text, sizeof(text) - 1, step, 4096), text);
}

static void
writes_hex(void)
{
	CHECK_STR(body(DUMP_HEX, true, "\0\377a\n", 4, 4096, 4096), " 00 ff 61 0a");
	CHECK_STR(body(DUMP_HEX, true, "abcdef", 6, 2, 7), " 61 62 63 64 65 66");
}

static void
writes_rows(void)
{
	const char want[] = " 61 62 0a                                         ab.\n"
			    " 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n"
			    " 1b c3                                            ..\n";

	for (size_t step = 1; step < 24; step++)
		CHECK_STR(body(DUMP_BOTH, true, "ab\n0123456789abcdef\033\xc3", 21, step, 128), want);
}

static void
ends_as_the_form_wants(void)
{
	char tail[DUMP_TAIL_MAX];

	CHECK_INT(dump_format_tail(tail, DUMP_TEXT, '\n'), 0);
	tail[dump_format_tail(tail, DUMP_TEXT, 'x')] = '\0';
	CHECK_STR(tail, "\\\n");
	tail[dump_format_tail(tail, DUMP_HEX, '\n')] = '\0';
	CHECK_STR(tail, "\n");
	tail[dump_format_tail(tail, DUMP_BOTH, '\n')] = '\0';
	CHECK_STR(tail, "--\n");
}

static const struct unit_test tests[] = {
	TEST(writes_heads),
	TEST(escapes_controls_in_text),
	TEST(passes_utf8_where_it_is_understood),
	TEST(keeps_characters_whole_across_pieces),
	TEST(writes_hex),
	TEST(writes_rows),
	TEST(ends_as_the_form_wants),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
