/* The table of sessions: alignment, dashes, long and foreign names. */
#include "wire/session_table.h"

#include <stdlib.h>

#include "unit.h"

#define SEC UINT64_C(1000000000)

static const struct wire_info one = { .session = 1,
	.state = "running",
	.names = { "127.0.0.1:4711", "exec:cat" },
	.flows = { { { PLAN_COPY, "x" }, true, 5, 5, 7, 1, 2, 3 },
	    { { PLAN_SPLICE, "x" }, true, 123456, 9, 8, 1, 2, 3 } },
	.missed = 30,
	.age = 5 * SEC,
	.idle = SEC / 2 };

static void
aligns_columns(void)
{
	struct wire_info sessions[2] = { one, one };
	char *text;

	sessions[1].session = 1234567;
	sessions[1].names[0] = "x";
	sessions[1].flows[0].is_known = false;
	sessions[1].flows[1].path.mode = PLAN_NONE;
	text = session_table(sessions, 2, false);
	CHECK_STR(text,
	    "SESSION   STATE    LEFT            RIGHT     FORWARD  BACKWARD  WAITING  MISSED   AGE   IDLE  PLAN\n"
	    "s1        running  127.0.0.1:4711  exec:cat        5    123456       15      30  5.0s  500ms  copy/splice\n"
	    "s1234567  running  x               exec:cat        -         -       15      30  5.0s  500ms  copy/none\n");
	free(text);
}

static void
has_a_head_without_sessions(void)
{
	char *text = session_table(NULL, 0, false);

	CHECK_STR(text, "SESSION  STATE  LEFT  RIGHT  FORWARD  BACKWARD  WAITING  MISSED  AGE  IDLE  PLAN\n");
	free(text);
}

static void
cuts_and_escapes_names(void)
{
	struct wire_info w = one;
	char *text;

	w.names[0] = "a\033\n";
	w.names[1] = "0123456789012345678901234567890123456789x";
	text = session_table(&w, 1, false);
	CHECK(strstr(text, "  a\\033\\012  ") != NULL);
	CHECK(strstr(text, "  012345678901234567890123456789012345...  ") != NULL);
	free(text);
	w.names[1] = "\xc3\xa9";
	text = session_table(&w, 1, true);
	CHECK(strstr(text, "  \xc3\xa9        ") != NULL);
	free(text);
}

static const struct unit_test tests[] = {
	TEST(aligns_columns),
	TEST(has_a_head_without_sessions),
	TEST(cuts_and_escapes_names),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
