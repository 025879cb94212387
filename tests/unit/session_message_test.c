/* Messages of sessions: there and back, in any pieces, and what is none. */
#include "dialogue/session_message.h"

#include "unit.h"

static void
comes_as_it_went(void)
{
	struct session_out o = { 0 };
	struct session_message m;
	int64_t n, number;

	session_out_begin(&o, SESSION_ASK);
	session_out_field(&o, "send", 4);
	session_out_number(&o, -12345678901);
	session_out_field(&o, "", 0);
	session_out_field(&o, "a\0b", 3);
	session_out_end(&o);
	session_out_begin(&o, SESSION_STATUS);
	session_out_number(&o, 124);
	session_out_end(&o);
	for (size_t len = 0; len < 4 + 1 + 4 * 4 + 4 + 12 + 3; len++)
		CHECK_INT(session_message_parse(&m, o.bytes, len), 0);
	n = session_message_parse(&m, o.bytes, o.len);
	CHECK_INT(n, 4 + 1 + 4 * 4 + 4 + 12 + 3);
	CHECK_INT(m.type, SESSION_ASK);
	CHECK_INT(m.nfields, 4);
	CHECK(m.fields[3].len == 3 && memcmp(m.fields[3].bytes, "a\0b", 3) == 0);
	CHECK(session_field_number(&m, 1, &number) && number == -12345678901);
	CHECK(!session_field_number(&m, 0, &number));
	CHECK(!session_field_number(&m, 2, &number));
	CHECK(!session_field_number(&m, 9, &number));
	session_message_fini(&m);
	session_out_taken(&o, (size_t)n);
	CHECK_INT(session_message_parse(&m, o.bytes, o.len), o.len);
	CHECK_INT(m.type, SESSION_STATUS);
	CHECK(session_field_number(&m, 0, &number) && number == 124);
	session_message_fini(&m);
	session_out_fini(&o);
}

static void
refuses_what_is_none(void)
{
	static const struct {
		const char *bytes;
		size_t len;
		int result;
	} cases[] = {
		{ "\0\0\0\0", 4, -1 },
		{ "\xff\xff\xff\xff", 4, -1 },
		{ "\0\x20\0\1", 4, -1 },
		{ "\0\x20\0\0", 4, 0 },
		{ "\0\0\0\1Q", 5, 5 },
		{ "\0\0\0\2Qx", 6, -1 },
		{ "\0\0\0\6Q\0\0\0\2x", 10, -1 },
		{ "\0\0\0\6Q\xff\xff\xff\xffx", 10, -1 },
		{ "\0\0\0\6Q\0\0\0\1x", 10, 10 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct session_message m;

		CHECK_INT(session_message_parse(&m, cases[i].bytes, cases[i].len), cases[i].result);
		session_message_fini(&m);
	}
}

static const struct unit_test tests[] = {
	TEST(comes_as_it_went),
	TEST(refuses_what_is_none),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
