#ifndef IPCWIRE_EXEC_STATE_H
#define IPCWIRE_EXEC_STATE_H

#include "endpoint/endpoint.h"
#include "endpoint/pty_end.h"
#include "process/child.h"
#include "process/pty.h"
#include "process/terminal.h"
#include "process/unbuffer.h"

/* The private state of a program's endpoint, for the files exec*.c alone. */

struct exec_state {
	struct child child;
	int stderr_fd; /* our end of the child's stderr when it is logged */
	struct loop_source stderr_source;
	char line[1024]; /* of its stderr, unfinished */
	size_t line_len;
	char *file;
	char **env;
	int ends[8]; /* descriptors that are only the child's */
	size_t nends;
	/* exec_unbuffer.c */
	bool is_decided;
	struct unbuffer unbuffer;
	struct loop_timer report_timer;
	unsigned report_looks;
	/* exec_pty.c */
	struct pty_input pty_input;
	int pty_slave;    /* the program's terminal, held so that it has no end before the program's; 0: none */
	bool pty_is_over; /* what others who hold the terminal write is not waited for any more */
	struct terminal_follower pty_follower;
	struct loop_timer pty_timer;
	struct pty_end pty_end;
};

#endif
