#ifndef IPCWIRE_LOG_FORMAT_H
#define IPCWIRE_LOG_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/log.h"

/*
 * From what happened to one line of the log. Pure. What comes in may hold any bytes; the line holds printable characters
 * and ends in the one newline it has.
 */

enum log_event {
	LOG_EVENT_MESSAGE, /* whatever else there is to say */
	LOG_EVENT_START,   /* a session (or the only wire) begins */
	LOG_EVENT_END,     /* and ends */
	LOG_EVENT_STDERR,  /* a line that a program wrote to its standard error */
	LOG_EVENT_N
};

struct log_record {
	struct timespec time;
	enum log_level level;
	enum log_event event;
	long pid;
	unsigned long session;
	const char *endpoint; /* as it was written, or NULL */
	const char *text;     /* what happened */
	size_t text_len;
	const char *error;               /* why, in the system's words; or NULL */
	const char *hint;                /* what helps, or NULL */
	const struct log_session *about; /* START and END; else NULL */
	unsigned long repeated;          /* so often, this one included; 0 or 1: once */
};

/* No line is longer, its newline included: a pipe takes so much at once or not at all (pipe(7)). */
#define LOG_LINE_MAX 4096

struct log_key {
	char name[12], type[20], help[60];
};
/* The keys of a JSON line, in their order; ends with an empty name. */
extern const struct log_key log_keys[];

const char *log_level_name(enum log_level);
const char *log_event_name(enum log_event);
/*
 * "ipcwire: [s12] ENDPOINT: TEXT: ERROR (HINT) (repeated N times)"; with has_time: time, level and pid too. is_utf8: the
 * reader understands UTF-8. Returns the length.
 */
size_t log_format_text(char line[LOG_LINE_MAX], const struct log_record *, bool has_time, bool is_utf8);
/* An object of log_keys. Returns the length. */
size_t log_format_json(char line[LOG_LINE_MAX], const struct log_record *);
/* The text about a session's start or end, for people. */
void log_format_session(char *text, size_t size, enum log_event, const struct log_session *);

#endif
