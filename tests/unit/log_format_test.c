/* Lines of the log, as text and as JSON. */
#include "base/log_format.h"

#include <stdlib.h>

#include "unit.h"

static char line[LOG_LINE_MAX + 1];

static struct log_record
record(const char *endpoint, const char *text)
{
	return (struct log_record){ .time = { .tv_sec = 1700000000, .tv_nsec = 123456789 },
		.level = LOG_WARN,
		.pid = 42,
		.endpoint = endpoint,
		.text = text,
		.text_len = strlen(text) };
}

static void
text_has_its_form(void)
{
	struct log_record r = record("tcp:a:1", "cannot connect");

	log_format_text(line, &r, false, true);
	CHECK_STR(line, "ipcwire: tcp:a:1: cannot connect\n");
	r.session = 12;
	r.error = "Connection refused";
	r.hint = "try again";
	r.repeated = 3;
	log_format_text(line, &r, false, true);
	CHECK_STR(line, "ipcwire: [s12] tcp:a:1: cannot connect: Connection refused (try again) (repeated 3 times)\n");
	r = record(NULL, "hello");
	log_format_text(line, &r, true, true);
	CHECK_STR(line, "2023-11-14T22:13:20.123456Z warn ipcwire[42]: hello\n");
}

static void
json_has_its_keys(void)
{
	struct log_record r = record("tcp:a:1", "a \"b\" \\ c\n");

	log_format_json(line, &r);
	CHECK_STR(line,
	    "{\"time\":\"2023-11-14T22:13:20.123456Z\",\"level\":\"warn\",\"event\":\"message\",\"pid\":42,"
	    "\"session\":0,\"endpoint\":\"tcp:a:1\",\"repeated\":1,\"message\":\"a \\\"b\\\" \\\\ c\\\\012\"}\n");
}

static void
json_tells_sessions(void)
{
	const struct log_session about = { .peer = "127.0.0.1:1",
		.bytes = { 5, 6 },
		.has_bytes = { true, false },
		.duration = 1500000000,
		.reason = "because",
		.status = 3 };
	struct log_record r = record(NULL, "x");
	char text[256];

	r.event = LOG_EVENT_END;
	r.about = &about;
	log_format_json(line, &r);
	CHECK(strstr(line,
		  "\"peer\":\"127.0.0.1:1\",\"forward\":5,\"backward\":null,\"duration\":1.500000,"
		  "\"reason\":\"because\",\"status\":3,") != NULL);
	CHECK(strstr(line, "local") == NULL);
	log_format_session(text, sizeof(text), LOG_EVENT_END, &about);
	CHECK_STR(text, "ended after 1.500 s: because; bytes forward 5, backward -; peer 127.0.0.1:1, local -");
}

/* One line, printable, closed, whatever comes in and however long it is. */
static void
check_line(size_t len, bool is_json)
{
	CHECK_INT(len, strlen(line));
	CHECK(len <= LOG_LINE_MAX);
	CHECK(len > 0 && line[len - 1] == '\n');
	for (size_t i = 0; i + 1 < len; i++)
		if (!CHECK((unsigned char)line[i] >= 0x20 && line[i] != 0x7f))
			return;
	if (is_json)
		CHECK(len > 2 && line[0] == '{' && line[len - 2] == '}' && line[len - 3] == '"');
}

static void
bears_anything(void)
{
	static const char *const pieces[] = { "a", "\n", "\"", "\\", "\377", "\303\266", "\342\200\256",
		"\360\237\230\200" };
	const size_t big = 1 << 20;
	char *text = malloc(big + 8);

	for (size_t p = 0; p < sizeof(pieces) / sizeof(*pieces); p++) {
		for (size_t size = 0; size <= big; size = size < 5000 ? size + 97 : size + big / 3) {
			struct log_record r;
			struct log_session about = { .reason = text, .peer = text, .local = text };
			size_t n = 0;

			while (n < size)
				n += strlen(strcpy(text + n, pieces[p]));
			text[n] = '\0';
			r = record(text, text);
			r.error = text;
			r.hint = "hint";
			r.repeated = 1234567890;
			check_line(log_format_text(line, &r, true, p % 2 == 0), false);
			CHECK(strstr(line, "(hint) (repeated 1234567890 times)\n") != NULL);
			r.event = LOG_EVENT_END;
			r.about = &about;
			check_line(log_format_json(line, &r), true);
		}
	}
	free(text);
}

static void
bears_zero_bytes(void)
{
	struct log_record r = record("e", "x");

	r.text = "a\0b";
	r.text_len = 3;
	log_format_text(line, &r, false, true);
	CHECK_STR(line, "ipcwire: e: a\\000b\n");
}

static const struct unit_test tests[] = {
	TEST(text_has_its_form),
	TEST(json_has_its_keys),
	TEST(json_tells_sessions),
	TEST(bears_anything),
	TEST(bears_zero_bytes),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
