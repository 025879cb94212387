/* Options of pseudo-terminals, and what comes of them. */
#include "endpoint/pty_group.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "endpoint/termios_group.h"

/* clang-format off */
static const struct opt_desc pty_opts_table[] = {
	OPT(struct pty_opts, at_end, OPT_ENUM, .name = "at-end", .words = "auto\0eof\0none",
	    .def = "auto", .help = "at the end of its input: the character for it, or nothing"),
	OPT(struct pty_opts, long_lines, OPT_ENUM, .name = "long-lines",
	    .words = "auto\0refuse\0pieces", .def = "auto",
	    .help = "lines above 4095 bytes, which the kernel would cut"),
	OPT(struct pty_opts, size, OPT_STRING, .name = "size", .aliases = "winsize",
	    .value = "COLSxROWS", .help = "its size; by default that of our terminal, or 80x24"),
	OPT_END,
};
/* clang-format on */

const struct opt_group pty_group = {
	.name = "pty",
	.help = "pseudo-terminals",
	.opts = pty_opts_table,
	.size = sizeof(struct pty_opts),
};

/* 1 to 65535, as struct winsize holds. */
static bool
pty_group_number(const char **p, unsigned short *to)
{
	unsigned long n = 0;

	if (**p < '1' || **p > '9')
		return false;
	for (; **p >= '0' && **p <= '9'; ++*p)
		if ((n = n * 10 + (unsigned long)(**p - '0')) > 65535)
			return false;
	*to = (unsigned short)n;
	return true;
}

int
pty_group_parse_size(const char *text, struct winsize *size, struct diag *d)
{
	const char *p = text;

	*size = (struct winsize){ 0 };
	if (pty_group_number(&p, &size->ws_col) && (*p == 'x' || *p == 'X' || *p == ':') && *++p != '\0' &&
	    pty_group_number(&p, &size->ws_row) && *p == '\0')
		return 0;
	diag_set(d, 0, "'%s' is no size of a terminal", text);
	return diag_hint(d, "it is written COLSxROWS, each 1 to 65535: size=80x24");
}

int
pty_group_check(const struct endpoint_spec *spec, struct diag *d)
{
	const struct pty_opts *o = endpoint_spec_group(spec, &pty_group);
	struct winsize size;

	if (o->size == NULL || pty_group_parse_size(o->size, &size, d) == 0)
		return 0;
	return diag_shift(d, endpoint_spec_place(spec, "size"));
}

int
pty_group_open(const struct endpoint_spec *spec, enum pty_use use, int *master, int *slave, struct pty_input *in)
{
	const struct pty_opts *o = endpoint_spec_group(spec, &pty_group);
	struct pty_wish wish = { .use = use, .modes = endpoint_spec_group(spec, &termios_group) };
	struct diag none = { 0 };
	struct winsize size;
	int error;

	if (o->size != NULL && pty_group_parse_size(o->size, &size, &none) == 0)
		wish.size = &size;
	error = pty_open(master, slave, &wish);
	if (error != 0)
		return error;
	pty_input_init(in, *master, use);
	in->long_lines = (enum pty_long_lines)o->long_lines;
	in->at_end = (enum pty_at_end)o->at_end;
	return 0;
}

ssize_t
pty_group_written(struct endpoint *ep, ssize_t n)
{
	if (n == -EMSGSIZE && ep->why == NULL)
		endpoint_explain(ep, EMSGSIZE,
		    "a line of more than %d bytes cannot be typed at a terminal that edits lines: refused, for the kernel would "
		    "cut it; icanon=no or raw takes it, and long-lines=pieces",
		    PTY_LINE_MAX);
	return n;
}
