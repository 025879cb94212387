#ifndef IPCWIRE_TTY_MODES_H
#define IPCWIRE_TTY_MODES_H

#include <stdbool.h>
#include <termios.h>

/* The modes of a terminal with its speed, as they were found, to be put back. */
struct tty_modes {
	bool is_saved;
	struct termios termios;
	unsigned ispeed, ospeed;
};

/* Returns 0 or -errno. */
int tty_modes_save(struct tty_modes *, int fd);
/* At once: what was typed stays (unlike with TCSAFLUSH). Only when they were saved. Returns 0 or -errno. */
int tty_modes_restore(const struct tty_modes *, int fd);

#endif
