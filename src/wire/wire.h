#ifndef IPCWIRE_WIRE_H
#define IPCWIRE_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "endpoint/endpoint.h"
#include "wire/wire_spec.h"

/* A running wire: its ends, its directions, and how it ends. A server has one for each session. */
struct wire;
struct secrets;

struct wire_result {
	int status;         /* exit status as the manual has it */
	bool is_pipe_ended; /* the reader of our standard output went away: end by SIGPIPE */
};

/*
 * Makes a wire. session 0: the only one. done is called once, in the loop; the wire frees itself afterwards.
 * given: by end, what is open already (a client, a program that waited for one) and becomes the wire's; NULL, or NULL
 * there: the wire opens it.
 */
struct wire *wire_new(const struct wire_spec *, struct endpoint_env *, unsigned long session,
    struct endpoint *const *given, void (*done)(struct wire *, const struct wire_result *, void *), void *arg);
/* For whoever wants to know when all its ends are open; arg is that of done. */
void wire_when_open(struct wire *, void (*opened)(struct wire *, void *arg));
/* Opens what is to be opened; done may come at any time from now on. */
void wire_start(struct wire *);
/* Ends it now: programs get the ladder, nothing more is read. status: what it counts as. */
void wire_stop(struct wire *, int status, const char *reason);
/* Its listeners take no more clients; it ends when those it has are through. */
void wire_drain(struct wire *);
/* Ends with restart= that are there get the end of their input, and are opened anew. */
void wire_renew(struct wire *);
/* Taps see masks in place of these, which come from that end; borrowed until the wire is done. */
void wire_hide(struct wire *, unsigned end, const struct secrets *);
/* What its spec says of its end has changed. */
void wire_review(struct wire *);
/* That end takes nothing more: what is left for it is not wanted, and no loss. */
void wire_unwant(struct wire *, unsigned end);
/* What is at that place now, for questions about it; NULL: nothing. */
const struct endpoint *wire_endpoint(const struct wire *, unsigned end, enum endpoint_role);
/* Of a wire that was stopped: no peer is waited for any more. Its programs' ends are, as ever. */
void wire_give_up(struct wire *);

#endif
