#ifndef IPCWIRE_HELP_H
#define IPCWIRE_HELP_H

/* --help: prints tables, holds no text of its own about options and kinds. */

/*
 * topic "": everything in short; else a kind, an option of an address or of the command line, a section, "kinds", "options",
 * "status", or a word to look for. Returns 0; -1: nothing is known of it, and *near is a known name like it, or NULL.
 */
int help_print(const char *topic, const char **near);

#endif
