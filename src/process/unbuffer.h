#ifndef IPCWIRE_UNBUFFER_H
#define IPCWIRE_UNBUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "process/program_info.h"

/* By what means a program is brought to write its output in time. The decision is pure. */

enum unbuffer_how {
	UNBUFFER_AUTO,
	UNBUFFER_PRELOAD,  /* our object in the program, and variables of known languages */
	UNBUFFER_PTY,      /* its stdout is a pseudo-terminal */
	UNBUFFER_PTY_FULL, /* its stdin too, and it is its controlling terminal */
	UNBUFFER_ENV,      /* only the variables */
	UNBUFFER_NONE,
	UNBUFFER_N
};
#define UNBUFFER_HOW_WORDS "auto\0preload\0pty\0pty-full\0env\0none\0" /* in that order: see wordlist.h */
const char *unbuffer_how_name(enum unbuffer_how);

struct unbuffer_wish {
	enum unbuffer_how how;
	bool is_unbuffered;    /* stdout without any buffer; else by lines */
	const char *no_pty;    /* why there can be no pseudo-terminal, or NULL */
	const char *no_object; /* why there is no object to preload, or NULL */
};

struct unbuffer {
	enum unbuffer_how how; /* not auto */
	bool is_unbuffered;
	bool is_second_best; /* a terminal, chosen for want of something milder: to be told */
	bool is_reached;     /* the object will run in the program itself, and report */
	const char *reason;  /* static text */
	const char *advice;  /* what the user can do besides or instead; static text, or NULL */
};

struct unbuffer unbuffer_decide(const struct unbuffer_wish *, const struct program_info *);
/* Why the preload object cannot do anything in that program, or NULL: it can. */
const char *unbuffer_against_preload(const struct program_info *);

struct unbuffer_material {
	const char *object_dir; /* where the object and its companions are, or NULL */
	const char *variable;   /* what preload_variable() made; NULL: without an object */
	char *const *written;   /* "NAME=VALUE"...: what the user set for this program */
	size_t nwritten;
};

/*
 * Adds to an environment (an array with room for UNBUFFER_VARIABLES_MAX more, *n of it used) what the decision asks for. Variables
 * of languages that are set already stay. Those that keep programs quiet on a terminal speak of another terminal than
 * the inherited ones do, so only what was written for this program stays.
 */
#define UNBUFFER_VARIABLES_MAX 12
void unbuffer_environment(const struct unbuffer *, const struct unbuffer_material *, char **env, size_t *n);

#endif
