#ifndef IPCWIRE_LOG_H
#define IPCWIRE_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Messages for people and for programs that watch. One event is one line, whatever a peer or a file's name holds. Nothing
 * here waits: what a blocked standard error does not take is kept for a while, then lost and counted.
 */

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_TRACE, LOG_LEVEL_N };
enum log_format { LOG_TEXT, LOG_JSON, LOG_FORMAT_N };

/* Whom a message is about; NULL: the program itself. */
struct log_who {
	unsigned long session; /* 0: the only wire, or none */
	const char *name;      /* the endpoint as it was written, or NULL */
	int quietest;          /* enum log_level: what is graver is told at that level */
	unsigned class;        /* 0, or: messages of one place that have this number are alike, whatever they name */
};

/* What there is to say of a session, or of the only wire. */
struct log_session {
	const char *peer, *local; /* or NULL */
	/* Only at the end: */
	uint64_t bytes[2]; /* forward, backward */
	bool has_bytes[2]; /* false: nobody knows */
	uint64_t duration; /* ns */
	const char *reason;
	int status;
};

struct loop;

void log_set_level(enum log_level);
enum log_level log_get_level(void);
bool log_is_on(enum log_level);
void log_set_format(enum log_format);
/*
 * Appends to this file from now on (made with mode 0600), with time stamps; errors go to standard error as well. The path
 * is borrowed. Returns 0 or -errno (told).
 */
int log_open_file(const char *path);
bool log_has_file(void);
/* Opens the file anew, after it was renamed. If that fails the old one stays, and says so. */
void log_reopen_file(void);
/* Standard error is not ours any more: only the file is written to from now on. */
void log_leave_console(void);
/* What is held back or was not taken is told from this loop. */
void log_start(struct loop *);
/* -1: there is none. */
int log_file_fd(void);
/*
 * In a process that was forked off, once all descriptors but that of the file are closed, and before log_start: what was not
 * told yet is the parent's to tell.
 */
void log_forked(void);
/*
 * Other threads may log from now on, each of which calls log_enter_thread first; the loop stays with this one, whom ask(arg),
 * called by any of them, tells that log_tend is to be called.
 */
void log_share(void (*ask)(void *), void *arg);
void log_enter_thread(void);
void log_tend(void);
/* Before the loop is freed, and at the end: tells everything that was held back; a blocked reader gets a second. */
void log_stop(void);
/*
 * For whoever keeps something on the last line of standard error: called before (is_before) and after each line is written
 * there. NULL: nobody.
 */
void log_set_hook(void (*hook)(bool is_before, void *arg), void *arg);

/*
 * "ipcwire: [s12] ENDPOINT: TEXT". Whatever does not print is escaped as vis(3) does; a text that is too long is cut, with
 * "...". Errors of sessions, and warnings, that differ only in session and numbers come at most once a second, with a count.
 */
void log_msg(enum log_level, const struct log_who *, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/*
 * The same with ": what errno `error` means" (a positive errno) at the end, and in parentheses what helps, if base/hint
 * knows something.
 */
void log_errno(enum log_level, const struct log_who *, int error, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void log_verrno(enum log_level, const struct log_who *, int error, const char *fmt, va_list)
    __attribute__((format(printf, 4, 0)));
/* Messages that were held back because one like them had just been told. */
uint64_t log_repeats(void);
/* A text of several lines, each a message. */
void log_lines(enum log_level, const char *text);
/* The line of a session's (or the only wire's) start and end, at info. */
void log_session_start(const struct log_who *, const struct log_session *);
void log_session_end(const struct log_who *, const struct log_session *);
/* A line that a program wrote to its standard error: any bytes, never held back. At warn. */
void log_stderr(const struct log_who *, const char *line, size_t len);

#endif
