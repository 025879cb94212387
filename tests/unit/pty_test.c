/* The end of a terminal's input, as often as it is read and waited for. */
#include "process/pty.h"

#include <errno.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "base/io.h"
#include "unit.h"

#define DEADLINE_MS 10000

struct pair {
	int master, slave;
	struct pty_input in;
};

static bool
pair_open(struct pair *p, enum pty_use use)
{
	if (!CHECK_INT(pty_open(&p->master, &p->slave, &(struct pty_wish){ .use = use }), 0))
		return false;
	pty_input_init(&p->in, p->master, use);
	return true;
}

static void
pair_close(struct pair *p)
{
	io_close(&p->master);
	io_close(&p->slave);
}

static void
pair_set_lines(struct pair *p, bool lines)
{
	struct termios t;

	CHECK(tcgetattr(p->slave, &t) == 0);
	t.c_lflag = lines ? t.c_lflag | ICANON : t.c_lflag & ~(tcflag_t)ICANON;
	CHECK(tcsetattr(p->slave, TCSANOW, &t) == 0);
}

static int
pair_repeat(struct pair *p)
{
	return pty_repeat_end(p->master, p->slave, &p->in);
}

/* What the program reads; -1: nothing is there. */
static ssize_t
pair_read(const struct pair *p, char *byte)
{
	struct pollfd fds = { .fd = p->slave, .events = POLLIN };

	return poll(&fds, 1, DEADLINE_MS) == 1 ? read(p->slave, byte, 1) : -1;
}

static void
tells_again_who_has_read_it(void)
{
	struct pair p;
	char byte;

	if (!pair_open(&p, PTY_TYPED))
		return;
	CHECK_INT(pty_write_end(p.master, &p.in), 0);
	CHECK_INT(pair_repeat(&p), 0); /* it waits to be read */
	for (int i = 1; i < PTY_END_TELLINGS; i++) {
		CHECK_INT(pair_read(&p, &byte), 0);
		CHECK_INT(pair_repeat(&p), 1);
		CHECK_INT(pair_repeat(&p), 0);
	}
	CHECK_INT(pair_read(&p, &byte), 0);
	CHECK_INT(pair_repeat(&p), 0); /* that was enough */
	pair_close(&p);
}

static void
tells_again_who_has_left_lines(void)
{
	struct pair p;
	char byte = 'x';

	if (!pair_open(&p, PTY_TYPED))
		return;
	CHECK_INT(pty_write_end(p.master, &p.in), 0);
	CHECK_INT(pair_repeat(&p), 0); /* and is in the line discipline by that */
	pair_set_lines(&p, false);
	CHECK_INT(pair_repeat(&p), 0);
	CHECK_INT(pair_read(&p, &byte), 1);
	CHECK_INT(byte, '\0');
	CHECK_INT(pair_repeat(&p), 1);
	CHECK_INT(pair_read(&p, &byte), 1);
	CHECK_INT(byte, 4);
	CHECK_INT(pair_repeat(&p), 0); /* single characters, told as such */
	pair_set_lines(&p, true);
	CHECK_INT(pair_repeat(&p), 1);
	CHECK_INT(pair_read(&p, &byte), 0);
	pair_close(&p);
}

static void
says_nothing_where_there_is_no_end(void)
{
	struct pair p;

	if (!pair_open(&p, PTY_LINE))
		return;
	CHECK_INT(pty_write_end(p.master, &p.in), -EOPNOTSUPP);
	CHECK_INT(pair_repeat(&p), 0);
	pair_close(&p);
	if (!pair_open(&p, PTY_TYPED))
		return;
	p.in.at_end = PTY_END_NONE;
	CHECK_INT(pty_write_end(p.master, &p.in), 0);
	CHECK_INT(pair_repeat(&p), 0);
	pair_close(&p);
}

static void
says_nothing_without_a_character_for_it(void)
{
	struct pair p;
	struct termios t;

	if (!pair_open(&p, PTY_TYPED))
		return;
	CHECK(tcgetattr(p.slave, &t) == 0);
	t.c_cc[VEOF] = _POSIX_VDISABLE;
	CHECK(tcsetattr(p.slave, TCSANOW, &t) == 0);
	CHECK_INT(pty_write_end(p.master, &p.in), -EOPNOTSUPP);
	t.c_cc[VEOF] = 4;
	CHECK(tcsetattr(p.slave, TCSANOW, &t) == 0);
	CHECK_INT(pty_write_end(p.master, &p.in), 0);
	t.c_cc[VEOF] = _POSIX_VDISABLE;
	CHECK(tcsetattr(p.slave, TCSAFLUSH, &t) == 0);
	CHECK_INT(pair_repeat(&p), 0); /* a NUL byte would be data */
	pair_close(&p);
}

static void
tells_only_lines_again(void)
{
	struct pair p;
	char byte;

	if (!pair_open(&p, PTY_TYPED))
		return;
	p.in.only_lines = true;
	CHECK_INT(pty_write_end(p.master, &p.in), 0);
	pair_set_lines(&p, false);
	CHECK_INT(pair_read(&p, &byte), 1);
	CHECK_INT(pair_repeat(&p), 0);
	pair_set_lines(&p, true);
	CHECK_INT(pair_repeat(&p), 1);
	pair_close(&p);
}

static const struct unit_test tests[] = {
	TEST(tells_again_who_has_read_it),
	TEST(tells_again_who_has_left_lines),
	TEST(says_nothing_where_there_is_no_end),
	TEST(says_nothing_without_a_character_for_it),
	TEST(tells_only_lines_again),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
