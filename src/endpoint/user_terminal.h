#ifndef IPCWIRE_USER_TERMINAL_H
#define IPCWIRE_USER_TERMINAL_H

#include "endpoint/endpoint.h"
#include "endpoint/termios_group.h"

/* What kinds need that may be the terminal of a person: its modes while the wire runs, and the key by which one leaves. */

struct terminal_opts {
	int escape; /* a key; -1 or OPT_CHAR_NONE: there is none */
};

#define USER_TERMINAL_GROUPS &terminal_group, &termios_group

/* Their state, or its beginning. */
struct user_terminal {
	const struct termios_opts *modes;
	bool is_taken;         /* it has our modes, or will have them in the foreground */
	bool has_left;         /* the key was pressed */
	unsigned char eof_key; /* the key for the end of input, before it was taken */
	size_t ahead;          /* bytes typed before that, and not read yet */
};

extern const struct opt_group terminal_group;

/* What its io has to have, and close. */
ssize_t user_terminal_read(struct endpoint *, struct iovec *, int niov);
ssize_t user_terminal_write(struct endpoint *, struct iovec *, int niov);
void user_terminal_attend(struct endpoint *, bool is_running);
void user_terminal_close(struct endpoint *);
/* Once its descriptors are set. What is no terminal is left alone, whatever the options. */
void user_terminal_open(struct endpoint *);
/* The same of one that is only written. */
void user_terminal_open_output(struct endpoint *);

#endif
