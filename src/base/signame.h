#ifndef IPCWIRE_SIGNAME_H
#define IPCWIRE_SIGNAME_H

#include <stddef.h>

/* Names of signals: USR1, RTMIN+3; read in any case, with or without SIG, or as a number. */

#define SIGNAME_MAX 16

/* The signal of that name (len bytes); 0: there is none. */
int signame_number(const char *, size_t len);
/* Writes the name of a signal (a number, if it has none) into buf, and returns that. */
const char *signame_format(char buf[SIGNAME_MAX], int signo);
/* Why no user of ours may have that signal, or NULL: they may. */
const char *signame_against(int signo);

#endif
