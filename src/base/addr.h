#ifndef IPCWIRE_ADDR_H
#define IPCWIRE_ADDR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/*
 * The grammar of addresses:  kind[:parameter[:parameter]][,option[=value]]...   and   A!!B
 *
 * Pure: what kinds there are is asked of a vocabulary that the caller brings.
 */

enum addr_form_flag {
	ADDR_COLONS = 1 << 0,  /* the last parameter takes colons as they are (paths, names, texts, commands) */
	ADDR_COMMAND = 1 << 1, /* only the end of the parameter is looked for, its quotes and backslashes stay */
};

/* What the grammar must know of a kind. */
struct addr_form {
	const char *name;   /* canonical, lower case */
	const char *syntax; /* for messages: "tcp:HOST:PORT" */
	unsigned args_min, args_max;
	unsigned flags;
	const void *kind; /* for the caller */
};

struct addr_vocab {
	/* Fills the form of a kind's name or alias (any case) of len bytes. False: there is none. */
	bool (*find)(const char *name, size_t len, struct addr_form *);
	/* True when the value of that option is a regular expression, which is taken raw from '/' to '/'. */
	bool (*is_regex)(const struct addr_form *, const char *option, size_t len);
	/* The known kind that is spelt most like that, or NULL. */
	const char *(*nearest)(const char *name, size_t len);
	/* What to write instead of a word that only others know, or NULL; the hook itself may be NULL. */
	const char *(*foreign)(const char *name, size_t len);
};

struct addr_param {
	char *value; /* unquoted; raw for ADDR_COMMAND */
	size_t len;
	size_t pos; /* offset in the argument */
};

struct addr_option {
	char *name;  /* as written */
	char *value; /* unquoted; NULL: none was given; a regular expression keeps its backslashes, not its slashes */
	size_t pos, value_pos;
};

struct addr {
	struct addr_form form;
	char *text; /* this address as it was written, without the other half of A!!B */
	size_t pos; /* its offset in the argument */
	struct addr_param *params;
	size_t nparams;
	struct addr_option *options;
	size_t noptions;
};

/*
 * Parses one argument. *in is the address to read from; *out the one to write to, or NULL when the
 * argument has no "!!" and *in is both. Returns 0; or -1 with the refusal in the diag, both NULL then.
 * The caller frees both with addr_free.
 */
int addr_parse(const char *arg, const struct addr_vocab *, struct addr **in, struct addr **out, struct diag *);
void addr_free(struct addr *); /* NULL is fine */

/* True when a command line argument that begins with '-' is an address: "-", "-,..." or "-!!...". */
bool addr_is_stdio(const char *arg);

#endif
