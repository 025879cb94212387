/* Recordings: what is written is read back byte for byte, however it is cut, and what others write is understood. */
#include "base/cast.h"

#include <stdlib.h>

#include "unit.h"

static struct cast_writer writer;
static struct cast_reader reader;
static struct diag diag;
static char said[2][65536]; /* output, input */
static size_t lens[2];

static void
begin(void)
{
	cast_writer_fini(&writer);
	cast_reader_fini(&reader);
	diag_fini(&diag);
	memset(lens, 0, sizeof(lens));
}

static int
read_line(const char *line, struct cast_event *e)
{
	return cast_read(&reader, line, strlen(line), e, &diag);
}

/* Reads the lines that were written. */
static bool
read_all(void)
{
	const char *p = writer.text, *end = p + writer.len;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		struct cast_event e;
		int n;

		if (!CHECK(nl != NULL))
			return false;
		n = cast_read(&reader, p, (size_t)(nl - p), &e, &diag);
		if (!CHECK(n >= 0)) {
			printf("# %s: %.*s\n", diag.text, (int)(nl - p), p);
			return false;
		}
		if (n == 1 && (e.code == CAST_OUTPUT || e.code == CAST_INPUT)) {
			const unsigned i = e.code == CAST_INPUT;

			memcpy(said[i] + lens[i], e.data, e.len);
			lens[i] += e.len;
		}
		p = nl + 1;
	}
	return true;
}

static void
head(void)
{
	const struct cast_header h = { .cols = 80, .rows = 24 };

	cast_put_header(&writer, &h);
}

static void
text_is(const char *want)
{
	writer.text[writer.len - 1] = '\0';
	CHECK_STR(writer.text, want);
	writer.text[writer.len - 1] = '\n';
}

static void
the_header_is_written_and_read(void)
{
	char type[] = "xterm", command[] = "say \"hi\"", title[] = "t\xc3\xa9st";
	const struct cast_header h = { .cols = 100,
		.rows = 30,
		.timestamp = 1504467315,
		.type = type,
		.command = command,
		.title = title };
	struct cast_event e;

	begin();
	cast_put_header(&writer, &h);
	text_is(
	    "{\"version\": 3, \"term\": {\"cols\": 100, \"rows\": 30, \"type\": \"xterm\"}, \"timestamp\": 1504467315, "
	    "\"command\": \"say \\\"hi\\\"\", \"title\": \"t\xc3\xa9st\"}");
	CHECK_INT(cast_read(&reader, writer.text, writer.len - 1, &e, &diag), 0);
	CHECK_INT(reader.header.version, 3);
	CHECK_INT(reader.header.cols, 100);
	CHECK_INT(reader.header.rows, 30);
	CHECK_INT(reader.header.timestamp, 1504467315);
	CHECK_STR(reader.header.type, type);
	CHECK_STR(reader.header.command, command);
	CHECK_STR(reader.header.title, title);
}

static void
events_are_lines_with_intervals(void)
{
	begin();
	cast_put(&writer, 1500000000, CAST_OUTPUT, "a\r\n\x1b[1m\"\\", 9);
	cast_put(&writer, 1500000999, CAST_INPUT, "b\0", 2);
	cast_put(&writer, 1500001000, CAST_RESIZE, "90x30", 5);
	cast_put(&writer, 3000000000, CAST_EXIT, "0", 1);
	text_is("[1.500000, \"o\", \"a\\r\\n\\u001b[1m\\\"\\\\\"]\n[0.000000, \"i\", \"b\\u0000\"]\n"
		"[0.000001, \"r\", \"90x30\"]\n[1.499999, \"x\", \"0\"]");
}

static void
a_character_in_two_pieces_stays_one(void)
{
	begin();
	cast_put(&writer, 0, CAST_OUTPUT, "x\xe2\x82", 3);
	cast_put(&writer, 0, CAST_INPUT, "i", 1);
	cast_put(&writer, 1000, CAST_OUTPUT, "\xacy", 2);
	text_is(
	    "[0.000000, \"o\", \"x\"]\n[0.000000, \"i\", \"i\"]\n[0.000001, \"o\", \"\xe2\x82\xac\"]\n[0.000000, \"o\", \"y\"]");
}

static void
bytes_that_are_no_characters_survive(void)
{
	begin();
	head();
	cast_put(&writer, 0, CAST_OUTPUT, "\xc3\xbf\xff", 3);
	cast_put(&writer, 0, CAST_OUTPUT, "\xe2\x82", 2);
	cast_put_held(&writer, 0);
	CHECK(memmem(writer.text, writer.len, "\xc3\xbf\\u00ff", 8) != NULL);
	CHECK(memmem(writer.text, writer.len, "\n# bytes", 8) != NULL);
	CHECK(read_all());
	CHECK_INT(lens[0], 5);
	CHECK(memcmp(said[0], "\xc3\xbf\xff\xe2\x82", 5) == 0);
}

