#ifndef IPCWIRE_CAST_SCRIPT_H
#define IPCWIRE_CAST_SCRIPT_H

#include <stdio.h>

#include "base/cast.h"

/*
 * Makes a script of a recording: what was sent is sent again, each line after the prompt that stood before it. A prompt is the last line that was
 * said, without what only a screen sees. What was masked, or followed a prompt that asks for a secret, is taken from the environment.
 */
struct cast_script;

/* name: of the recording, for a comment. The lines go to f, but those of the head only with the first event or the end. */
struct cast_script *cast_script_new(FILE *f, const char *name);
/* The header is known with the first event. */
void cast_script_event(struct cast_script *, const struct cast_header *, const struct cast_event *);
/* No more events. Frees it. */
void cast_script_end(struct cast_script *, const struct cast_header *);

#endif
