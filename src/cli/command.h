#ifndef IPCWIRE_COMMAND_H
#define IPCWIRE_COMMAND_H

#include "base/diag.h"
#include "base/opt.h"
#include "cli/config.h"

/*
 * Commands: what a command line does whose first word is one of these names, which are no kinds. A command is a const table in a file of
 * its own and a line in commands.def; help, manual and completions find it there.
 */

struct command;

/* One command line. */
struct command_call {
	const struct command *command;
	struct config config; /* the general options that it takes, as their table stores them; no addresses */
	void *opts;           /* its own, as their table stores them; NULL: it has none */
	char **words;         /* all else, in order; ends with NULL */
	int nwords;
	struct diag diag;  /* of a refusal */
	const char *input; /* the word that the refusal points into, or NULL */
	char *errors;      /* set by the command: what is wrong, in lines, instead of the refusal; owned */
	int signo;         /* set by the command: the end is by this signal, not by the status */
};

/* What main returns when it has put a refusal into the call: the command line is wrong. */
#define COMMAND_REFUSED (-1)
#define COMMAND_WORDS_ANY (-1)

struct command {
	const char *name, *syntax, *example, *help; /* the syntax and the example begin with the name */
	const struct opt_desc *opts;                /* its own options, or NULL */
	size_t opts_size;
	const char *const *general; /* names of the general options that it takes besides those that all do, or NULL */
	int words_min, words_max;   /* COMMAND_WORDS_ANY: no limit */
	const char *missing;        /* what is wrong when there are too few */
	bool ends_options;          /* what follows the first word is not looked at: it is somebody else's */
	int (*main)(struct command_call *); /* the exit status, or COMMAND_REFUSED */
};

extern const struct command *const commands[]; /* ends with NULL */

/* The command of that name, or NULL. NULL is fine. */
const struct command *command_find(const char *name);
/* Whether it takes that general option. */
bool command_takes(const struct command *, const struct opt_desc *general);
/*
 * Parses what follows the name and runs it. Returns the exit status, or COMMAND_REFUSED with the refusal in the call. command_fini
 * follows.
 */
int command_do(const struct command *, struct command_call *, char **argv);
void command_fini(struct command_call *);

#endif
