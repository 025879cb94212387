#ifndef IPCWIRE_HELP_H
#define IPCWIRE_HELP_H

/* --help: prints tables, holds no text of its own about options and kinds. */

/* topic "": everything in short; else a kind or a general option. Returns 0; -1: there is none of that name. */
int help_print(const char *topic);

#endif
