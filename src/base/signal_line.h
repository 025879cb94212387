#ifndef IPCWIRE_SIGNAL_LINE_H
#define IPCWIRE_SIGNAL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/* Signals as lines: "USR1 pid=123 uid=0 value=7". Pure. */

struct signal_message {
	int signo;
	bool has_sender; /* pid and uid are known */
	uint32_t pid, uid;
	bool has_value; /* sent with sigqueue(3) */
	int value;
};

#define SIGNAL_LINE_MAX 80

/* The message as a line, with its newline. Returns its length. */
size_t signal_line_format(char buf[SIGNAL_LINE_MAX], const struct signal_message *);
/*
 * A line without its newline: a name, then any of pid=, uid= and value=. Returns 1; 0 for a line of blanks alone; or -1 with
 * the refusal.
 */
int signal_line_parse(const char *line, size_t len, struct signal_message *, struct diag *);

#endif
