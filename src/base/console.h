#ifndef IPCWIRE_CONSOLE_H
#define IPCWIRE_CONSOLE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/output.h"

/* Standard error for texts that are no messages: dumps, tables, the progress line, which stays below all others. */

struct console {
	struct output output;
	bool is_torn;           /* the last record was broken off within a line */
	bool is_failed;         /* a write failed for good: nobody is there */
	bool is_within;         /* a record */
	bool is_skipping;       /* its rest: the reader did not take the beginning */
	uint64_t lost, records; /* bytes that did not go in, in so many records; not told yet */
	char *status;           /* the progress line as it shall stand there, or NULL */
	bool is_shown;
	pthread_mutex_t *lock; /* held during a record, where other threads write their own; or NULL */
};

void console_init(struct console *);
/* Tells, if it can, what was lost, and takes the status line away. */
void console_fini(struct console *);
/* One record is one or more calls, the last with is_end. What the reader does not take is counted, and told later. */
void console_write(struct console *, const char *text, size_t len, bool is_end);
/* The line to keep at the bottom, without newline; NULL: none. Only for terminals. */
void console_set_status(struct console *, const char *line);
/* False: a job in the background, which does not draw. */
bool console_is_foreground(void);
/* Around what others write there: takes the line away, puts it back. */
void console_hide_status(struct console *);
void console_show_status(struct console *);

#endif
