#ifndef IPCWIRE_SCRIPT_H
#define IPCWIRE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "dialogue/step.h"

/* A script: a verb a line. Parsing opens nothing, runs nothing, and looks at nothing but the text. Pure. */

struct script_arg {
	char *name, *def; /* def NULL: it must be given */
	char *value;      /* once it is known, see script_bind.h */
};

struct script_error {
	struct step_place place;
	char *line; /* the line as it is written, or NULL */
	struct diag diag;
};

/* A variable that nothing in the script gives a value: it is one of the environment. */
struct script_env {
	char *name;
	struct step_place place;
	char *line;
	size_t pos;
};

struct script {
	char *name; /* of the file */
	struct program program;
	struct script_arg *args;
	size_t nargs;
	struct script_env *env;
	size_t nenv;
	char **captured; /* names of variables that are set while it runs */
	size_t ncaptured;
	struct script_error *errors; /* in the order of lines; no more than SCRIPT_ERRORS */
	size_t nerrors;
};

#define SCRIPT_ERRORS 20

/* Returns 0; or -1 with errors. The script must be freed in both cases. */
int script_parse(struct script *, const char *name, const char *text, size_t len);
void script_fini(struct script *);
/* Something in it sets that variable while it runs. */
bool script_is_captured(const struct script *, const char *name);
/* One more error, at the place of a step (pos: in its source), for what is found out later. Takes what is in the diag. */
void script_refuse(struct script *, const struct step *, struct diag *, size_t pos);
/* The same for a place and a line that are kept elsewhere. */
void script_refuse_line(struct script *, const struct step_place *, const char *line, struct diag *);
/* By their places. */
void script_sort_errors(struct script *);
/* "ipcwire: FILE:3:8: LINE: what is wrong" with a caret and what helps, as diag_render does. The caller frees it. */
char *script_error_show(const struct script_error *, size_t columns);
/* "FILE HOST [PORT]": how it is called. The caller frees it. */
char *script_usage(const struct script *);
/* A single line, as it may follow `do`, appended to the program. Returns 0, or -1 with the refusal. */
int script_parse_line(struct program *, const char *line, struct diag *);

#endif
