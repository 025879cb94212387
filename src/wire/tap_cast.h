#ifndef IPCWIRE_TAP_CAST_H
#define IPCWIRE_TAP_CAST_H

#include "base/diag.h"
#include "wire/tap.h"
#include "wire/wire_spec.h"

struct wire;

/*
 * --record: a wire as a recording of a terminal session (asciicast). What one end says is output, what it is sent is input; that end is
 * the right one, but the left one where only that is read, or where the right one is a person's: standard input and output, a dialogue,
 * the clients of a listener. With more than two ends all is output.
 */
struct tap_cast;

/*
 * Opens the file; %s in its name is the number of the session, %p our process, %% a per cent sign. NULL with *error -errno (told).
 */
struct tap_cast *tap_cast_new(const char *pattern, unsigned long session, int *error);
/* Its wire, whose taps it joins. */
void tap_cast_join(struct tap_cast *, const struct wire *, struct tap_list *);
/* Nothing more is written. Returns 0, or -errno when the recording is not complete (told). */
int tap_cast_end(struct tap_cast *);
/* Ends it, unless it has ended. Not while its wire is there. NULL is fine. */
void tap_cast_free(struct tap_cast *);
/* Whether the wire can be recorded in a file of that name. Returns 0 or -1 with the refusal. */
int tap_cast_check(const struct wire_spec *, struct diag *);

#endif
