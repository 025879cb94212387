/* A file of its own, for the kernel's header and that of the C library exclude each other. */
#include "process/tty_speed.h"

#include <asm/termbits.h>
#include <errno.h>
#include <sys/ioctl.h>

#ifndef IBSHIFT
#define IBSHIFT 16
#endif

/* Speeds that have a name: other programs, and stty(1), read those only. */
static const struct {
	unsigned baud, code;
} tty_speeds[] = {
#define TTY_SPEED(baud)       \
	{                     \
		baud, B##baud \
	}
	TTY_SPEED(50),
	TTY_SPEED(75),
	TTY_SPEED(110),
	TTY_SPEED(134),
	TTY_SPEED(150),
	TTY_SPEED(200),
	TTY_SPEED(300),
	TTY_SPEED(600),
	TTY_SPEED(1200),
	TTY_SPEED(1800),
	TTY_SPEED(2400),
	TTY_SPEED(4800),
	TTY_SPEED(9600),
	TTY_SPEED(19200),
	TTY_SPEED(38400),
	TTY_SPEED(57600),
	TTY_SPEED(115200),
	TTY_SPEED(230400),
	TTY_SPEED(460800),
	TTY_SPEED(500000),
	TTY_SPEED(576000),
	TTY_SPEED(921600),
	TTY_SPEED(1000000),
	TTY_SPEED(1152000),
	TTY_SPEED(1500000),
	TTY_SPEED(2000000),
	TTY_SPEED(2500000),
	TTY_SPEED(3000000),
	TTY_SPEED(3500000),
	TTY_SPEED(4000000),
#undef TTY_SPEED
};

static unsigned
tty_speed_code(unsigned baud)
{
	for (unsigned i = 0; i < sizeof(tty_speeds) / sizeof(*tty_speeds); i++)
		if (tty_speeds[i].baud == baud)
			return tty_speeds[i].code;
	return BOTHER;
}

int
tty_speed_get(int fd, unsigned *in, unsigned *out)
{
	struct termios2 t;

	if (ioctl(fd, TCGETS2, &t) == -1)
		return -errno;
	*in = t.c_ispeed;
	*out = t.c_ospeed;
	return 0;
}

static int
tty_speed_is_near(unsigned wanted, unsigned got)
{
	const unsigned apart = wanted > got ? wanted - got : got - wanted;

	return wanted == 0 || apart <= wanted / 33;
}

int
tty_speed_set(int fd, unsigned in, unsigned out)
{
	struct termios2 t;
	unsigned got_in = 0, got_out = 0;
	int error;

	if (ioctl(fd, TCGETS2, &t) == -1)
		return -errno;
	if (in != 0)
		t.c_ispeed = in;
	if (out != 0)
		t.c_ospeed = out;
	t.c_cflag &= ~(tcflag_t)(CBAUD | (CBAUD << IBSHIFT));
	t.c_cflag |= tty_speed_code(t.c_ospeed) | (tty_speed_code(t.c_ispeed) << IBSHIFT);
	if (ioctl(fd, TCSETS2, &t) == -1)
		return -errno;
	error = tty_speed_get(fd, &got_in, &got_out);
	if (error == 0 && (!tty_speed_is_near(in, got_in) || !tty_speed_is_near(out, got_out)))
		error = -ENOTSUP;
	return error;
}
