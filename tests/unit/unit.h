#ifndef IPCWIRE_UNIT_H
#define IPCWIRE_UNIT_H

/*
 * The harness of the unit tests: a program is a table of functions and one call of UNIT_MAIN.
 *
 *	static void puts_one_byte(void) { CHECK_INT(queue_put(&q, "x", 1), 1); }
 *	static const struct unit_test tests[] = { TEST(puts_one_byte) };
 *	int main(void) { return UNIT_MAIN(tests); }
 *
 * A CHECK gives its truth back, so that a test can return where going on makes no sense.
 */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct unit_test {
	const char *name;
	void (*run)(void);
};

#define TEST(function)                               \
	{                                            \
		.name = #function, .run = (function) \
	}
#define CHECK(cond) unit_true((cond), #cond, __FILE__, __LINE__)
#define CHECK_STR(a, b) unit_str((a), (b), #a, __FILE__, __LINE__)
#define CHECK_INT(a, b) unit_int((intmax_t)(a), (intmax_t)(b), #a, __FILE__, __LINE__)
#define UNIT_MAIN(tests) unit_main((tests), sizeof(tests) / sizeof((tests)[0]))

static unsigned unit_failed; /* checks of the running test */

static inline bool
unit_true(bool ok, const char *expr, const char *file, int line)
{
	if (!ok) {
		unit_failed++;
		printf("# %s:%d: %s\n", file, line, expr);
	}
	return ok;
}

static inline bool
unit_str(const char *got, const char *want, const char *expr, const char *file, int line)
{
	if (got == want || (got != NULL && want != NULL && strcmp(got, want) == 0))
		return true;
	printf("#  got: %s\n# want: %s\n", got ? got : "(null)", want ? want : "(null)");
	return unit_true(false, expr, file, line);
}

static inline bool
unit_int(intmax_t got, intmax_t want, const char *expr, const char *file, int line)
{
	if (got != want)
		printf("#  got: %" PRIdMAX "\n# want: %" PRIdMAX "\n", got, want);
	return unit_true(got == want, expr, file, line);
}

static inline int
unit_main(const struct unit_test *tests, size_t ntests)
{
	size_t bad = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < ntests; i++) {
		unit_failed = 0;
		tests[i].run();
		bad += unit_failed > 0;
		printf("%sok %zu - %s\n", unit_failed > 0 ? "not " : "", i + 1, tests[i].name);
	}
	printf("1..%zu\n%zu passed, %zu failed\n", ntests, ntests - bad, bad);
	return bad > 0;
}

#endif
