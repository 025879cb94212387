#ifndef IPCWIRE_SCRIPT_STATE_H
#define IPCWIRE_SCRIPT_STATE_H

#include "dialogue/lex.h"
#include "dialogue/script.h"

/* The parser of scripts, for its files only: script.c (lines and blocks), script_step.c (one step), script_check.c (the whole). */

/* A line that more lines belong to. */
struct script_block {
	struct step step;
	size_t nerrors;  /* of the script, when it began */
	bool has_failed; /* it was refused: what is in it is read, and dropped with it */
};

/* "set FLAG VALUE" */
struct script_setting {
	const struct opt_desc *flag;
	char *value;
};

struct script_end {
	char *name;   /* NULL: it has none */
	bool is_sure; /* opened outside of all blocks */
};

/* Where a line of the file begins in a line that was continued by a backslash. */
struct script_break {
	size_t at;
	unsigned line;
};

struct script_parser {
	struct script *script;
	bool is_fragment; /* a line of the command line: what is open, and what is matched, is not known */
	char *line;
	struct script_break *breaks; /* the first one at 0 */
	size_t nbreaks;
	struct lex lex;
	struct diag diag;
	struct script_block *blocks;
	size_t nblocks;
	struct script_setting *settings;
	size_t nsettings;
	struct script_end *ends;
	size_t nends;
	bool has_match; /* something before may have matched */
	bool has_steps;
};

/* script.c */
void script_place(const struct script_parser *, size_t pos, struct step_place *);
/* A line sets that variable. */
void script_add_variable(struct script *, const char *name, size_t len);
/* A line, or an argument, does. */
bool script_has_variable(const struct script *, const char *name);
/* What is in the diag becomes an error of the line at hand. */
void script_add_error(struct script_parser *);
struct program *script_program(struct script_parser *);        /* that steps are added to */
struct script_block *script_top(const struct script_parser *); /* NULL: no block is open */
void script_push(struct script_parser *, struct step *, bool has_failed);
void script_pop(struct script_parser *);

/* script_step.c */
/* The step that begins at the lexer's place; inline: behind `do`. Returns 0, or -1 with the refusal. */
int script_read_step(struct script_parser *, struct program *into, bool is_inline);

/* script_check.c */
/* What can be said when all has been read: names of ends and of variables. */
void script_check(struct script_parser *);

#endif
