#ifndef IPCWIRE_SESSION_MESSAGE_H
#define IPCWIRE_SESSION_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a session and those who ask it say to each other. A message is its length (4 bytes, big endian, of what follows), a type (1 byte)
 * and fields, each its length (4 bytes) and its bytes. Pure.
 */

#define SESSION_MESSAGE_MAX (2u << 20)
#define SESSION_FIELDS_MAX 1000u

enum session_type {
	SESSION_ASK = 'Q',      /* to the session: what is to be done, and its arguments */
	SESSION_OUT = 'o',      /* for standard output */
	SESSION_ERROR = 'e',    /* a message */
	SESSION_ATTACHED = 'a', /* from here on there are no messages, but what is typed and what the program says */
	SESSION_STATUS = 'x',   /* the last one: the exit status, as a decimal number */
};

struct session_field {
	const char *bytes;
	size_t len;
};

struct session_message {
	enum session_type type;
	struct session_field *fields; /* point into the bytes parsed; owned */
	size_t nfields;
};

/*
 * Parses the message at the beginning of these bytes. Returns its length; 0: it is not complete; -1: it is none. After a length the caller
 * frees the fields.
 */
int64_t session_message_parse(struct session_message *, const char *bytes, size_t len);
void session_message_fini(struct session_message *);
/* A field as a number; false: it is none, or there is no such field. */
bool session_field_number(const struct session_message *, size_t field, int64_t *);

struct session_out {
	char *bytes;
	size_t len, size, begun;
};

/* Adds a message: begin, fields, end. Adding bytes as they are needs neither. */
void session_out_begin(struct session_out *, enum session_type);
void session_out_field(struct session_out *, const char *bytes, size_t len);
void session_out_number(struct session_out *, int64_t);
void session_out_end(struct session_out *);
void session_out_raw(struct session_out *, const char *bytes, size_t len);
/* So many of the bytes are through. */
void session_out_taken(struct session_out *, size_t len);
void session_out_fini(struct session_out *);

#endif
