/* Secrets: what is masked of a stream, however it is cut, and of a text that has them again. */
#include "base/secret.h"

#include <stdlib.h>

#include "unit.h"

static const char *
mask(const struct secrets *s, uint64_t offset, const char *text, size_t cut)
{
	static char result[256];
	struct iovec iov[2] = { { (char *)(uintptr_t)text, cut },
		{ (char *)(uintptr_t)(text + cut), strlen(text) - cut } };
	size_t len;
	char *masked = secrets_mask(s, offset, iov, strlen(text), &len);

	snprintf(result, sizeof(result), "%.*s", masked != NULL ? (int)len : (int)strlen(text),
	    masked != NULL ? masked : text);
	free(masked);
	return result;
}

static void
masks_what_was_sent(void)
{
	struct secrets s = { 0 };

	secrets_add(&s, 5, "hunter2", 7);
	secrets_add(&s, 14, "x", 1);
	CHECK_STR(mask(&s, 0, "user\nhunter2\nax\n", 16), "user\n***\na***\n");
	for (size_t cut = 0; cut <= 15; cut++)
		CHECK_STR(mask(&s, 0, "user\nhunter2\nax\n", cut), "user\n***\na***\n");
	CHECK_STR(mask(&s, 3, "r\nhun", 5), "r\n***");
	CHECK_STR(mask(&s, 8, "ter2\na", 6), "\na");
	CHECK_STR(mask(&s, 6, "unter", 2), "");
	CHECK_STR(mask(&s, 15, "\nmore", 2), "\nmore");
	secrets_fini(&s);
}

static void
leaves_alone_what_is_not_secret(void)
{
	struct secrets s = { 0 };
	char text[] = "abc";
	struct iovec iov[2] = { { text, 3 }, { NULL, 0 } };
	size_t len;

	CHECK(secrets_mask(&s, 0, iov, 3, &len) == NULL);
	CHECK(secrets_hide(&s, iov, 3, &len) == NULL);
	secrets_add(&s, 3, "abc", 3);
	CHECK(secrets_mask(&s, 0, iov, 3, &len) == NULL);
	secrets_fini(&s);
}

static void
hides_what_comes_back(void)
{
	struct secrets s = { 0 };
	char text[] = "hunter2, hunter2hunter2 and abc";
	struct iovec iov[2] = { { text, 4 }, { text + 4, sizeof(text) - 5 } };
	size_t len;
	char *hidden;

	secrets_add(&s, 0, "hunter2", 7);
	secrets_add(&s, 100, "abc", 3);
	hidden = secrets_hide(&s, iov, sizeof(text) - 1, &len);
	CHECK_STR(hidden, "***, ****** and abc");
	CHECK_INT(len, strlen("***, ****** and abc"));
	free(hidden);
	secrets_fini(&s);
}

static const struct unit_test tests[] = {
	TEST(masks_what_was_sent),
	TEST(leaves_alone_what_is_not_secret),
	TEST(hides_what_comes_back),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
