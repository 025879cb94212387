#ifndef IPCWIRE_WIRE_TELL_H
#define IPCWIRE_WIRE_TELL_H

#include "wire/wire_state.h"

/* The lines of the log about a wire's start and end, and why it ended. */

/* Notes why it ends; the first one stays. */
void wire_note_reason(struct wire *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* After each event: notes which end was the first to end. */
void wire_note_ends(struct wire *);
/* At the end: notes the reason that nobody has noted before. */
void wire_find_reason(struct wire *);
void wire_tell_start(const struct wire *);
void wire_tell_end(struct wire *, int status);

#endif
