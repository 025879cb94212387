/* Matching in a stream: the rules by example, then patterns, texts and divisions at random against a search of the whole text. */
#include "dialogue/matcher.h"

#include <stdlib.h>

#include "dialogue/captures.h"
#include "matcher_model.h"
#include "unit.h"

/* ---- by example ---- */

struct stream {
	struct pattern *patterns[MODEL_PATTERNS];
	struct window window;
	struct matcher *matcher;
	struct match match;
};

static void
begin(struct stream *s, const char *const *texts, unsigned n)
{
	const struct pattern *patterns[MODEL_PATTERNS];
	struct diag diag = { 0 };

	*s = (struct stream){ .patterns = { NULL } };
	for (unsigned i = 0; i < n; i++)
		patterns[i] = s->patterns[i] = pattern_new(texts[i], strlen(texts[i]), PATTERN_AS_WRITTEN, &diag);
	CHECK_STR(diag.text, NULL);
	window_init(&s->window, 0);
	s->matcher = matcher_new(patterns, n);
}

#define BEGIN(s, ...) \
	begin((s), (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void
finish(struct stream *s)
{
	matcher_free(s->matcher);
	window_fini(&s->window);
	for (unsigned i = 0; i < MODEL_PATTERNS; i++)
		pattern_free(s->patterns[i]);
}

static enum matcher_result
put(struct stream *s, const char *text)
{
	window_put(&s->window, text, strlen(text));
	return matcher_look(s->matcher, &s->window, false, &s->match);
}

static enum matcher_result
settle(struct stream *s)
{
	return matcher_look(s->matcher, &s->window, true, &s->match);
}

/* "1:3-5", the pattern counted from 0. */
static const char *
found(const struct stream *s)
{
	static char text[80];

	snprintf(text, sizeof(text), "%u:%ju-%ju", s->match.which, (uintmax_t)s->match.start, (uintmax_t)s->match.end);
	return text;
}

static void
next(struct stream *s)
{
	window_take(&s->window, s->match.end);
	matcher_start(s->matcher, s->match.end);
}

static void
finds_exact_text_over_pieces(void)
{
	struct stream s;

	BEGIN(&s, "login: ");
	CHECK_INT(put(&s, "Welcome\r\nlog"), MATCHER_NONE);
	CHECK_INT(put(&s, "in: "), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:9-16");
	next(&s);
	CHECK_INT(put(&s, "login:"), MATCHER_NONE);
	CHECK_INT(settle(&s), MATCHER_NONE);
	CHECK_INT(put(&s, " login: "), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:16-23");
	finish(&s);
}

static void
waits_for_what_can_grow(void)
{
	struct stream s;

	BEGIN(&s, "/C=(\\d+)/");
	CHECK_INT(put(&s, "A=1 C=1"), MATCHER_GROWS);
	CHECK_INT(put(&s, "0"), MATCHER_GROWS);
	CHECK_INT(put(&s, "\n"), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:4-8");
	next(&s);
	CHECK_INT(put(&s, "C=77"), MATCHER_GROWS);
	CHECK_INT(settle(&s), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:9-13");
	finish(&s);
}

static void
settles_on_a_prompt(void)
{
	struct stream s;

	BEGIN(&s, "/[$#] ?$/");
	CHECK_INT(put(&s, "a # b\r\n$"), MATCHER_GROWS);
	CHECK_INT(put(&s, " "), MATCHER_GROWS);
	CHECK_INT(settle(&s), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:7-9");
	finish(&s);
	BEGIN(&s, "/abc/");
	CHECK_INT(put(&s, "xab"), MATCHER_GROWS);
	CHECK_INT(settle(&s), MATCHER_NONE);
	CHECK_INT(put(&s, "c"), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:1-4");
	finish(&s);
}

static void
the_first_in_the_stream_wins(void)
{
	struct stream s;

	BEGIN(&s, "second", "first");
	CHECK_INT(put(&s, "first second"), MATCHER_FOUND);
	CHECK_STR(found(&s), "1:0-5");
	next(&s);
	CHECK_INT(put(&s, ""), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:6-12");
	finish(&s);
	BEGIN(&s, "abcd", "bc", "/ab/");
	CHECK_INT(put(&s, "abc"), MATCHER_GROWS); /* "abcd" would win */
	CHECK_INT(settle(&s), MATCHER_FOUND);
	CHECK_STR(found(&s), "2:0-2");
	CHECK_INT(put(&s, "d"), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:0-4");
	finish(&s);
}

static void
the_first_in_the_list_wins_at_the_same_place(void)
{
	struct stream s;

	BEGIN(&s, "/ab/", "ab", "/abc?/");
	CHECK_INT(put(&s, "ab"), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:0-2");
	finish(&s);
	BEGIN(&s, "/abc?/", "ab");
	CHECK_INT(put(&s, "ab"), MATCHER_GROWS);
	CHECK_INT(put(&s, "x"), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:0-2");
	finish(&s);
}

static void
lines_begin_and_end_in_the_stream(void)
{
	struct stream s;

	BEGIN(&s, "/^b.*$/");
	CHECK_INT(put(&s, "ab\r"), MATCHER_GROWS); /* a line may begin there, or behind an LF */
	CHECK_INT(put(&s, "\nb 1\r\nb 2"), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:4-7");
	finish(&s);
	/* Where the search begins is no beginning of a line, and not that of the stream. */
	BEGIN(&s, "/^x|x\\Z/");
	window_put(&s.window, "axx", 3);
	window_take(&s.window, 1);
	matcher_start(s.matcher, 1);
	CHECK_INT(put(&s, "y"), MATCHER_NONE);
	finish(&s);
	BEGIN(&s, "/\\Ab/", "/\\Gb/");
	window_put(&s.window, "ab", 2);
	window_take(&s.window, 1);
	matcher_start(s.matcher, 1);
	CHECK_INT(put(&s, "b"), MATCHER_FOUND);
	CHECK_STR(found(&s), "1:1-2");
	window_take(&s.window, 3);
	matcher_start(s.matcher, 3);
	CHECK_INT(put(&s, ""), MATCHER_NONE);
	CHECK_INT(put(&s, "b"), MATCHER_FOUND);
	next(&s);
	CHECK_INT(put(&s, "xb"), MATCHER_NONE);
	CHECK_INT(put(&s, "b"), MATCHER_NONE);
	finish(&s);
}

static void
looks_back_at_what_was_taken(void)
{
	struct stream s;

	BEGIN(&s, "/(?<=ab)c/");
	window_put(&s.window, "ab", 2);
	window_take(&s.window, 2);
	matcher_start(s.matcher, 2);
	CHECK_INT(put(&s, "c"), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:2-3");
	finish(&s);
}

static void
bytes_that_are_no_text_do_no_harm(void)
{
	static const char bytes[] = "\0\xff\xc3\xe2\x82 \0pass\xc3\xa9: ";
	struct stream s;

	BEGIN(&s, "/pass.: $/", "/\\xc3\\xa9/b");
	window_put(&s.window, bytes, sizeof(bytes) - 1);
	CHECK_INT(matcher_look(s.matcher, &s.window, false, &s.match), MATCHER_GROWS);
	CHECK_INT(settle(&s), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:7-15");
	matcher_start(s.matcher, 8);
	CHECK_INT(settle(&s), MATCHER_FOUND);
	CHECK_STR(found(&s), "1:11-13");
	finish(&s);
	/* A character in two pieces. */
	BEGIN(&s, "/x\u00e9/");
	CHECK_INT(put(&s, "x\xc3"), MATCHER_GROWS);
	CHECK_INT(put(&s, "\xa9"), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:0-3");
	finish(&s);
	BEGIN(&s, "/\u00c9/i");
	CHECK_INT(put(&s, "x\xc3"), MATCHER_NONE);
	CHECK_INT(put(&s, "\xa9"), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:1-3");
	finish(&s);
}

/* PCRE2 10.42, compiled: .{1,2} of bytes took what lies behind the end, in a final search that may be partial. */
static void
nothing_behind_the_end_is_looked_at(void)
{
	static const char *const expressions[] = { "/.{1,2}^/sb", "/x.{0,9}^\\Z/sb", "/.{1,2}\n?^/sb" };
	static const char bytes[] = "x\n\n\n\n\n\n\n\n\n";
	struct pattern_text text = { .base = bytes, .len = 1, .is_final = true };

	for (size_t i = 0; i < sizeof(expressions) / sizeof(*expressions); i++) {
		struct diag diag = { 0 };
		struct pattern *p = pattern_new(expressions[i], strlen(expressions[i]), PATTERN_AS_WRITTEN, &diag);
		struct pattern_work *work;
		size_t at;

		if (!CHECK(p != NULL))
			return;
		work = pattern_work_new(p);
		CHECK_INT(pattern_search(p, work, &text, &at), PATTERN_NONE);
		pattern_work_free(work);
		pattern_free(p);
	}
}

static void
what_a_match_leaves_stays(void)
{
	struct captures c = { .ngroups = 0 };
	struct stream s;
	const char *filler = "0123456789abcdef";
	char *name;

	BEGIN(&s, "never", "/(?<key>\\w+)=(\\d+)(;)?(?<end>\\n)/");
	CHECK_INT(put(&s, "-- count=42\n rest"), MATCHER_FOUND);
	CHECK_STR(found(&s), "1:3-12");
	captures_take(&c, s.matcher, &s.match, s.patterns[1], &s.window);
	next(&s);
	for (unsigned i = 0; i < WINDOW_LIMIT / 4; i++)
		window_put(&s.window, filler, 16);
	CHECK_STR(captures_find(&c, "before", 6)->text, "-- ");
	CHECK_STR(captures_find(&c, "match", 5)->text, "count=42\n");
	CHECK_STR(captures_find(&c, "0", 1)->text, "count=42\n");
	CHECK_STR(captures_find(&c, "key", 3)->text, "count");
	CHECK_STR(captures_find(&c, "2", 1)->text, "42");
	CHECK_STR(captures_find(&c, "3", 1)->text, NULL);
	CHECK_STR(captures_find(&c, "end", 3)->text, "\n");
	CHECK(captures_find(&c, "5", 1) == NULL);
	CHECK(captures_find(&c, "99999999999999999999", 20) == NULL);
	CHECK(captures_find(&c, "keys", 4) == NULL);
	name = malloc(1); /* not terminated: the sanitizer sees what is read behind it */
	*name = '2';
	CHECK_STR(captures_find(&c, name, 1)->text, "42");
	free(name);
	CHECK(captures_find(&c, "", 0) == NULL);
	captures_fini(&c);
	finish(&s);
}

static void
an_empty_match_is_one(void)
{
	struct stream s;

	BEGIN(&s, "/x*/");
	CHECK(pattern_may_be_empty(s.patterns[0]));
	CHECK_INT(put(&s, ""), MATCHER_GROWS);
	CHECK_INT(settle(&s), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:0-0");
	CHECK_INT(put(&s, "a"), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:0-0");
	finish(&s);
	BEGIN(&s, "/(?=prompt)/");
	CHECK_INT(put(&s, "a prompt"), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:2-2");
	finish(&s);
}

/* ---- limits ---- */

static void
too_many_ways_are_given_up(void)
{
	char as[1024];
	struct stream s;
	unsigned which = 0;

	memset(as, 'a', sizeof(as));
	as[sizeof(as) - 1] = '\0';
	BEGIN(&s, "x", "/^(a+)+(b|c)\\1$/");
	window_put(&s.window, as, sizeof(as) - 1);
	CHECK_INT(put(&s, "!"), MATCHER_FAILED);
	CHECK(strstr(matcher_reason(s.matcher, &which), "tries too many ways") != NULL);
	CHECK_INT(which, 1);
	finish(&s);
}

/* What begins and does not end within the window was there, and is counted; what comes later is found. */
static void
a_long_beginning_is_given_up(void)
{
	char block[4096];
	struct stream s;
	enum matcher_result result = MATCHER_NONE;

	memset(block, '.', sizeof(block));
	BEGIN(&s, "/BEGIN(?s:.*)END/");
	CHECK_INT(put(&s, "BEGIN"), MATCHER_GROWS);
	for (unsigned i = 0; i < 600; i++) {
		window_put(&s.window, block, sizeof(block));
		result = matcher_look(s.matcher, &s.window, false, &s.match);
	}
	CHECK_INT(result, MATCHER_NONE);
	CHECK_INT(put(&s, "END"), MATCHER_NONE);
	CHECK_INT(s.window.lost, 5 + 600 * sizeof(block) + 3 - WINDOW_LIMIT);
	CHECK(s.window.size <= 2 * (WINDOW_LIMIT + WINDOW_CONTEXT));
	put(&s, "BEGIN END\n");
	CHECK_INT(settle(&s), MATCHER_FOUND);
	finish(&s);
}

static void
a_long_match_is_found(void)
{
	char block[4096];
	struct stream s;

	memset(block, '.', sizeof(block));
	BEGIN(&s, "/BEGIN[^!]*END!/");
	put(&s, "BEGIN");
	for (unsigned i = 0; i < 200; i++) {
		window_put(&s.window, block, sizeof(block));
		CHECK_INT(matcher_look(s.matcher, &s.window, false, &s.match), MATCHER_GROWS);
	}
	put(&s, "END!");
	CHECK_INT(settle(&s), MATCHER_FOUND);
	CHECK_INT(s.match.end - s.match.start, 5 + 200 * sizeof(block) + 4);
	finish(&s);
}

/* Each character is a way back, compiled as interpreted. */
static void
a_match_with_many_ways_back_is_found(void)
{
	static const char *const expressions[] = { "/(?:.|\\n)*\\$ $/", "/(?:.|\\n)*\\$ $/b" };
	char block[4096];

	memset(block, '.', sizeof(block));
	for (size_t e = 0; e < sizeof(expressions) / sizeof(*expressions); e++) {
		struct stream s;

		BEGIN(&s, expressions[e]);
		for (unsigned i = 0; i < 37; i++)
			window_put(&s.window, block, sizeof(block));
		put(&s, "$ ");
		CHECK_INT(settle(&s), MATCHER_FOUND);
		CHECK_INT(s.match.end - s.match.start, 37 * sizeof(block) + 2);
		finish(&s);
	}
}

static void
refusals_say_where(void)
{
	static const struct {
		const char *text, *why;
		size_t pos;
	} cases[] = {
		{ "", "a pattern without text", 0 },
		{ "/", "the expression has no second '/'", 1 },
		{ "/usr", "the expression has no second '/'", 4 },
		{ "/usr/bin", "unknown flag 'n' of a regular expression", 7 },
		{ "/a(b/", "no regular expression: missing closing parenthesis", 4 },
		{ "/a**+*/", "no regular expression: quantifier does not follow a repeatable item", 3 },
		{ "/[z-a]/i", "no regular expression: range out of order in character class", 4 },
		{ "/\xff/", "no regular expression: UTF-8 error: illegal byte (0xfe or 0xff)", 1 },
		{ "/\\C/", "no regular expression: using \\C is disabled by the application", 3 },
		{ "/(?<=a{2000})b/", "the expression looks back over 2000 characters, 1024 are the most", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct diag diag = { 0 };

		CHECK(pattern_new(cases[i].text, strlen(cases[i].text), PATTERN_AS_WRITTEN, &diag) == NULL);
		CHECK_STR(diag.text, cases[i].why);
		CHECK_INT(diag.pos, cases[i].pos);
		diag_fini(&diag);
	}
}

static void
flags_and_ways_to_write(void)
{
	struct stream s;
	struct diag diag = { 0 };
	struct pattern *p = pattern_new("/usr/bin", 8, PATTERN_EXACT, &diag);

	CHECK(p != NULL && !pattern_is_regex(p));
	CHECK_STR(pattern_text(p), "/usr/bin");
	pattern_free(p);
	BEGIN(&s, "/A x b/xi", "/(a)/b(b)/s", "/^[/]usr$/m");
	CHECK_INT(pattern_ngroups(s.patterns[1]), 3);
	CHECK_INT(put(&s, "aXB"), MATCHER_FOUND);
	CHECK_STR(found(&s), "0:0-3");
	next(&s);
	CHECK_INT(put(&s, "\na/bb"), MATCHER_FOUND);
	CHECK_STR(found(&s), "1:4-8");
	next(&s);
	CHECK_INT(put(&s, "\r\n/usr\r\n"), MATCHER_FOUND);
	CHECK_STR(found(&s), "2:10-14");
	finish(&s);
}

/* ---- at random ---- */

static unsigned piece_max;

static size_t
one(size_t i)
{
	return i < SIZE_MAX ? 1 : 0;
}
static size_t
at_random(size_t i)
{
	return i < SIZE_MAX ? 1 + (size_t)rand() % piece_max : 0;
}

static const char *
any(const char *const *words, size_t n)
{
	return words[(size_t)rand() % n];
}
#define ANY(...) \
	any((const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static size_t
random_expression(char *to, size_t size, unsigned depth)
{
	size_t len = 0;

	for (unsigned n = 1 + (unsigned)rand() % 4; n > 0 && len + 100 < size; n--) {
		unsigned kind = (unsigned)rand() % 12;

		if (kind < 7 || depth == 0) {
			len += (size_t)sprintf(to + len, "%s",
			    ANY("a", "b", "ab", ".", "[ab]", "[^a]", "\\w", "\\s", "\\d", "\u00e9", "\\n", "\\r", "\\R",
				"1", "\\N", "\\S"));
		} else if (kind < 10) {
			len += (size_t)sprintf(to + len, "%s", ANY("(", "(", "(?:", "(?=", "(?!", "(?>"));
			len += random_expression(to + len, size - len - 20, depth - 1);
			len += (size_t)sprintf(to + len, ")");
		} else {
			len += (size_t)sprintf(to + len, "%s",
			    ANY("^", "$", "\\b", "\\B", "(?<=a)", "(?<!b)", "(?<=\\n)", "\\K", "|", "(?=a)", "(?!$)",
				"\\z", "\\Z"));
			continue;
		}
		/* PCRE2 10.42 leaves stale groups where a group is repeated possessively. */
		if (rand() % 3 == 0)
			len += (size_t)sprintf(to + len, "%s", ANY("?", "*", "+", "{2}", "{1,2}", "*?", "+?", "??"));
		else if (rand() % 8 == 0 && to[len - 1] != ')')
			len += (size_t)sprintf(to + len, "%s", ANY("*+", "++"));
	}
	if (depth > 0 && rand() % 4 == 0 && len + 60 < size) {
		len += (size_t)sprintf(to + len, "|");
		len += random_expression(to + len, size - len - 20, depth - 1);
	}
	return len;
}

/* PCRE2 10.42, compiled, loses matches where what is repeated lazily ends in an atomic group. */
static bool
is_lazy_in_atomic(const char *expression)
{
	return strstr(expression, "(?>") != NULL &&
	    (strstr(expression, "*?") != NULL || strstr(expression, "+?") != NULL || strstr(expression, "??") != NULL ||
		strstr(expression, "}?") != NULL);
}

static struct pattern *
random_pattern(void)
{
	char text[1000];
	size_t len;
	struct pattern *p;

	for (;;) {
		struct diag diag = { 0 };

		if (rand() % 4 == 0)
			len = (size_t)sprintf(text, "%s%s", ANY("a", "ab", "b\r\n", "\u00e9"),
			    ANY("", "a", "b", "ba", "1", "\xff"));
		else {
			len = (size_t)sprintf(text, "/");
			len += random_expression(text + len, sizeof(text) - 100, 2);
			len += (size_t)sprintf(text + len, "/%s", ANY("", "", "i", "s", "b", "sb"));
		}
		p = is_lazy_in_atomic(text) ? NULL : pattern_new(text, len, PATTERN_AS_WRITTEN, &diag);
		diag_fini(&diag);
		if (p != NULL)
			return p;
	}
}

static size_t
random_text(char *to)
{
	size_t len = 0;

	for (unsigned n = (unsigned)rand() % 60; n > 0; n--) {
		const char *word = ANY("a", "b", "ab", "aab", "\n", "\r\n", "\r", "\u00e9", " ", "1", "\xff", "\xc3",
		    "\xe2\x82", "A", "x");

		len += (size_t)sprintf(to + len, "%s", word);
		if (rand() % 50 == 0)
			to[len++] = '\0';
	}
	return len;
}

static void
no_division_makes_a_difference(void)
{
	const char *wanted = getenv("MATCHER_CASES"), *seed = getenv("MATCHER_SEED");
	char text[1000];

	srand(seed != NULL ? (unsigned)atoi(seed) : 1);
	for (int i = wanted != NULL ? atoi(wanted) : 3000; i > 0; i--) {
		struct model_case c = { .npatterns = 1 + (unsigned)rand() % MODEL_PATTERNS, .text = text };

		for (unsigned k = 0; k < c.npatterns; k++)
			c.patterns[k] = random_pattern();
		for (unsigned k = 0; k < 3; k++) {
			c.len = random_text(text);
			model_check(&c, one);
			for (piece_max = 2; piece_max < 40; piece_max *= 3)
				model_check(&c, at_random);
		}
		for (unsigned k = 0; k < c.npatterns; k++)
			pattern_free(c.patterns[k]);
	}
}

static const struct unit_test tests[] = {
	TEST(finds_exact_text_over_pieces),
	TEST(waits_for_what_can_grow),
	TEST(settles_on_a_prompt),
	TEST(the_first_in_the_stream_wins),
	TEST(the_first_in_the_list_wins_at_the_same_place),
	TEST(lines_begin_and_end_in_the_stream),
	TEST(looks_back_at_what_was_taken),
	TEST(bytes_that_are_no_text_do_no_harm),
	TEST(nothing_behind_the_end_is_looked_at),
	TEST(what_a_match_leaves_stays),
	TEST(an_empty_match_is_one),
	TEST(too_many_ways_are_given_up),
	TEST(a_long_beginning_is_given_up),
	TEST(a_long_match_is_found),
	TEST(a_match_with_many_ways_back_is_found),
	TEST(refusals_say_where),
	TEST(flags_and_ways_to_write),
	TEST(no_division_makes_a_difference),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
