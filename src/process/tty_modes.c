/* termios(3) forgets speeds that it has no name for, so they are kept apart. */
#include "process/tty_modes.h"

#include <errno.h>

#include "process/tty_speed.h"

int
tty_modes_save(struct tty_modes *m, int fd)
{
	*m = (struct tty_modes){ 0 };
	if (tcgetattr(fd, &m->termios) == -1)
		return -errno;
	tty_speed_get(fd, &m->ispeed, &m->ospeed);
	m->is_saved = true;
	return 0;
}

int
tty_modes_restore(const struct tty_modes *m, int fd)
{
	unsigned in, out;

	if (!m->is_saved)
		return 0;
	if (tcsetattr(fd, TCSANOW, &m->termios) == -1)
		return -errno;
	if (tty_speed_get(fd, &in, &out) != 0 || (in == m->ispeed && out == m->ospeed))
		return 0;
	return tty_speed_set(fd, m->ispeed, m->ospeed);
}