static void
any_bytes_in_any_pieces_come_back(void)
{
	static const char *const atoms[] = { "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xff", "\xe2",
		"\xf0\x9f", "\x80", "\n", "\"", "\\", "\x7f", "\xed\xa0\x80", "\xc0\x80" };
	const int rounds = getenv("ROUNDS") != NULL ? atoi(getenv("ROUNDS")) : 2000;

	srandom(7);
	for (int round = 0; round < rounds; round++) {
		char sent[2][512];
		size_t n[2] = { 0, 0 }, done[2] = { 0, 0 };

		begin();
		head();
		for (int i = 0; i < 60; i++) {
			const unsigned to = random() % 4 == 0;
			const char *atom = atoms[random() % (long)(sizeof(atoms) / sizeof(*atoms))];

			memcpy(sent[to] + n[to], atom, strlen(atom));
			n[to] += strlen(atom);
			if (random() % 8 == 0)
				sent[to][n[to]++] = '\0';
		}
		while (done[0] < n[0] || done[1] < n[1]) {
			const unsigned to = random() % 2 == 0;
			const size_t left = n[to] - done[to], piece = left > 0 ? (size_t)random() % left + 1 : 0;

			if (left > 0)
				cast_put(&writer, 0, to == 0 ? CAST_OUTPUT : CAST_INPUT, sent[to] + done[to],
				    piece < 7 ? piece : 7);
			done[to] += piece < 7 ? piece : 7;
			if (done[to] > n[to])
				done[to] = n[to];
		}
		cast_put_held(&writer, 0);
		if (!CHECK(read_all()) || !CHECK(lens[0] == n[0] && lens[1] == n[1]) ||
		    !CHECK(memcmp(said[0], sent[0], n[0]) == 0) || !CHECK(memcmp(said[1], sent[1], n[1]) == 0))
			return;
	}
}

static void
the_times_of_many_events_do_not_drift(void)
{
	struct cast_event e = { 0 };
	const char *p;

	begin();
	head();
	for (int i = 1; i <= 1000; i++) {
		cast_put(&writer, (uint64_t)i * 1000333, CAST_OUTPUT, "x", 1);
	}
	p = writer.text;
	for (const char *nl; (nl = memchr(p, '\n', (size_t)(writer.text + writer.len - p))) != NULL; p = nl + 1)
		CHECK(cast_read(&reader, p, (size_t)(nl - p), &e, &diag) >= 0);
	CHECK_INT(e.at / 1000, 1000333);
}

static void
what_others_write_is_read(void)
{
	struct cast_event e;

	begin();
	CHECK_INT(read_line("{ \"term\": {\"theme\": {\"fg\": [1,{}], \"x\": null}, \"rows\":24,\"cols\":80, \"type\":null},"
			    " \"env\": {\"SHELL\": \"/bin/zsh\"}, \"idle_time_limit\": 2.5, \"version\": 3}",
		      &e),
	    0);
	CHECK_INT(reader.header.idle_limit, 2500000000);
	CHECK_INT(read_line("# a comment", &e), 0);
	CHECK_INT(read_line("", &e), 0);
	CHECK_INT(read_line("[0.25, \"o\", \"\\u00e9\\ud83d\\ude00\\/\\ud800\"]\r", &e), 1);
	CHECK_STR(e.data, "\xc3\xa9\xf0\x9f\x98\x80/\xef\xbf\xbd");
	CHECK_INT(e.at, 250000000);
	CHECK_INT(read_line(" [ 1e-1 , \"m\" , \"here\" ] ", &e), 1);
	CHECK_INT(e.code, 'm');
	CHECK_INT(e.at, 350000000);
	CHECK_INT(read_line("[1, \"long\", \"\"]", &e), 1);
	CHECK_INT(e.code, '?');
}

static void
times_of_version_2_are_since_the_beginning(void)
{
	struct cast_event e;

	begin();
	CHECK_INT(read_line("{\"version\": 2, \"width\": 90, \"height\": 20}", &e), 0);
	CHECK_INT(reader.header.cols, 90);
	CHECK_INT(reader.header.rows, 20);
	CHECK_INT(read_line("[0.5, \"o\", \"a\"]", &e), 1);
	CHECK_INT(read_line("[0.75, \"o\", \"b\"]", &e), 1);
	CHECK_INT(e.at, 750000000);
	CHECK_INT(read_line("[0.7, \"o\", \"not before the one before\"]", &e), 1);
	CHECK_INT(e.at, 750000000);
}

static void
refuses(const char *line, int pos, const char *why)
{
	struct cast_event e;

	CHECK_INT(read_line(line, &e), -1);
	CHECK_INT(diag.pos, pos);
	CHECK_STR(diag.text, why);
}

static void
bad_lines_have_a_place_and_a_reason(void)
{
	struct cast_event e;

	begin();
	refuses("", 0, "this is no recording: its first line is no object of JSON");
	refuses("{}", 0, "this is no recording: the header has no version");
	refuses("{\"version\": 1}", 12, "a recording of version 1");
	refuses("{\"version\": 3, \"term\": {\"cols\": 70000}}", 32, "a terminal has 1 to 65535 columns and rows");
	refuses("{\"version\": 3} x", 15, "something behind the end");
	CHECK_INT(read_line("{\"version\": 3}", &e), 0);
	refuses("[0.1, \"o\", \"abc", 15, "the string has no end");
	refuses("[0.1, \"o\"", 9, "',' is missing");
	refuses("[-1, \"o\", \"\"]", 1, "the time of an event is 0 to 1000000000 seconds");
	refuses("[0.1, \"o\", \"\\x\"]", 13, "no such escape in a string");
	refuses("[0.1, \"o\", 5]", 11, "a string is missing");
	refuses("[1e999, \"o\", \"\"]", 1, "this is no number");
	refuses("hello", 0, "'[' is missing");
}

int
main(void)
{
	static const struct unit_test tests[] = {
		TEST(the_header_is_written_and_read),
		TEST(events_are_lines_with_intervals),
		TEST(a_character_in_two_pieces_stays_one),
		TEST(bytes_that_are_no_characters_survive),
		TEST(any_bytes_in_any_pieces_come_back),
		TEST(the_times_of_many_events_do_not_drift),
		TEST(what_others_write_is_read),
		TEST(times_of_version_2_are_since_the_beginning),
		TEST(bad_lines_have_a_place_and_a_reason),
	};
	const int status = UNIT_MAIN(tests);

	begin();
	return status;
}
