/*
 * A pair of pseudo-terminal ends. The modes are set on the slave before any program has it: later ones would be too
 * late for its first output (pty(7), termios(3)).
 */
#include "process/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/io.h"

static int
pty_open_slave(int master)
{
	int unlock = 0, fd;
	char path[64];
	unsigned number;

	if (ioctl(master, TIOCSPTLCK, &unlock) == -1)
		return -errno;
	/* Needs no path, so it works in a chroot and in another mount namespace. */
	fd = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd != -1)
		return fd;
	if (ioctl(master, TIOCGPTN, &number) == -1)
		return -errno;
	snprintf(path, sizeof(path), "/dev/pts/%u", number);
	return io_open(path, O_RDWR | O_NOCTTY, 0);
}

/*
 * No output processing, no echo, no signals and no flow control from data. With input it stays in lines, because without
 * them a terminal has no end of input; its special characters are quoted in what we write (pty_write).
 */
static int
pty_set_modes(int slave, bool has_input)
{
	struct termios t;

	if (tcgetattr(slave, &t) == -1)
		return -errno;
	cfmakeraw(&t);
	t.c_cflag |= CREAD;
	if (has_input) {
		t.c_lflag |= ICANON | IEXTEN;
		t.c_cc[VEOF] = 4; /* where VMIN is the same place, cfmakeraw(3) has taken it */
	}
	return tcsetattr(slave, TCSANOW, &t) == -1 ? -errno : 0;
}

/* That of the terminal we are at; a program at a terminal without size may divide by it. */
static int
pty_set_size(int slave)
{
	struct winsize size = { 0 };

	for (int fd = 0; fd <= 2; fd++)
		if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row != 0 && size.ws_col != 0)
			return ioctl(slave, TIOCSWINSZ, &size) == -1 ? -errno : 0;
	size = (struct winsize){ .ws_row = 24, .ws_col = 80 };
	return ioctl(slave, TIOCSWINSZ, &size) == -1 ? -errno : 0;
}

int
pty_open(int *master, int *slave, bool has_input)
{
	int error;

	*slave = -1;
	*master = io_open("/dev/ptmx", O_RDWR | O_NOCTTY, 0);
	if (*master < 0)
		return *master;
	*slave = pty_open_slave(*master);
	error = *slave < 0 ? *slave : pty_set_modes(*slave, has_input);
	if (error == 0)
		error = pty_set_size(*slave);
	if (error == 0)
		return 0;
	if (*slave >= 0)
		io_close(slave);
	io_close(master);
	return error;
}

/* ---- what is written to a program that reads lines from a terminal ---- */

#define PTY_LINE 2048  /* the discipline drops what goes beyond 4095 bytes without an end, silently */
#define PTY_PIECE 1024 /* bytes of one write, before quoting */

/* The characters that the line discipline would act upon, and that quoting keeps from it. */
static bool
pty_is_special(const struct termios *t, unsigned char c)
{
	static const unsigned char always[] = { VEOF, VERASE, VKILL, VEOL },
				   extended[] = { VWERASE, VREPRINT, VLNEXT, VEOL2 };

	for (size_t i = 0; i < sizeof(always); i++)
		if (c == t->c_cc[always[i]])
			return c != _POSIX_VDISABLE;
	for (size_t i = 0; i < sizeof(extended); i++)
		if (c == t->c_cc[extended[i]])
			return c != _POSIX_VDISABLE;
	return false;
}

/* What one byte becomes: itself, quoted, or behind an end that only passes on what the line has so far. */
static size_t
pty_encode(const struct termios *t, const struct pty_input *in, unsigned char c, char *to)
{
	const bool can_quote = (t->c_lflag & IEXTEN) && t->c_cc[VLNEXT] != _POSIX_VDISABLE;
	size_t n = 0;

	if (in->column >= PTY_LINE && !in->is_quoted)
		to[n++] = (char)t->c_cc[VEOF];
	if (!in->is_quoted && can_quote && pty_is_special(t, c))
		to[n++] = (char)t->c_cc[VLNEXT];
	to[n++] = (char)c;
	return n;
}

/* `written` of the bytes that one byte became are out. Returns how many of them remain. */
static size_t
pty_advance(const struct termios *t, struct pty_input *in, unsigned char c, size_t *written)
{
	char code[3];
	const size_t len = pty_encode(t, in, c, code), done = *written < len ? *written : len;

	*written -= done;
	if (done == len) {
		in->column = c == '\n' ? 0 : len > 1 && in->column >= PTY_LINE ? 1 : in->column + 1;
		in->is_quoted = false;
		return 0;
	}
	if (done > 0 && in->column >= PTY_LINE && !in->is_quoted)
		in->column = 0;
	in->is_quoted = in->is_quoted || (done > 0 && code[done - 1] == (char)t->c_cc[VLNEXT]);
	return len - done;
}

static ssize_t
pty_result(ssize_t n)
{
	return n == -EIO ? -EPIPE : n;
}

static ssize_t
pty_write_lines(int master, const struct termios *t, struct pty_input *in, const unsigned char *from, size_t len)
{
	struct pty_input ahead = *in;
	char code[3 * PTY_PIECE];
	size_t n = 0, taken = 0, left;
	ssize_t result;

	for (size_t i = 0; i < len; i++) {
		size_t more = pty_encode(t, &ahead, from[i], code + n);

		n += more;
		pty_advance(t, &ahead, from[i], &more);
	}
	result = pty_result(io_writev(master, &(struct iovec){ code, n }, 1));
	if (result < 0)
		return result;
	left = (size_t)result;
	while (taken < len && pty_advance(t, in, from[taken], &left) == 0)
		taken++;
	return taken > 0 ? (ssize_t)taken : -EAGAIN;
}

ssize_t
pty_write(int master, struct pty_input *in, const struct iovec *iov)
{
	const size_t len = iov->iov_len < PTY_PIECE ? iov->iov_len : PTY_PIECE;
	struct termios t;

	if (tcgetattr(master, &t) == -1)
		return pty_result(-errno);
	if (t.c_lflag & ICANON)
		return pty_write_lines(master, &t, in, iov->iov_base, len);
	*in = (struct pty_input){ 0 };
	return pty_result(io_writev(master, iov, 1));
}

/* In the middle of a line the first one only passes on what there is. */
int
pty_write_end(int master, struct pty_input *in)
{
	struct termios t;
	ssize_t n;

	if (tcgetattr(master, &t) == -1)
		return (int)pty_result(-errno);
	const char end[] = { (char)t.c_cc[VEOF], (char)t.c_cc[VEOF] };
	const size_t len = (t.c_lflag & ICANON) && in->column > 0 ? 2 : 1;

	n = pty_result(io_writev(master, &(struct iovec){ (void *)(uintptr_t)end, len }, 1));
	if (n < 0)
		return (int)n;
	in->column = 0;
	return (size_t)n == len ? 0 : -EAGAIN;
}
