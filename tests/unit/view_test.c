/* The clean view: by example in every division, then at random; each byte of it must be found again in the stream. */
#include "dialogue/view.h"

#include <stdlib.h>
#include <sys/param.h>

#include "unit.h"

/* What there is to see of a text in pieces of so many bytes; 0: of random length. */
static const char *
seen_of(const char *text, size_t len, size_t piece, size_t *nseen)
{
	static char seen[4096];
	struct window w;
	struct view v;

	window_init(&w, 0);
	view_init(&v);
	for (size_t done = 0, part; done < len; done += part) {
		part = piece > 0 ? piece : 1 + (size_t)rand() % 7;
		part = MIN(part, len - done);
		view_put(&v, &w, text + done, part);
	}
	view_end(&v, &w);
	*nseen = (size_t)window_end(&w);
	memcpy(seen, window_at(&w, 0), *nseen);
	seen[*nseen] = '\0';
	for (size_t i = 0; i < *nseen; i++) {
		uint64_t raw = view_raw(&v, i);

		if (!CHECK(raw < len && text[raw] == seen[i] && (i == 0 || raw > view_raw(&v, i - 1))))
			break;
	}
	view_fini(&v);
	window_fini(&w);
	return seen;
}

static void
leaves_out_what_is_not_to_be_seen(void)
{
	static const struct {
		const char *text, *seen;
	} cases[] = {
		{ "plain", "plain" },
		{ "", "" },
		{ "one\r\ntwo\r\r\n", "one\ntwo\n" },
		{ "50%\r60%\r", "50%\r60%\r" },
		{ "a\r\r\rb", "a\r\r\rb" },
		{ "\033[31mred\033[0m text", "red text" },
		{ "\033[?2004hprompt$ \033[?2004l\r\n", "prompt$ \n" },
		{ "\033[38;2;1;2;3mx\033[ q", "x" },
		{ "\033]0;title\007after", "after" },
		{ "\033]8;;http://x/\033\\link\033]8;;\033\\.", "link." },
		{ "\033Pdata \007 more\033\\after", "after" },
		{ "\033(Bascii\033)0", "ascii" },
		{ "\033=keypad\033>\0337\0338", "keypad" },
		{ "\033[3\n1mx", "\nx" },
		{ "\033[31\033[1mx", "x" },
		{ "\033[31\030x", "x" },
		{ "\033]title\032x", "x" },
		{ "\033]title\033[1mx", "x" },
		{ "\033\033[1mx", "x" },
		{ "\033\303\251", "\303\251" },
		{ "\303\251\233", "\303\251\233" },
		{ "\r\033[K\n", "\r\n" },
		{ "end\033", "end" },
		{ "end\033]0;no end", "end" },
	};
	size_t n;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t piece = 1; piece < 30; piece++)
			CHECK_STR(seen_of(cases[i].text, strlen(cases[i].text), piece, &n), cases[i].seen);
}

static void
a_string_without_an_end_is_given_up(void)
{
	static char text[VIEW_STRING_MAX + 100];
	struct window w;
	struct view v;

	memset(text, 'x', sizeof(text));
	memcpy(text, "\033]", 2);
	window_init(&w, 0);
	view_init(&v);
	view_put(&v, &w, text, sizeof(text));
	CHECK_INT(window_end(&w), sizeof(text) - 2 - VIEW_STRING_MAX - 1);
	CHECK_INT(view_raw(&v, 0), VIEW_STRING_MAX + 3);
	view_fini(&v);
	window_fini(&w);
}

static void
no_division_makes_a_difference(void)
{
	static const char *const words[] = { "\033", "[", "]", "a", "1", ";", "m", "\r", "\r\n", "\n", "\007", "\\",
		"P", "\030", "(", "\303\251", "\377", "\033[0m", "\033]0;", "\033\\" };
	char text[512], whole[4096];

	srand(1);
	for (unsigned i = 0; i < 20000; i++) {
		size_t len = 0, n, m;

		for (unsigned k = (unsigned)rand() % 40; k > 0; k--)
			len += (size_t)sprintf(text + len, "%s",
			    words[(size_t)rand() % (sizeof(words) / sizeof(words[0]))]);
		memcpy(whole, seen_of(text, len, sizeof(text), &n), sizeof(whole));
		CHECK_STR(seen_of(text, len, 0, &m), whole);
		if (!CHECK_INT(m, n))
			return;
	}
}

/* What says where the bytes were is forgotten with them. */
static void
the_memory_is_that_of_the_window(void)
{
	struct window w;
	struct view v;
	uint64_t raw;

	window_init(&w, 1000);
	view_init(&v);
	for (unsigned i = 0; i < 1000000; i++)
		view_put(&v, &w, "ab\r\n", 4);
	CHECK(v.size < 10000);
	raw = view_raw(&v, window_end(&w) - 1);
	CHECK_INT(raw, 3999999);
	CHECK_INT(view_raw(&v, w.held), w.held / 3 * 4 + w.held % 3);
	view_fini(&v);
	window_fini(&w);
}

static const struct unit_test tests[] = {
	TEST(leaves_out_what_is_not_to_be_seen),
	TEST(a_string_without_an_end_is_given_up),
	TEST(no_division_makes_a_difference),
	TEST(the_memory_is_that_of_the_window),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
