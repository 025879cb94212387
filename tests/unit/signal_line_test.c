/* Signals by name and as lines. */
#include "base/signal_line.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/signame.h"

#include "unit.h"

#define CHECK_LINE(buf, len, want) CHECK((len) == strlen(want) && memcmp((buf), (want), (len)) == 0)

static int
number(const char *name)
{
	return signame_number(name, strlen(name));
}

static void
names_are_found(void)
{
	CHECK_INT(number("USR1"), SIGUSR1);
	CHECK_INT(number("usr2"), SIGUSR2);
	CHECK_INT(number("SIGHUP"), SIGHUP);
	CHECK_INT(number("sigterm"), SIGTERM);
	CHECK_INT(number("POLL"), SIGIO);
	CHECK_INT(number("10"), 10);
	CHECK_INT(number("RTMIN"), SIGRTMIN);
	CHECK_INT(number("RTMIN+0"), SIGRTMIN);
	CHECK_INT(number("sigrtmin+3"), SIGRTMIN + 3);
	CHECK_INT(number("RTMAX"), SIGRTMAX);
	CHECK_INT(number("RTMAX-2"), SIGRTMAX - 2);
}

static void
others_are_not(void)
{
	static const char *const names[] = { "", "SIG", "SIGSIG", "US", "USR11", "0", "65", "100", "-1", "RTMIN+",
		"RTMIN-1", "RTMAX+1", "RTMIN+99", "RTMIN+31", "RTMAX-31", "RTMIN+x", "RTMIN3" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		CHECK_INT(number(names[i]), 0);
}

static void
every_name_comes_back(void)
{
	for (int signo = 1; signo <= SIGRTMAX; signo++) {
		char buf[SIGNAME_MAX];

		CHECK_INT(number(signame_format(buf, signo)), signo);
	}
}

static void
some_are_not_to_be_had(void)
{
	CHECK(signame_against(SIGKILL) != NULL);
	CHECK(signame_against(SIGSTOP) != NULL);
	CHECK(signame_against(SIGCHLD) != NULL);
	CHECK(signame_against(32) != NULL);
	CHECK(signame_against(SIGUSR1) == NULL);
	CHECK(signame_against(SIGTERM) == NULL);
	CHECK(signame_against(SIGRTMIN) == NULL);
	CHECK(signame_against(SIGRTMAX) == NULL);
}

static void
lines_are_written(void)
{
	struct signal_message m = { .signo = SIGUSR1, .has_sender = true, .pid = 123, .uid = 4294967295u };
	char buf[SIGNAL_LINE_MAX];
	size_t len = signal_line_format(buf, &m);

	CHECK_LINE(buf, len, "USR1 pid=123 uid=4294967295\n");
	m = (struct signal_message){ .signo = SIGRTMIN + 1, .has_value = true, .value = -2147483647 - 1 };
	len = signal_line_format(buf, &m);
	CHECK_LINE(buf, len, "RTMIN+1 value=-2147483648\n");
}

static void
lines_are_read(void)
{
	static const char line[] = " rtmin+30\tvalue=2147483647 uid=4294967295  pid=2147483647\r";
	struct signal_message m;
	struct diag d = { 0 };
	char buf[SIGNAL_LINE_MAX];
	size_t len;

	CHECK_INT(signal_line_parse(line, sizeof(line) - 1, &m, &d), 1);
	CHECK_INT(m.signo, SIGRTMIN + 30);
	CHECK_INT(m.value, 2147483647);
	CHECK(m.has_value && m.has_sender && m.uid == 4294967295u && m.pid == 2147483647u);
	len = signal_line_format(buf, &m);
	CHECK_LINE(buf, len, "RTMIN+30 pid=2147483647 uid=4294967295 value=2147483647\n");
	CHECK_INT(signal_line_parse("", 0, &m, &d), 0);
	CHECK_INT(signal_line_parse(" \t\r", 3, &m, &d), 0);
}

static void
bad_lines_are_refused(void)
{
	static const struct {
		const char *line, *text;
		size_t pos;
	} lines[] = {
		{ " FOO", "no signal has the name 'FOO'", 1 },
		{ "USR1 7", "neither pid=, uid= nor value= with a number: '7'", 5 },
		{ "USR1 value=", "neither pid=, uid= nor value= with a number: 'value='", 5 },
		{ "USR1 value=2147483648", "neither pid=, uid= nor value= with a number: 'value=2147483648'", 5 },
		{ "USR1 value=7x", "neither pid=, uid= nor value= with a number: 'value=7x'", 5 },
		{ "USR1 pid=-1", "neither pid=, uid= nor value= with a number: 'pid=-1'", 5 },
		{ "USR1 value=99999999999", "neither pid=, uid= nor value= with a number: 'value=99999999999'", 5 },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct signal_message m;
		struct diag d = { 0 };

		CHECK_INT(signal_line_parse(lines[i].line, strlen(lines[i].line), &m, &d), -1);
		CHECK_STR(d.text, lines[i].text);
		CHECK_INT((int)d.pos, (int)lines[i].pos);
		diag_fini(&d);
	}
}

static const struct unit_test tests[] = {
	TEST(names_are_found),
	TEST(others_are_not),
	TEST(every_name_comes_back),
	TEST(some_are_not_to_be_had),
	TEST(lines_are_written),
	TEST(lines_are_read),
	TEST(bad_lines_are_refused),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
