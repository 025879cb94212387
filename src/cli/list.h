#ifndef IPCWIRE_LIST_H
#define IPCWIRE_LIST_H

/* The tables, for programs and people. Everything goes to standard output. */

/* --list: tab-separated lines, the format is described in tools/gen/read.awk. which: "kinds", "options", "all". */
void list_print(const char *which);

#endif
