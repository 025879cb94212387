/* Line ends: the rules by example, every short text in every division, then at random; all against a naive conversion. */
#include "base/crlf.h"

#include "crlf_model.h"
#include "unit.h"

static unsigned divisions;

/* A part ends behind byte i where bit i of the division is set; the parts repeat for all that follows. */
static size_t
by_bits(size_t i)
{
	unsigned bits = divisions | 1u << 7;
	size_t len = 0;

	for (;; i--) {
		for (len = 1; !(bits & 1); bits >>= 1)
			len++;
		bits >>= 1;
		if (i == 0)
			return len;
		if (bits == 0)
			bits = divisions | 1u << 7;
	}
}
static size_t
one(size_t i)
{
	return i < SIZE_MAX ? 1 : 0;
}
static size_t
many(size_t i)
{
	return i < SIZE_MAX ? MODEL_MAX : 0;
}
static size_t
none_or_one(size_t i)
{
	return i % 2;
}
static size_t
at_random(size_t i)
{
	return i < SIZE_MAX ? (size_t)rand() % 9 : 0;
}

static const char *
in(enum crlf_mode mode, const char *text)
{
	static char buffer[64];
	struct iovec iov = { buffer, strlen(text) };
	struct crlf c = { .mode = mode };
	size_t len;

	strcpy(buffer, text);
	len = crlf_in(&c, &iov, 1, iov.iov_len);
	iov.iov_len = sizeof(buffer) - 1;
	len = crlf_in_end(&c, &iov, 1, len);
	buffer[len] = '\0';
	return buffer;
}

static const char *
out(enum crlf_mode mode, char *text)
{
	static char buffer[64];
	struct iovec iov = { text, strlen(text) };
	struct crlf c = { .mode = mode };

	buffer[crlf_out(&c, &iov, 1, (unsigned char *)buffer, sizeof(buffer) - 1)] = '\0';
	return buffer;
}

static void
converts_inwards(void)
{
	CHECK_STR(in(CRLF_CRLF, "a\r\nb\r\n\r\n"), "a\nb\n\n");
	CHECK_STR(in(CRLF_CRLF, "a\rb\n\n\rc\r\r\n"), "a\rb\n\n\rc\r\n");
	CHECK_STR(in(CRLF_CRLF, "a\r"), "a\r");
	CHECK_STR(in(CRLF_CR, "a\rb\r\r\nc"), "a\nb\n\n\nc");
	CHECK_STR(in(CRLF_OFF, "a\r\nb\r"), "a\r\nb\r");
}

static void
converts_outwards(void)
{
	CHECK_STR(out(CRLF_CRLF, (char[]){ "a\nb\n\n" }), "a\r\nb\r\n\r\n");
	CHECK_STR(out(CRLF_CRLF, (char[]){ "a\r\nb\rc\r\r\n" }), "a\r\nb\rc\r\r\n");
	CHECK_STR(out(CRLF_CR, (char[]){ "a\nb\r\n" }), "a\rb\r\r");
	CHECK_STR(out(CRLF_OFF, (char[]){ "a\r" }), "a\r");
}

static void
check_text(const char *text, size_t n)
{
	for (int mode = CRLF_CRLF; mode <= CRLF_CR; mode++) {
		enum crlf_mode m = (enum crlf_mode)mode;

		model_check_in(m, text, n, by_bits, none_or_one);
		model_check_in(m, text, n, by_bits, many);
		model_check_out(m, text, n, by_bits, many);
		model_check_out(m, text, n, by_bits, one);
		model_check_out(m, text, n, many, by_bits);
	}
}

static void
every_short_text(void)
{
	static const char letters[] = { 'a', '\r', '\n' };

	for (unsigned n = 0, texts = 1; n <= 6; n++, texts *= 3)
		for (unsigned t = 0; t < texts; t++)
			for (divisions = 0; divisions < 1u << n; divisions++) {
				char text[8];

				for (unsigned i = 0, rest = t; i < n; i++, rest /= 3)
					text[i] = letters[rest % 3];
				check_text(text, n);
			}
}

static void
at_random_against_the_model(void)
{
	static char text[2000];

	srand(1);
	for (int run = 0; run < 500; run++) {
		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = rand() % 4 == 0 ? '\r' : rand() % 3 == 0 ? '\n' : (char)rand();
		for (int mode = CRLF_OFF; mode <= CRLF_CR; mode++) {
			model_check_in((enum crlf_mode)mode, text, sizeof(text), at_random, at_random);
			model_check_out((enum crlf_mode)mode, text, sizeof(text), at_random, at_random);
		}
	}
}

static const struct unit_test tests[] = {
	TEST(converts_inwards),
	TEST(converts_outwards),
	TEST(every_short_text),
	TEST(at_random_against_the_model),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
