#ifndef IPCWIRE_STATUS_REQUEST_H
#define IPCWIRE_STATUS_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

/* What a client of --status-socket asks for: a word, a request of HTTP, or nothing at all. Pure. */

enum status_form { STATUS_TEXT, STATUS_JSON, STATUS_METRICS, STATUS_FORM_N };

struct status_form_desc {
	char word[12], other[12]; /* the lines that ask for it */
	char target[12];          /* the same in HTTP */
	char type[44];            /* Content-Type */
};

extern const struct status_form_desc status_forms[STATUS_FORM_N];

struct status_request {
	enum status_form form;
	bool is_http;
	bool is_head; /* the answer's head is all that is wanted */
	int code;     /* 200; or why there is none: 400, 404, 405 */
};

/*
 * Looks at what came so far; is_end: nothing more will. Returns false when the request is not complete yet.
 */
bool status_request_parse(const char *, size_t len, bool is_end, struct status_request *);
/* The head of the answer in HTTP, for a body of len bytes. The caller frees it. */
char *status_request_head(const struct status_request *, size_t len);
/* What is said instead, when the code is not 200. Static. */
const char *status_request_error(const struct status_request *);

#endif
