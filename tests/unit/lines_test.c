/* The line policy: its rules by example, then every short text in every division, then at random against a model. */
#include "base/lines.h"

#include <stdlib.h>

#include "lines_model.h"
#include "unit.h"

static void
add(struct lines *l, const char *text, uint64_t now)
{
	struct iovec iov = { (void *)(uintptr_t)text, strlen(text) };

	lines_add(l, &iov, 1, iov.iov_len, now);
}

static void
asis_and_none_hold_nothing(void)
{
	for (int mode = BUFFER_ASIS; mode <= BUFFER_NONE; mode++) {
		struct lines l;

		lines_init(&l, (enum buffer_mode)mode, 4, 50);
		add(&l, "abc", 1);
		CHECK_INT(l.out, 3);
		CHECK(l.due == LINES_NEVER && !lines_release(&l));
	}
}

static void
line_goes_up_to_the_last_newline(void)
{
	struct lines l;

	lines_init(&l, BUFFER_LINE, 0, 50);
	add(&l, "one\ntwo\nthr", 100);
	CHECK_INT(l.out, 8);
	CHECK_INT(lines_held(&l), 3);
	CHECK_INT(l.due, 150);
	add(&l, "ee", 120);
	CHECK_INT(l.out, 8);
	CHECK_INT(l.due, 150); /* the line's first held byte counts */
	add(&l, "\n", 130);
	CHECK_INT(l.out, 14);
	CHECK(l.due == LINES_NEVER);
	add(&l, "four\nfi", 200);
	add(&l, "ve\nsi", 210);
	CHECK_INT(l.due, 260);
	CHECK(!lines_expire(&l, 259));
	CHECK(lines_expire(&l, 260));
	CHECK_INT(lines_held(&l), 0);
	CHECK(!lines_expire(&l, 300));
	add(&l, "x", 400);
	CHECK_INT(l.due, 450);
}

static void
line_without_flush_waits(void)
{
	struct lines l;

	lines_init(&l, BUFFER_LINE, 0, LINES_NEVER);
	add(&l, "abc", 100);
	CHECK(l.due == LINES_NEVER && !lines_expire(&l, LINES_NEVER - 1));
	CHECK_INT(lines_held(&l), 3);
	CHECK(lines_release(&l));
	CHECK_INT(l.out, 3);
}

static void
flush_of_zero_holds_nothing(void)
{
	for (int mode = BUFFER_LINE; mode <= BUFFER_FULL; mode++) {
		struct lines l;

		lines_init(&l, (enum buffer_mode)mode, 4096, 0);
		add(&l, "abc", 100);
		CHECK_INT(lines_held(&l), 0);
	}
}

static void
full_goes_by_size_or_silence(void)
{
	struct lines l;

	lines_init(&l, BUFFER_FULL, 8, 50);
	add(&l, "one\ntwo", 100);
	CHECK_INT(l.out, 0);
	CHECK_INT(l.due, 150);
	add(&l, "\n", 140);
	CHECK_INT(l.out, 8);
	CHECK(l.due == LINES_NEVER);
	add(&l, "a", 200);
	add(&l, "b", 230);
	CHECK_INT(l.due, 280); /* the last news counts */
	CHECK(!lines_expire(&l, 279) && lines_expire(&l, 280));
	CHECK_INT(l.out, 10);
	add(&l, "0123456789", 300);
	CHECK_INT(l.out, 20);
}

static void
time_does_not_overflow(void)
{
	struct lines l;

	lines_init(&l, BUFFER_LINE, 0, LINES_NEVER - 10);
	add(&l, "a", 100);
	CHECK(l.due == LINES_NEVER);
}

/* All texts of up to 7 bytes out of 'a' and newline, cut into reads and areas in all ways, with and without waiting. */
static void
every_short_text(void)
{
	static const uint64_t flushes[] = { 0, 2, LINES_NEVER };
	struct model m;

	for (unsigned n = 1; n <= 7; n++)
		for (unsigned bits = 0; bits < 1u << n; bits++)
			for (unsigned cuts = 0; cuts < 1u << (n - 1); cuts++)
				for (unsigned how = 0; how < 9; how++) {
					char text[8];

					for (unsigned i = 0; i < n; i++)
						text[i] = bits & 1u << i ? '\n' : 'a';
					model_init(&m, how % 3 == 0 ? BUFFER_FULL : BUFFER_LINE, 3, flushes[how / 3]);
					for (unsigned i = 0, from = 0; i < n; i++) {
						if (i + 1 < n && !(cuts & 1u << i))
							continue;
						model_add(&m, text + from, i + 1 - from, (i + 1 - from) / 2);
						model_wait(&m, how % 3);
						from = i + 1;
					}
					model_release(&m);
				}
}

static void
at_random_against_the_model(void)
{
	static const uint64_t flushes[] = { 0, 1, 3, 10, LINES_NEVER - 5, LINES_NEVER };
	struct model m;

	srand(1);
	for (int run = 0; run < 3000; run++) {
		model_init(&m, (enum buffer_mode)(rand() % BUFFER_MODE_N), 1 + (uint64_t)rand() % 40,
		    flushes[rand() % 6]);
		while (m.in + 30 < MODEL_BYTES && rand() % 100 != 0) {
			size_t n = (size_t)rand() % 30;
			char text[30];

			for (size_t i = 0; i < n; i++)
				text[i] = rand() % 12 == 0 ? '\n' : (char)rand();
			model_add(&m, text, n, n > 0 ? (size_t)rand() % n : 0);
			if (rand() % 4 == 0)
				model_wait(&m, (uint64_t)rand() % 6);
			if (rand() % 16 == 0)
				model_release(&m);
		}
	}
}

static const struct unit_test tests[] = {
	TEST(asis_and_none_hold_nothing),
	TEST(line_goes_up_to_the_last_newline),
	TEST(line_without_flush_waits),
	TEST(flush_of_zero_holds_nothing),
	TEST(full_goes_by_size_or_silence),
	TEST(time_does_not_overflow),
	TEST(every_short_text),
	TEST(at_random_against_the_model),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
