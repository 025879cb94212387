#ifndef IPCWIRE_LOG_H
#define IPCWIRE_LOG_H

#include <stdarg.h>
#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_TRACE, LOG_LEVEL_N };

/* Whom a message is about; NULL: the program itself. */
struct log_who {
	unsigned long session; /* 0: the only wire */
	const char *name;      /* the endpoint as it was written, or NULL */
};

void log_set_level(enum log_level);
enum log_level log_get_level(void);
bool log_is_on(enum log_level);

/*
 * "ipcwire: [s12] ENDPOINT: TEXT" in one write(2) on stderr. Whatever does not print is escaped as
 * vis(3) does, so that nothing foreign can forge a line. A text that is too long is cut, with "...".
 */
void log_msg(enum log_level, const struct log_who *, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same with ": what errno `error` means" at the end (a positive errno). */
void log_errno(enum log_level, const struct log_who *, int error, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
