#ifndef IPCWIRE_PTY_H
#define IPCWIRE_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

/* Pseudo-terminals as a way for data: nothing is echoed, added or swallowed. */

/*
 * Opens a pair, both close-on-exec, the modes and the size of the terminal set. has_input: the program reads from it, too, line by
 * line, so that the end of input can be told. Returns 0 or -errno.
 */
int pty_open(int *master, int *slave, bool has_input);

/* Where the input of such a program stands. Zero is the start. */
struct pty_input {
	size_t column;  /* bytes since the last end of a line, or of a piece of one */
	bool is_quoted; /* the character that quotes is out, the one it is for is not */
};

/*
 * Writes to a non-blocking master what the program is to read as it is: while it reads lines (whatever modes it has set), special
 * characters are quoted, and a line that is too long for the kernel goes in pieces; else the bytes go as they are. Returns how
 * many of them were taken, or -errno; -EPIPE: nobody reads there any more.
 */
ssize_t pty_write(int master, struct pty_input *, const struct iovec *iov);
/* Tells the program the end of its input. Returns 0, or -EAGAIN (to be repeated), or -errno. */
int pty_write_end(int master, struct pty_input *);

#endif
