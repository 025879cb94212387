/* The window against a naive model that keeps the whole stream; and UTF-8, byte by byte. */
#include "dialogue/window.h"

#include <stdlib.h>
#include <sys/param.h>

#include "base/utf8.h"
#include "unit.h"

#define STREAM_MAX 200000u

static char stream[STREAM_MAX];

static bool
holds_the_stream(const struct window *w)
{
	return memcmp(window_at(w, w->held), stream + w->held, w->len) == 0;
}

static void
keeps_the_last_part(void)
{
	static const size_t limits[] = { 1, 10, 5000, 20000 };

	srand(1);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct window w;
		uint64_t begin = 0, lost = 0, end = 0;

		window_init(&w, limits[i]);
		while (end < STREAM_MAX - 6000) {
			size_t len = (size_t)rand() % (rand() % 2 == 0 ? 10 : 6000);
			uint64_t floor;

			for (size_t k = 0; k < len; k++)
				stream[end + k] = (char)rand();
			window_put(&w, stream + end, len);
			end += len;
			floor = end > limits[i] ? end - limits[i] : 0;
			lost += floor > begin ? floor - begin : 0;
			begin = MAX(begin, floor);
			if (rand() % 3 == 0) {
				uint64_t to = begin > 5 ? begin - 5 + (uint64_t)rand() % 20 : 0;

				window_take(&w, to);
				begin = MAX(begin, MIN(to, end));
			}
			CHECK_INT(window_end(&w), end);
			CHECK_INT(window_begin(&w), begin);
			CHECK_INT(w.lost, lost);
			CHECK_INT(w.held, begin > WINDOW_CONTEXT ? begin - WINDOW_CONTEXT : 0);
			CHECK(w.size <= MAX(2 * (limits[i] + WINDOW_CONTEXT), 16384));
			if (!CHECK(holds_the_stream(&w)))
				break;
		}
		window_fini(&w);
	}
}

/* As text of UTF-8, in whatever pieces it is made. */
static void
makes_text(void)
{
	static const char bytes[] =
	    "a\xff\xc3\xa9\xc3(\xe2\x82\xac\xe2\x82\xf0\x9f\x98\x80\xed\xa0\x80\xc0\xaf\xf5z\xe2\x82";
	static const char text[] = "a\x1a\xc3\xa9\x1a(\xe2\x82\xac\x1a\x1a\xf0\x9f\x98\x80\x1a\x1a\x1a\x1a\x1a\x1az";

	for (size_t piece = 1; piece < sizeof(bytes); piece++) {
		struct window w;
		uint64_t at = 0;

		window_init(&w, 0);
		for (size_t done = 0; done < sizeof(bytes) - 1; done += piece) {
			window_put(&w, bytes + done, MIN(piece, sizeof(bytes) - 1 - done));
			window_make_text(&w);
		}
		CHECK_INT(w.valid, sizeof(text) - 1);
		CHECK(memcmp(window_text(&w, &at), text, sizeof(text) - 1) == 0);
		CHECK(memcmp(window_at(&w, 0), bytes, sizeof(bytes) - 1) == 0);
		at = 8; /* within a character */
		CHECK_INT(*window_text(&w, &at), 0x1a);
		CHECK_INT(at, 9);
		window_fini(&w);
	}
}

static void
text_moves_with_the_bytes(void)
{
	struct window w;
	uint64_t at;

	window_init(&w, 100);
	for (unsigned i = 0; i < 20000; i++) {
		window_put(&w, i % 1000 == 0 ? "\xff\xc3\xa9" : "xyz", 3);
		window_make_text(&w);
	}
	for (unsigned i = 0; i < 30; i++)
		window_put(&w, "a\xff", 2);
	CHECK_INT(window_make_text(&w), 60060);
	at = 60058;
	CHECK(memcmp(window_text(&w, &at), "a\x1a", 2) == 0);
	at = 59998;
	CHECK(memcmp(window_text(&w, &at), "yza\x1a", 4) == 0);
	window_fini(&w);
}

/* Every sequence of up to four bytes of those that make a difference, against RFC 3629. */
static size_t
length_of(const unsigned char *s, size_t len)
{
	uint32_t c = 0;
	size_t n = s[0] < 0x80    ? 1 :
	    (s[0] & 0xe0) == 0xc0 ? 2 :
	    (s[0] & 0xf0) == 0xe0 ? 3 :
	    (s[0] & 0xf8) == 0xf0 ? 4 :
				    0;

	if (n < 2 || n > len)
		return n <= len ? n : 0;
	c = s[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < (n == 2 ? 0x80u : n == 3 ? 0x800u : 0x10000u) || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return n;
}

static void
utf8_is_strict(void)
{
	static const unsigned char some[] = { 0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2,
		0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff };
	const size_t n = sizeof(some);

	for (size_t i = 0; i < n * n * n * n; i++) {
		unsigned char s[4] = { some[i % n], some[i / n % n], some[i / n / n % n], some[i / n / n / n] };
		size_t want = 0, one;

		while (want < 4 && (one = length_of(s + want, 4 - want)) > 0)
			want += one;
		if (!CHECK_INT(utf8_valid((const char *)s, 4), want))
			return;
	}
	CHECK_INT(utf8_begun("\xe2", 1), 3);
	CHECK_INT(utf8_begun("\xe2\x82", 2), 3);
	CHECK_INT(utf8_begun("\xe0\x80", 2), 0);
	CHECK_INT(utf8_begun("\xf4\x90", 2), 0);
	CHECK_INT(utf8_begun("\xff", 1), 0);
	CHECK_INT(utf8_begun("\xc3(", 2), 0);
	CHECK_INT(utf8_begun("", 0), 0);
}

static const struct unit_test tests[] = {
	TEST(keeps_the_last_part),
	TEST(makes_text),
	TEST(text_moves_with_the_bytes),
	TEST(utf8_is_strict),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
