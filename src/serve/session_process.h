#ifndef IPCWIRE_SESSION_PROCESS_H
#define IPCWIRE_SESSION_PROCESS_H

#include <sys/types.h>

struct server;

/* What a process of scheme=fork lives for: one session. */
struct session_process_task {
	const struct server *server; /* the parent's, to be read only */
	unsigned long id;            /* of the session */
	int report_fd;               /* where what was moved is told for --stats at the end; -1: nobody asks */
	pid_t parent;
};

/* In the child of a fork, whose signals are blocked: serves the listener's newest client and exits with the session's status. */
_Noreturn void session_process_run(const struct session_process_task *);

#endif
