#ifndef IPCWIRE_TERMINAL_RECORD_H
#define IPCWIRE_TERMINAL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "base/screen_modes.h"

/* What is needed to give a terminal back. It lies in memory that the guard shares, and all but map and unmap may run in a signal handler. */

struct terminal_record {
	volatile bool is_changed; /* it has our modes, as far as we know */
	struct termios found, ours;
	volatile size_t undo_len; /* what takes back what programs have switched on at the screen */
	char undo[SCREEN_TEXT_MAX];
};

struct terminal_record *terminal_record_map(void); /* NULL: errno */
void terminal_record_unmap(struct terminal_record *);

/* False: a job in the background, whose business the terminal is not. True where there is no job control. */
bool terminal_is_foreground(int fd);
/* Sets modes without being stopped for it, and notes them as ours. Returns 0 or -errno. */
int terminal_record_change(struct terminal_record *, int fd, const struct termios *modes);
/*
 * Gives it back, unless that was done, or somebody else has other modes set who has it now (is_careful: or has had it). What was
 * switched on at the screen is taken back.
 */
void terminal_record_restore(struct terminal_record *, int fd, bool is_careful);

#endif
