/* The length of a line that is being typed, byte by byte, as a terminal counts it. */
#include "process/pty_line.h"

#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "process/termios_opts.h"
#include "unit.h"

static struct termios
cooked(void)
{
	struct termios_opts o = { 0 };
	struct termios t = { 0 };

	opt_defaults(termios_opts_table, &o);
	o.sane = OPT_YES;
	termios_opts_apply(&o, &t);
	return t;
}

static size_t
column(const char *typed, size_t len, const struct termios *t)
{
	struct pty_line l = { 0 };

	for (size_t i = 0; i < len; i++)
		pty_line_type(&l, t, (unsigned char)typed[i]);
	return l.column;
}
#define COLUMN(text, t) column(text, sizeof(text) - 1, t)

static void
counts_what_the_terminal_keeps(void)
{
	struct termios t = cooked();

	CHECK_INT(COLUMN("abc", &t), 3);
	CHECK_INT(COLUMN("abc\nd", &t), 1);
	CHECK_INT(COLUMN("abc\rd", &t), 1);
	CHECK_INT(COLUMN("abc\004", &t), 0);
	CHECK_INT(COLUMN("abc\025", &t), 0);
	CHECK_INT(COLUMN("abc\177", &t), 2);
	CHECK_INT(COLUMN("\177\177", &t), 0);
	CHECK_INT(COLUMN("abc\003", &t), 0);
	CHECK_INT(COLUMN("a\026\003b", &t), 3);
	CHECK_INT(COLUMN("a\026\026\n", &t), 0);
	t.c_lflag |= NOFLSH;
	CHECK_INT(COLUMN("abc\003", &t), 4);
	t.c_iflag &= ~(tcflag_t)ICRNL;
	CHECK_INT(COLUMN("abc\rd", &t), 5);
	t.c_iflag |= INLCR;
	CHECK_INT(COLUMN("abc\nd", &t), 5);
	t.c_cc[VEOF] = _POSIX_VDISABLE;
	CHECK_INT(COLUMN("a\004", &t), 2);
}

static size_t
fits(size_t begun, size_t len, size_t newline)
{
	static unsigned char bytes[20000];
	const struct termios t = cooked();
	const struct pty_line l = { .column = begun };

	memset(bytes, 'x', sizeof(bytes));
	if (newline > 0)
		bytes[newline - 1] = '\n';
	return pty_line_fits(&l, &t, bytes, len);
}

static void
takes_lines_up_to_the_limit(void)
{
	CHECK_INT(fits(0, 4095, 0), 4095);
	CHECK_INT(fits(0, 4096, 4096), 4096);
	CHECK_INT(fits(0, 4096, 0), 0);
	CHECK_INT(fits(0, 4097, 4097), 0);
	CHECK_INT(fits(0, 5000, 10), 10); /* the lines before one that is too long */
	CHECK_INT(fits(0, 4000, 10), 4000);
	CHECK_INT(fits(4000, 95, 0), 95);
	CHECK_INT(fits(4000, 96, 0), 95); /* what was begun is filled up, and refused then */
	CHECK_INT(fits(4095, 1, 0), 0);
	CHECK_INT(fits(4095, 1, 1), 1);
	CHECK_INT(fits(10, 0, 0), 0);
}

static const struct unit_test tests[] = {
	TEST(counts_what_the_terminal_keeps),
	TEST(takes_lines_up_to_the_limit),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
