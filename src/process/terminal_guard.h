#ifndef IPCWIRE_TERMINAL_GUARD_H
#define IPCWIRE_TERMINAL_GUARD_H

#include <sys/types.h>

/* A process that gives the terminal back when we cannot any more (SIGKILL, a crash of the worst kind). It ends with us. */

struct terminal_record;

struct terminal_guard {
	pid_t pid; /* 0: there is none */
	int fd;    /* by whose end it knows of ours */
};

/* Returns 0 or -errno. */
int terminal_guard_start(struct terminal_guard *, struct terminal_record *, int tty);
/* After the terminal was given back. */
void terminal_guard_stop(struct terminal_guard *);

#endif
