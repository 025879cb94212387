#ifndef IPCWIRE_TERMIOS_OPTS_H
#define IPCWIRE_TERMIOS_OPTS_H

#include <stdbool.h>

#include "base/opt.h"

/* Modes of a terminal as options, by their usual names (termios(3), stty(1)): one line of these tables is one of them. */

struct termios;

/* Flags: name, another name, member of struct termios, bit, help. */
#define TERMIOS_FLAGS(X)                                                                    \
	X(brkint, "", c_iflag, BRKINT, "a break is an interrupt")                           \
	X(clocal, "", c_cflag, CLOCAL, "modem lines are not looked at")                     \
	X(cread, "", c_cflag, CREAD, "input is received")                                   \
	X(crtscts, "", c_cflag, CRTSCTS, "flow control by the lines RTS and CTS")           \
	X(cstopb, "", c_cflag, CSTOPB, "two stop bits, not one")                            \
	X(echo, "", c_lflag, ECHO, "what is typed is shown")                                \
	X(echoctl, "ctlecho", c_lflag, ECHOCTL, "control characters are shown as ^C")       \
	X(echoe, "crterase", c_lflag, ECHOE, "erasing takes the character from the screen") \
	X(echok, "", c_lflag, ECHOK, "a newline is shown behind a killed line")             \
	X(echoke, "crtkill", c_lflag, ECHOKE, "a killed line is taken from the screen")     \
	X(echonl, "", c_lflag, ECHONL, "a newline is shown without echo, too")              \
	X(echoprt, "prterase", c_lflag, ECHOPRT, "what is erased is printed")               \
	X(hupcl, "hup", c_cflag, HUPCL, "the modem lines go down with the last close")      \
	X(icanon, "", c_lflag, ICANON, "input comes in lines that can be edited")           \
	X(icrnl, "", c_iflag, ICRNL, "a CR that is typed is an LF")                         \
	X(iexten, "", c_lflag, IEXTEN, "extensions: lnext, werase, rprnt")                  \
	X(ignbrk, "", c_iflag, IGNBRK, "a break is ignored")                                \
	X(igncr, "", c_iflag, IGNCR, "a CR that is typed is thrown away")                   \
	X(ignpar, "", c_iflag, IGNPAR, "bytes with a wrong parity are thrown away")         \
	X(imaxbel, "", c_iflag, IMAXBEL, "a bell when a line is full")                      \
	X(inlcr, "", c_iflag, INLCR, "an LF that is typed is a CR")                         \
	X(inpck, "", c_iflag, INPCK, "the parity of input is checked")                      \
	X(isig, "", c_lflag, ISIG, "intr, quit and susp are signals")                       \
	X(istrip, "", c_iflag, ISTRIP, "the eighth bit of input is taken off")              \
	X(iuclc, "", c_iflag, IUCLC, "upper case becomes lower case on input")              \
	X(iutf8, "", c_iflag, IUTF8, "erasing takes whole UTF-8 characters")                \
	X(ixany, "", c_iflag, IXANY, "any character starts output again")                   \
	X(ixoff, "tandem", c_iflag, IXOFF, "we stop and start who sends, by characters")    \
	X(ixon, "", c_iflag, IXON, "the stop and start characters stop and start output")   \
	X(noflsh, "", c_lflag, NOFLSH, "intr and quit do not throw away what was typed")    \
	X(ocrnl, "", c_oflag, OCRNL, "a CR that is written becomes an LF")                  \
	X(ofdel, "", c_oflag, OFDEL, "the character that fills is DEL, not NUL")            \
	X(ofill, "", c_oflag, OFILL, "delays are made by characters")                       \
	X(olcuc, "", c_oflag, OLCUC, "lower case becomes upper case on output")             \
	X(onlcr, "", c_oflag, ONLCR, "an LF that is written becomes CR LF")                 \
	X(onlret, "", c_oflag, ONLRET, "an LF goes to the first column, too")               \
	X(onocr, "", c_oflag, ONOCR, "no CR in the first column")                           \
	X(opost, "", c_oflag, OPOST, "output is processed at all")                          \
	X(parenb, "", c_cflag, PARENB, "a parity bit is sent and expected")                 \
	X(parmrk, "", c_iflag, PARMRK, "errors of parity are marked in the input")          \
	X(parodd, "", c_cflag, PARODD, "odd parity, not even")                              \
	X(pendin, "", c_lflag, PENDIN, "what was typed is shown again at the next read")    \
	X(tostop, "", c_lflag, TOSTOP, "output of jobs in the background stops them")       \
	X(xcase, "", c_lflag, XCASE, "upper case is written with a backslash")              \
	X(xtabs, "tab3", c_oflag, XTABS, "tabs become spaces on output")

/* Characters: name, another name, index in c_cc, help. */
#define TERMIOS_CHARS(X)                                                              \
	X(discard, "vdiscard", VDISCARD, "character that throws output away")         \
	X(eof, "veof", VEOF, "character that ends the input")                         \
	X(eol, "veol", VEOL, "another character that ends a line")                    \
	X(eol2, "veol2", VEOL2, "one more character that ends a line")                \
	X(erase, "verase", VERASE, "character that erases the one before it")         \
	X(intr, "vintr", VINTR, "character that sends SIGINT")                        \
	X(kill, "vkill", VKILL, "character that erases the line")                     \
	X(lnext, "vlnext", VLNEXT, "character that takes the next one as it is")      \
	X(min, "vmin", VMIN, "fewest bytes that a read without lines waits for")      \
	X(quit, "vquit", VQUIT, "character that sends SIGQUIT")                       \
	X(rprnt, "vreprint", VREPRINT, "character that shows the line again")         \
	X(start, "vstart", VSTART, "character that starts output again")              \
	X(stop, "vstop", VSTOP, "character that stops output")                        \
	X(susp, "vsusp", VSUSP, "character that sends SIGTSTP")                       \
	X(time, "vtime", VTIME, "tenths of a second that a read without lines waits") \
	X(werase, "vwerase", VWERASE, "character that erases the word before it")

enum termios_parity { PARITY_ASIS, PARITY_NONE, PARITY_EVEN, PARITY_ODD, PARITY_MARK, PARITY_SPACE, PARITY_N };
enum termios_flow { FLOW_ASIS, FLOW_NONE, FLOW_HARD, FLOW_SOFT, FLOW_N };

struct termios_opts {
	int raw, sane; /* enum opt_switch */
	int baud, ispeed, ospeed, csize, parity, flow;
#define TERMIOS_FIELD(name, ...) int name;
	TERMIOS_FLAGS(TERMIOS_FIELD)
	TERMIOS_CHARS(TERMIOS_FIELD)
#undef TERMIOS_FIELD
};

extern const struct opt_desc termios_opts_table[];

/* The first option that was written, or NULL. */
const char *termios_opts_first(const struct termios_opts *);
/* Changes the modes as the options say, in this order: sane, raw, parity and flow, the single ones. Not the speed. */
void termios_opts_apply(const struct termios_opts *, struct termios *);
/* The same with a terminal, and its speed. Returns 0 or -errno; -ENOTSUP: it has no such speed. */
int termios_opts_set(const struct termios_opts *, int fd);

#endif
