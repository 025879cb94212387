#ifndef IPCWIRE_PTY_H
#define IPCWIRE_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "process/pty_line.h"

struct termios_opts;
struct winsize;

/*
 * Pseudo-terminals, for two uses. As a way for data nothing is echoed, added or swallowed, and what is written is read as it is.
 * As a terminal for a program that wants a person, it has the modes that a person expects, and what is written is typed.
 */
enum pty_use {
	PTY_OUTPUT, /* data: the program only writes to it; who reads there finds the end */
	PTY_DATA,   /* data both ways: it reads lines, for there is no end of input without them */
	PTY_TYPED,
	PTY_LINE, /* a line between two others: raw, until somebody there says otherwise */
	PTY_USE_N
};

enum pty_long_lines { PTY_LONG_AUTO, PTY_LONG_REFUSE, PTY_LONG_PIECES, PTY_LONG_N };
enum pty_at_end { PTY_END_AUTO, PTY_END_EOF, PTY_END_NONE, PTY_END_N };

struct pty_wish {
	enum pty_use use;
	const struct termios_opts *modes; /* that are changed; or NULL */
	const struct winsize *size;       /* NULL: that of our terminal, or 80 by 24 */
};

/* Where the input of a terminal stands. */
struct pty_input {
	enum pty_use use;
	enum pty_long_lines long_lines;
	enum pty_at_end at_end;
	unsigned iflag, lflag; /* as we made them */
	size_t column;         /* PTY_DATA: bytes since the last end of a line, or of a piece of one */
	bool is_quoted;        /* PTY_DATA: the character that quotes is out, the one it is for is not */
	struct pty_line line;  /* the others */
	bool is_refused;       /* a line was too long, and is taken back */
	unsigned ntold;        /* how often the end was told */
	bool told_a_line;      /* the last time to one who read lines */
	bool only_lines;       /* it is told again to who reads lines alone: the caller's to set */
};

/*
 * Opens a pair, close-on-exec, with modes and size; slave NULL: it is not opened, so that nobody has had it yet. Returns 0 or -errno.
 */
int pty_open(int *master, int *slave, const struct pty_wish *);
/* The beginning of its input; long_lines and at_end are the caller's to set. */
void pty_input_init(struct pty_input *, int master, enum pty_use);
/* "/dev/pts/N". Returns 0 or -errno. */
int pty_name(int master, char *name, size_t size);
/* Another descriptor of the slave. Returns it or -errno. */
int pty_open_slave(int master);

/* Reads from a non-blocking master as much as there is. 0 is the end: what the kernel calls EIO. Else as readv(2), or -errno. */
#define PTY_IOV_MAX 4
ssize_t pty_read(int master, const struct iovec *iov, int niov);
/*
 * Writes to a non-blocking master. PTY_DATA: while the program reads lines (whatever modes it has set), special characters are
 * quoted, and a line that is too long for the kernel goes in pieces. Else the bytes go as they are, but for a line that is too long:
 * that goes in pieces, or is refused. Returns how many of them were taken, or -errno; -EPIPE: nobody reads there any more;
 * -EMSGSIZE: the line was refused, and what it had by then is taken back.
 */
ssize_t pty_write(int master, struct pty_input *, const struct iovec *iov);
/*
 * Tells the program the end of its input. Returns 0, or -EAGAIN (to be repeated), or -errno; -EOPNOTSUPP: its modes, which are those
 * that we made, know no end.
 */
int pty_write_end(int master, struct pty_input *);
/*
 * The end of a pipe stays there, that of a terminal is read once, and is a NUL byte to one who has changed from lines to single
 * characters before he reads it (n_tty(4)). So it is told again as soon as it has been read, or thrown away; but not to one who takes
 * single characters and was told as such, nor more than PTY_END_TELLINGS times. Returns 1: it was; 0: there was no need; or -errno.
 */
#define PTY_END_TELLINGS 16
int pty_repeat_end(int master, int slave, struct pty_input *);
/* It has been told, and not too often. */
bool pty_may_repeat_end(const struct pty_input *);

#endif
