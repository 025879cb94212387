/* What the options say goes into a struct termios by the tables of termios_opts.h; only what was written is changed. */
#include "process/termios_opts.h"

#include <errno.h>
#include <termios.h>
#include <unistd.h>

#include "process/tty_speed.h"

/* clang-format off */
const struct opt_desc termios_opts_table[] = {
	OPT(struct termios_opts, raw, OPT_SWITCH, .name = "raw", .aliases = "rawer\0cfmakeraw",
	    .help = "nothing is echoed, changed or acted upon: cfmakeraw(3)"),
	OPT(struct termios_opts, sane, OPT_SWITCH, .name = "sane", .help = "the modes that a person expects"),
	OPT(struct termios_opts, baud, OPT_INT, .name = "baud", .digits = "b", .min = 1, .value = "N",
	    .help = "speed in bits a second; also written b115200"),
	OPT(struct termios_opts, ispeed, OPT_INT, .name = "ispeed", .min = 1, .help = "the speed of input alone"),
	OPT(struct termios_opts, ospeed, OPT_INT, .name = "ospeed", .min = 1, .help = "the speed of output alone"),
	OPT(struct termios_opts, csize, OPT_INT, .name = "csize", .digits = "cs", .min = 5, .max = 8,
	    .help = "bits of a character; also written cs8"),
	OPT(struct termios_opts, parity, OPT_ENUM, .name = "parity", .words = "asis\0none\0even\0odd\0mark\0space", .def = "asis",
	    .help = "parity bit that is sent and expected"),
	OPT(struct termios_opts, flow, OPT_ENUM, .name = "flow", .words = "asis\0none\0hard\0soft", .def = "asis",
	    .help = "who is stopped, and how: RTS/CTS, or XON and XOFF"),
#define TERMIOS_FLAG(flag, alias, member, bit, text) \
	OPT(struct termios_opts, flag, OPT_SWITCH, .name = #flag, .aliases = alias, .help = text),
	TERMIOS_FLAGS(TERMIOS_FLAG)
#undef TERMIOS_FLAG
#define TERMIOS_CHAR(which, alias, index, text) \
	OPT(struct termios_opts, which, OPT_CHAR, .name = #which, .aliases = alias, .help = text),
	TERMIOS_CHARS(TERMIOS_CHAR)
#undef TERMIOS_CHAR
	OPT_END,
};
/* clang-format on */

static const struct {
	size_t field, member;
	tcflag_t bit;
} termios_flags[] = {
#define TERMIOS_FLAG(flag, alias, member, bit, text) \
	{ offsetof(struct termios_opts, flag), offsetof(struct termios, member), bit },
	TERMIOS_FLAGS(TERMIOS_FLAG)
#undef TERMIOS_FLAG
};

static const struct {
	size_t field, index;
} termios_chars[] = {
#define TERMIOS_CHAR(which, alias, index, text) { offsetof(struct termios_opts, which), index },
	TERMIOS_CHARS(TERMIOS_CHAR)
#undef TERMIOS_CHAR
};

static int
termios_field(const struct termios_opts *o, size_t offset)
{
	return *(const int *)((const char *)o + offset);
}

const char *
termios_opts_first(const struct termios_opts *o)
{
	for (const struct opt_desc *d = termios_opts_table; *d->name != '\0'; d++)
		if (termios_field(o, d->offset) != (d->type == OPT_CHAR ? -1 : 0))
			return d->name;
	return NULL;
}

/* What the kernel gives a new terminal, but for what belongs to a line: speed, bits, parity and modem. */
static void
termios_make_sane(struct termios *t)
{
	static const cc_t chars[] = { [VINTR] = 3,
		[VQUIT] = 28,
		[VERASE] = 127,
		[VKILL] = 21,
		[VEOF] = 4,
		[VMIN] = 1,
		[VSTART] = 17,
		[VSTOP] = 19,
		[VSUSP] = 26,
		[VREPRINT] = 18,
		[VDISCARD] = 15,
		[VWERASE] = 23,
		[VLNEXT] = 22,
		[VEOL2] = 0 };

	t->c_iflag = (t->c_iflag & IUTF8) | BRKINT | ICRNL | IXON | IMAXBEL;
	t->c_oflag = OPOST | ONLCR;
	t->c_cflag |= CREAD;
	t->c_lflag = ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE;
	for (size_t i = 0; i < sizeof(chars) / sizeof(*chars); i++)
		t->c_cc[i] = chars[i];
}

/* Not cfmakeraw(3) alone: there, IMAXBEL, IXOFF, IXANY and the extensions of the locale stay. */
static void
termios_make_raw(struct termios *t)
{
	cfmakeraw(t);
	t->c_iflag &= ~(tcflag_t)(INPCK | IMAXBEL | IUCLC | IXANY);
	t->c_cflag |= CREAD;
	t->c_cc[VMIN] = 1;
	t->c_cc[VTIME] = 0;
}

static void
termios_set_parity(struct termios *t, int parity)
{
	static const tcflag_t bits[PARITY_N] = {
		[PARITY_EVEN] = PARENB,
		[PARITY_ODD] = PARENB | PARODD,
		[PARITY_MARK] = PARENB | PARODD | CMSPAR,
		[PARITY_SPACE] = PARENB | CMSPAR,
	};

	if (parity != PARITY_ASIS)
		t->c_cflag = (t->c_cflag & ~(tcflag_t)(PARENB | PARODD | CMSPAR)) | bits[parity];
}

static void
termios_set_flow(struct termios *t, int flow)
{
	if (flow == FLOW_ASIS)
		return;
	t->c_cflag &= ~(tcflag_t)CRTSCTS;
	t->c_iflag &= ~(tcflag_t)(IXON | IXOFF | IXANY);
	if (flow == FLOW_HARD)
		t->c_cflag |= CRTSCTS;
	if (flow == FLOW_SOFT)
		t->c_iflag |= IXON | IXOFF;
}

static void
termios_set_size(struct termios *t, int bits)
{
	static const tcflag_t sizes[] = { CS5, CS6, CS7, CS8 };

	if (bits != 0)
		t->c_cflag = (t->c_cflag & ~(tcflag_t)CSIZE) | sizes[bits - 5];
}

static void
termios_set_flags(struct termios *t, const struct termios_opts *o)
{
	for (size_t i = 0; i < sizeof(termios_flags) / sizeof(*termios_flags); i++) {
		tcflag_t *member = (tcflag_t *)((char *)t + termios_flags[i].member);
		const int said = termios_field(o, termios_flags[i].field);

		if (said == OPT_YES)
			*member |= termios_flags[i].bit;
		else if (said == OPT_NO)
			*member &= ~termios_flags[i].bit;
	}
}

void
termios_opts_apply(const struct termios_opts *o, struct termios *t)
{
	if (o->sane == OPT_YES)
		termios_make_sane(t);
	if (o->raw == OPT_YES)
		termios_make_raw(t);
	termios_set_parity(t, o->parity);
	termios_set_flow(t, o->flow);
	termios_set_size(t, o->csize);
	termios_set_flags(t, o);
	for (size_t i = 0; i < sizeof(termios_chars) / sizeof(*termios_chars); i++) {
		const int c = termios_field(o, termios_chars[i].field);

		if (c != -1)
			t->c_cc[termios_chars[i].index] = c == OPT_CHAR_NONE ? _POSIX_VDISABLE : (cc_t)c;
	}
}

int
termios_opts_set(const struct termios_opts *o, int fd)
{
	const unsigned in = (unsigned)(o->ispeed != 0 ? o->ispeed : o->baud);
	const unsigned out = (unsigned)(o->ospeed != 0 ? o->ospeed : o->baud);
	struct termios t;

	if (termios_opts_first(o) == NULL)
		return 0;
	if (tcgetattr(fd, &t) == -1)
		return -errno;
	termios_opts_apply(o, &t);
	if (tcsetattr(fd, TCSANOW, &t) == -1)
		return -errno;
	return in != 0 || out != 0 ? tty_speed_set(fd, in, out) : 0;
}
