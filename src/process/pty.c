/*
 * A pair of pseudo-terminal ends. The modes are set before any program has the slave: later ones would be too late for its
 * first output (pty(7), termios(3)).
 */
#include "process/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/io.h"
#include "process/termios_opts.h"

int
pty_name(int master, char *name, size_t size)
{
	unsigned number;

	if (ioctl(master, TIOCGPTN, &number) == -1)
		return -errno;
	snprintf(name, size, "/dev/pts/%u", number);
	return 0;
}

int
pty_open_slave(int master)
{
	char path[64];
	/* Needs no path, so it works in a chroot and in another mount namespace. */
	int fd = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd != -1)
		return fd;
	fd = pty_name(master, path, sizeof(path));
	return fd != 0 ? fd : io_open(path, O_RDWR | O_NOCTTY, 0);
}

static bool
pty_is_utf8(void)
{
	static const char names[][12] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && *value != '\0')
			return strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL;
	}
	return false;
}

/* No output processing, no echo, no signals and no flow control from data. */
static void
pty_make_data(struct termios *t, bool has_lines)
{
	cfmakeraw(t);
	t->c_cflag |= CREAD;
	if (!has_lines)
		return;
	t->c_lflag |= ICANON | IEXTEN;
	t->c_cc[VEOF] = 4; /* where VMIN is the same place, cfmakeraw(3) has taken it */
}

/*
 * What a new terminal has, but for stopping output by a character: in data that comes from elsewhere than a person it would do so
 * for ever.
 */
static void
pty_make_typed(struct termios *t)
{
	if (!isatty(0))
		t->c_iflag &= ~(tcflag_t)IXON;
	if (pty_is_utf8())
		t->c_iflag |= IUTF8;
}

/* But for what only serial lines have, and tcsetattr(3) calls invalid here. */
static int
pty_change_modes(int master, const struct termios_opts *modes)
{
	struct termios_opts o = *modes;

	o.csize = o.parity = o.parenb = 0;
	return termios_opts_set(&o, master);
}

/* The master's modes are those of the slave. */
static int
pty_set_modes(int master, const struct pty_wish *w)
{
	struct termios t;

	if (tcgetattr(master, &t) == -1)
		return -errno;
	if (w->use == PTY_TYPED)
		pty_make_typed(&t);
	else
		pty_make_data(&t, w->use != PTY_LINE);
	if (tcsetattr(master, TCSANOW, &t) == -1)
		return -errno;
	return w->modes != NULL ? pty_change_modes(master, w->modes) : 0;
}

/* That of the terminal we are at; a program at a terminal without size may divide by it. */
static int
pty_set_size(int master, const struct winsize *wanted)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 }, ours = { 0 };

	if (wanted != NULL)
		size = *wanted;
	for (int fd = 0; fd <= 2 && wanted == NULL && ours.ws_col == 0; fd++)
		if (ioctl(fd, TIOCGWINSZ, &ours) == 0 && ours.ws_row != 0 && ours.ws_col != 0)
			size = ours;
	return ioctl(master, TIOCSWINSZ, &size) == -1 ? -errno : 0;
}

/* Who reads from a terminal that is meant for output only finds the end, for a number of times. */
static int
pty_end_reading(int master)
{
	static const char ends[] = { 4, 4, 4, 4, 4, 4, 4, 4 };
	const ssize_t n = io_writev(master, &(struct iovec){ (void *)(uintptr_t)ends, sizeof(ends) }, 1);

	return n < 0 ? (int)n : 0;
}

static int
pty_prepare(int master, int *slave, const struct pty_wish *w)
{
	int unlock = 0, error = ioctl(master, TIOCSPTLCK, &unlock) == -1 ? -errno : 0;

	if (error == 0)
		error = pty_set_modes(master, w);
	if (error == 0)
		error = pty_set_size(master, w->size);
	if (error != 0 || slave == NULL)
		return error;
	*slave = pty_open_slave(master);
	if (*slave < 0)
		return *slave;
	return w->use == PTY_OUTPUT ? pty_end_reading(master) : 0;
}

int
pty_open(int *master, int *slave, const struct pty_wish *w)
{
	const int fd = io_open("/dev/ptmx", O_RDWR | O_NOCTTY, 0);
	int error;

	if (slave != NULL)
		*slave = -1;
	*master = fd < 0 ? -1 : fd;
	if (fd < 0)
		return fd;
	error = pty_prepare(*master, slave, w);
	if (error == 0)
		return 0;
	if (slave != NULL && *slave >= 0)
		io_close(slave);
	io_close(master);
	return error;
}

void
pty_input_init(struct pty_input *in, int master, enum pty_use use)
{
	struct termios t = { 0 };

	tcgetattr(master, &t);
	*in = (struct pty_input){ .use = use, .iflag = t.c_iflag, .lflag = t.c_lflag };
}

/* ---- what is read ---- */

#define PTY_CHUNK 4095 /* a read gives no more, however much there is */

/* The part of the vector behind the first n bytes; returns how many pieces are left. */
static int
pty_skip(const struct iovec *iov, int niov, size_t n, struct iovec *rest)
{
	int left = 0;

	for (int i = 0; i < niov; i++) {
		const size_t gone = n < iov[i].iov_len ? n : iov[i].iov_len;

		n -= gone;
		if (gone < iov[i].iov_len)
			rest[left++] = (struct iovec){ (char *)iov[i].iov_base + gone, iov[i].iov_len - gone };
	}
	return left;
}

ssize_t
pty_read(int master, const struct iovec *iov, int niov)
{
	struct iovec rest[PTY_IOV_MAX];
	ssize_t total = io_readv(master, iov, niov), n = total;
	int left;

	while (n >= PTY_CHUNK && niov <= PTY_IOV_MAX && (left = pty_skip(iov, niov, (size_t)total, rest)) > 0) {
		n = io_readv(master, rest, left);
		total += n > 0 ? n : 0;
	}
	return total == -EIO ? 0 : total;
}

