#ifndef IPCWIRE_PTY_LINE_H
#define IPCWIRE_PTY_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* How long the line is that is being typed at a terminal in canonical mode. Pure. */

struct termios;

#define PTY_LINE_MAX \
	4095 /* bytes without the end of the line; the kernel drops what is beyond, silently (termios(3)) */

struct pty_line {
	size_t column;   /* bytes of the unfinished line */
	bool is_literal; /* the character that quotes was the last one */
};

/* After that byte. */
void pty_line_type(struct pty_line *, const struct termios *, unsigned char);
/*
 * How many of the bytes can be typed so that no line loses anything: less than len at the beginning of a line that is longer than
 * a terminal takes, or where one that began earlier gets too long.
 */
size_t pty_line_fits(const struct pty_line *, const struct termios *, const unsigned char *, size_t len);

#endif
