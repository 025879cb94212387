#ifndef IPCWIRE_SESSION_START_H
#define IPCWIRE_SESSION_START_H

#include "cli/command.h"

/*
 * Starts a session in the background: the words are ADDRESS, or [ADDRESS] -- PROGRAM [ARG]... Returns once it is open, with the
 * exit status, or COMMAND_REFUSED.
 */
int session_start_command(struct command_call *, const char *name, int64_t keep, char **words);

#endif
