#ifndef IPCWIRE_SESSION_H
#define IPCWIRE_SESSION_H

#include <stdint.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "endpoint/endpoint.h"
#include "wire/wire_spec.h"

/*
 * An end that is kept open by a process of its own, and talked to by others over a socket (session_message.h). What it says is read all
 * the time; up to 1 MiB that nobody has used yet is kept.
 *
 * Any number of clients at once. What one has used is used for all: of several that expect something each piece of output goes to the
 * one whose pattern it matches, in the order in which they have asked; then the others go on with what follows it.
 */
struct session;

struct session_setup {
	const char *name;
	const struct wire_opts *opts; /* both are borrowed */
	int64_t keep;                 /* after its end it can be asked how it was for so long, ns */
	/* It is open; it has ended, and who asked is about to hear of it, so its name is free now; and the last call, with the status when
	 * it never was open. */
	void (*ready)(void *arg);
	void (*leave)(void *arg); /* may come more than once */
	void (*over)(int status, void *arg);
	void *arg;
};

/* The end becomes the session's. Returns NULL with the refusal when it can be no end of a wire. */
struct session *session_new(const struct session_setup *, struct endpoint_spec *in, struct endpoint_spec *out,
    struct diag *);
/* Opens the end. Clients come from the listening socket, which becomes the session's. */
void session_start(struct session *, struct endpoint_env *, int listening);
/* The end gets the ladder; over follows. The second time nobody is waited for but programs. */
void session_stop(struct session *);
/* After over, or before the start. NULL is fine. */
void session_free(struct session *);

#endif
