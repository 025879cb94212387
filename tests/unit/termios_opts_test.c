/* Options into modes: what is written changes, all else stays. */
#include "process/termios_opts.h"

#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "unit.h"

static void
write_option(struct termios_opts *o, const char *name, const char *value)
{
	const struct opt_desc *d = opt_find(termios_opts_table, name, strlen(name));
	const char *digits = d != NULL ? opt_name_digits(d, name) : NULL;
	struct diag diag = { 0 };

	if (CHECK(d != NULL))
		CHECK_INT(opt_store(d, o, digits != NULL ? digits : value, &diag), 0);
	diag_fini(&diag);
}

static struct termios
some_modes(void)
{
	return (struct termios){ .c_iflag = ICRNL | IXON | IUTF8 | INPCK,
		.c_oflag = OPOST | ONLCR,
		.c_cflag = CS7 | PARENB | CREAD | HUPCL,
		.c_lflag = ICANON | ECHO | ISIG | IEXTEN,
		.c_cc = { [VINTR] = 3, [VEOF] = 4, [VKILL] = 21 } };
}

/* With one option, or two (the second NULL: one). */
static struct termios
with(const char *name, const char *value, const char *second)
{
	struct termios_opts o = { 0 };
	struct termios t = some_modes();

	opt_defaults(termios_opts_table, &o);
	CHECK(termios_opts_first(&o) == NULL);
	write_option(&o, name, value);
	CHECK(termios_opts_first(&o) != NULL);
	if (second != NULL)
		write_option(&o, second, NULL);
	termios_opts_apply(&o, &t);
	return t;
}

static void
changes_what_is_written_alone(void)
{
	struct termios was = some_modes(), is = with("echo", "no", NULL);

	was.c_lflag &= ~(tcflag_t)ECHO;
	CHECK(memcmp(&was, &is, sizeof(is)) == 0);
	was = some_modes();
	is = with("ctlecho", NULL, NULL);
	was.c_lflag |= ECHOCTL;
	CHECK(memcmp(&was, &is, sizeof(is)) == 0);
}

static void
sets_characters(void)
{
	CHECK_INT(with("intr", "^X", NULL).c_cc[VINTR], 24);
	CHECK_INT(with("veof", "undef", NULL).c_cc[VEOF], _POSIX_VDISABLE);
	CHECK_INT(with("min", "7", NULL).c_cc[VMIN], 7);
}

static void
sets_the_line(void)
{
	CHECK_INT(with("cs8", NULL, NULL).c_cflag & (CSIZE | PARENB), CS8 | PARENB);
	CHECK_INT(with("parity", "none", "cs8").c_cflag & (CSIZE | PARENB), CS8);
	CHECK_INT(with("parity", "odd", NULL).c_cflag & (PARENB | PARODD | CMSPAR), PARENB | PARODD);
	CHECK_INT(with("parity", "mark", NULL).c_cflag & (PARENB | PARODD | CMSPAR), PARENB | PARODD | CMSPAR);
	CHECK_INT(with("parity", "space", NULL).c_cflag & (PARENB | PARODD | CMSPAR), PARENB | CMSPAR);
	CHECK(with("flow", "hard", NULL).c_cflag & CRTSCTS);
	CHECK_INT(with("flow", "hard", NULL).c_iflag & (IXON | IXOFF), 0);
	CHECK_INT(with("flow", "soft", NULL).c_iflag & (IXON | IXOFF), IXON | IXOFF);
	CHECK_INT(with("flow", "none", NULL).c_iflag & (IXON | IXOFF), 0);
}

static void
has_whole_sets_first(void)
{
	struct termios t = with("raw", NULL, NULL);

	CHECK_INT(t.c_lflag & (ICANON | ECHO | ISIG | IEXTEN), 0);
	CHECK_INT(t.c_iflag & (ICRNL | IXON | INPCK), 0);
	CHECK_INT(t.c_oflag & OPOST, 0);
	CHECK_INT(t.c_cflag & (CSIZE | PARENB | CREAD | HUPCL), CS8 | CREAD | HUPCL);
	CHECK_INT(t.c_cc[VMIN], 1);
	CHECK_INT(with("echo", NULL, "raw").c_lflag, ECHO); /* in whatever order they are written */
	t = with("sane", NULL, NULL);
	CHECK_INT(t.c_cflag, some_modes().c_cflag);
	CHECK_INT(t.c_lflag & (ICANON | ECHO | ISIG | IEXTEN | ECHOE), ICANON | ECHO | ISIG | IEXTEN | ECHOE);
	CHECK_INT(t.c_iflag & (ICRNL | IXON | IUTF8), ICRNL | IXON | IUTF8);
	CHECK_INT(with("sane", NULL, "raw").c_lflag & ICANON, 0);
}

static const struct unit_test tests[] = {
	TEST(changes_what_is_written_alone),
	TEST(sets_characters),
	TEST(sets_the_line),
	TEST(has_whole_sets_first),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
