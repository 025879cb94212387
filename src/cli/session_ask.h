#ifndef IPCWIRE_SESSION_ASK_H
#define IPCWIRE_SESSION_ASK_H

#include <stdbool.h>

#include "cli/command.h"
#include "dialogue/session_message.h"
#include "dialogue/verb.h"

/* Asking a session, from the command line. */

struct session_asker {
	struct command_call *call;
	const char *name;  /* of the session */
	int fd;            /* -1: not connected */
	char *const *args; /* the words that are arguments of the verb */
	bool is_case;      /* expect: the status is the number of the pattern */
	int attached_fd;   /* interact: what is typed goes here; -1 */
	int escape;        /* interact: the key that detaches; -1: none was given */
};

void session_asker_init(struct session_asker *, const char *name, struct command_call *);
/* Connects. Returns 0, or -1 (told). */
int session_asker_open(struct session_asker *);
void session_asker_close(struct session_asker *);
/*
 * Asks, with what o holds (it is emptied), and prints what comes: for standard output, and messages. Returns the status; 1 (told) when the
 * session has gone away.
 */
int session_asker_ask(struct session_asker *, struct session_out *o);
/* The same with the name of what is asked and its time limit (ns, 0: none) alone. */
int session_asker_ask_for(struct session_asker *, const char *what, int64_t limit);
/* Begins a message. */
void session_asker_begin(struct session_out *, const char *what, int64_t limit);
/* Connects, and asks for a verb with the words behind it. Returns the status, or COMMAND_REFUSED with the refusal in the call. */
int session_asker_verb(struct session_asker *, const struct verb *, char *const *words);

#endif