/* ---- what is written to a program that reads lines from a terminal ---- */

#define PTY_CUT 2048   /* the discipline drops what goes beyond 4095 bytes without an end, silently */
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

	if (in->column >= PTY_CUT && !in->is_quoted)
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
		in->column = c == '\n' ? 0 : len > 1 && in->column >= PTY_CUT ? 1 : in->column + 1;
		in->is_quoted = false;
		return 0;
	}
	if (done > 0 && in->column >= PTY_CUT && !in->is_quoted)
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

/* ---- what is typed ---- */

/* Takes back what was typed of the line. */
static ssize_t
pty_refuse(int master, const struct termios *t, struct pty_input *in)
{
	const char kill = (char)t->c_cc[VKILL];

	if (in->line.column > 0 && t->c_cc[VKILL] != _POSIX_VDISABLE)
		io_writev(master, &(struct iovec){ (void *)(uintptr_t)&kill, 1 }, 1);
	in->line = (struct pty_line){ 0 };
	in->is_refused = true;
	return -EMSGSIZE;
}

/* In the middle of a line that character only passes on what there is. */
static ssize_t
pty_cut(int master, const struct termios *t, struct pty_input *in)
{
	const char end = (char)t->c_cc[VEOF];
	const ssize_t n = pty_result(io_writev(master, &(struct iovec){ (void *)(uintptr_t)&end, 1 }, 1));

	if (n > 0)
		in->line = (struct pty_line){ 0 };
	return n;
}

static ssize_t
pty_type(int master, const struct termios *t, struct pty_input *in, const struct iovec *iov)
{
	const bool has_pieces = in->long_lines == PTY_LONG_PIECES;
	size_t fits = pty_line_fits(&in->line, t, iov->iov_base, iov->iov_len);
	ssize_t n;

	if (fits == 0 && !has_pieces)
		return pty_refuse(master, t, in);
	if (fits == 0 && in->line.column >= PTY_LINE_MAX / 2 && (n = pty_cut(master, t, in)) <= 0)
		return n;
	if (fits == 0)
		fits = iov->iov_len < PTY_LINE_MAX / 2 ? iov->iov_len : PTY_LINE_MAX / 2;
	n = pty_result(io_writev(master, &(struct iovec){ iov->iov_base, fits }, 1));
	for (ssize_t i = 0; i < n; i++)
		pty_line_type(&in->line, t, ((const unsigned char *)iov->iov_base)[i]);
	return n;
}

ssize_t
pty_write(int master, struct pty_input *in, const struct iovec *iov)
{
	const size_t len = iov->iov_len < PTY_PIECE ? iov->iov_len : PTY_PIECE;
	struct termios t;

	if (in->is_refused)
		return -EMSGSIZE;
	if (tcgetattr(master, &t) == -1)
		return pty_result(-errno);
	if (t.c_lflag & ICANON)
		return in->use == PTY_DATA ? pty_write_lines(master, &t, in, iov->iov_base, len) :
					     pty_type(master, &t, in, iov);
	in->column = 0;
	in->is_quoted = false;
	in->line = (struct pty_line){ 0 };
	return pty_result(io_writev(master, iov, 1));
}

/*
 * Without lines there is no end. A program that made it so itself, by an editor of lines for example, takes the character for it as
 * a person's; where it is as we made it the character would be one of the data.
 */
static int
pty_has_end(const struct pty_input *in, const struct termios *t)
{
	if (in->at_end == PTY_END_NONE || ((t->c_lflag & ICANON) && t->c_cc[VEOF] == _POSIX_VDISABLE))
		return false;
	return (t->c_lflag & ICANON) || in->at_end == PTY_END_EOF || t->c_lflag != in->lflag || t->c_iflag != in->iflag;
}

/* In the middle of a line the first one only passes on what there is. */
int
pty_write_end(int master, struct pty_input *in)
{
	struct termios t;
	ssize_t n;

	if (tcgetattr(master, &t) == -1)
		return (int)pty_result(-errno);
	if (!pty_has_end(in, &t))
		return in->at_end == PTY_END_NONE ? 0 : -EOPNOTSUPP;
	const char key = t.c_cc[VEOF] != _POSIX_VDISABLE ? (char)t.c_cc[VEOF] : '\004', end[] = { key, key };
	const size_t len = (t.c_lflag & ICANON) && in->column + in->line.column > 0 ? 2 : 1;

	n = pty_result(io_writev(master, &(struct iovec){ (void *)(uintptr_t)end, len }, 1));
	if (n < 0)
		return (int)n;
	in->column = in->line.column = 0;
	if ((size_t)n != len)
		return -EAGAIN;
	in->ntold++;
	in->told_a_line = (t.c_lflag & ICANON) != 0;
	return 0;
}

bool
pty_may_repeat_end(const struct pty_input *in)
{
	return in->ntold > 0 && in->ntold < PTY_END_TELLINGS;
}

int
pty_repeat_end(int master, int slave, struct pty_input *in)
{
	struct pollfd p = { .fd = slave, .events = POLLIN };
	struct termios t;
	int error;

	if (!pty_may_repeat_end(in))
		return 0;
	if (tcgetattr(master, &t) == -1)
		return (int)pty_result(-errno);
	if (!pty_has_end(in, &t) || (!(t.c_lflag & ICANON) && (in->only_lines || !in->told_a_line)))
		return 0;
	if (poll(&p, 1, 0) == -1)
		return -errno;
	if (p.revents != 0)
		return 0;
	error = pty_write_end(master, in);
	return error == 0 ? 1 : error;
}
