#ifndef IPCWIRE_LOG_SINK_H
#define IPCWIRE_LOG_SINK_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"

/* Where log lines go: a descriptor that is never waited for while there is anything else to do. */
struct log_sink {
	int given;     /* the descriptor we were given; -1: there is none */
	int fd;        /* what is written to, made with the first line */
	bool is_ready; /* fd has been made */
	bool is_socket, polls;
	bool is_torn;  /* a line was broken off: the next one begins with a newline */
	char *pending; /* what the reader has not taken yet */
	size_t len, size;
	unsigned long lost;    /* lines that found no room or an error, not told yet */
	int error;             /* errno of the last one lost; 0: no room */
	struct loop *loop;     /* NULL: pending lines wait for the next one */
	pthread_mutex_t *lock; /* taken where the loop calls; NULL: one thread alone writes */
	bool (*defer)(void);   /* true: this thread is not the loop's, whose log_sink_tend follows; NULL: it is */
	struct loop_source source;
};

void log_sink_init(struct log_sink *, int fd);
/* Waits for the reader in the loop from now on; NULL: no more. */
void log_sink_attach(struct log_sink *, struct loop *);
/* Writes or keeps a line, or counts it as lost. An error has room when others have none left. */
void log_sink_write(struct log_sink *, const char *line, size_t len, bool is_error);
/* Waits for what is to be waited for. */
void log_sink_tend(struct log_sink *);
/* Waits so many milliseconds for a reader of what is kept; false: it is still there. */
bool log_sink_drain(struct log_sink *, int patience_ms);
/* The last lines get so many milliseconds. Releases everything but the given descriptor. */
void log_sink_fini(struct log_sink *, int patience_ms);

#endif
