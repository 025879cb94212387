#ifndef IPCWIRE_TTY_SPEED_H
#define IPCWIRE_TTY_SPEED_H

/* Speeds of a terminal in bits a second, any number (ioctl_tty(2), TCSETS2), where termios(3) knows only a list of them. */

/* 0: left as it is. Returns 0 or -errno; -ENOTSUP: the device made something else of it, more than 3 percent away. */
int tty_speed_set(int fd, unsigned in, unsigned out);
int tty_speed_get(int fd, unsigned *in, unsigned *out);

#endif
