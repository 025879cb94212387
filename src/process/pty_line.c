/* What n_tty(4) does with a byte, as far as the length of the line goes. An estimate too high is safe, so erasing words is left out. */
#include "process/pty_line.h"

#include <termios.h>
#include <unistd.h>

static bool
pty_line_is(const struct termios *t, size_t which, unsigned char c)
{
	return c == t->c_cc[which] && c != _POSIX_VDISABLE;
}

/* It ends the line, kills it, or flushes the input. */
static bool
pty_line_is_end(const struct termios *t, unsigned char c)
{
	if (c == '\r' && (t->c_iflag & IGNCR))
		return false;
	if (c == '\r' ? (t->c_iflag & ICRNL) : c == '\n' && !(t->c_iflag & INLCR))
		return true;
	if (pty_line_is(t, VEOF, c) || pty_line_is(t, VEOL, c) || pty_line_is(t, VKILL, c))
		return true;
	if ((t->c_lflag & IEXTEN) && pty_line_is(t, VEOL2, c))
		return true;
	if (!(t->c_lflag & ISIG) || (t->c_lflag & NOFLSH))
		return false;
	return pty_line_is(t, VINTR, c) || pty_line_is(t, VQUIT, c) || pty_line_is(t, VSUSP, c);
}

void
pty_line_type(struct pty_line *l, const struct termios *t, unsigned char c)
{
	if (l->is_literal) {
		l->is_literal = false;
		l->column++;
	} else if ((t->c_lflag & IEXTEN) && pty_line_is(t, VLNEXT, c)) {
		l->is_literal = true;
	} else if (pty_line_is_end(t, c)) {
		l->column = 0;
	} else if (pty_line_is(t, VERASE, c)) {
		l->column -= l->column > 0;
	} else {
		l->column++;
	}
}

size_t
pty_line_fits(const struct pty_line *from, const struct termios *t, const unsigned char *bytes, size_t len)
{
	struct pty_line l = *from;
	size_t begin = 0;
	bool has_begun = l.column > 0;

	for (size_t i = 0; i < len; i++) {
		pty_line_type(&l, t, bytes[i]);
		if (l.column > PTY_LINE_MAX)
			return has_begun ? i : begin;
		if (l.column == 0 && !l.is_literal) {
			begin = i + 1;
			has_begun = false;
		}
	}
	return len;
}
