/* A file of its own, for the kernel's header and that of the C library exclude each other. */
#include "process/tty_speed.h"

#include <asm/termbits.h>
#include <errno.h>
#include <sys/ioctl.h>

#ifndef IBSHIFT
#define IBSHIFT 16
#endif

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
	t.c_cflag &= ~(tcflag_t)(CBAUD | (CBAUD << IBSHIFT));
	t.c_cflag |= BOTHER | (BOTHER << IBSHIFT);
	if (in != 0)
		t.c_ispeed = in;
	if (out != 0)
		t.c_ospeed = out;
	if (ioctl(fd, TCSETS2, &t) == -1)
		return -errno;
	error = tty_speed_get(fd, &got_in, &got_out);
	if (error == 0 && (!tty_speed_is_near(in, got_in) || !tty_speed_is_near(out, got_out)))
		error = -ENOTSUP;
	return error;
}
