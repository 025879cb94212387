#ifndef IPCWIRE_TEXT_H
#define IPCWIRE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* A text with variables in it: "user $name", cut into its pieces once, put together as often as it is needed. Pure. */

struct text_piece {
	char *bytes; /* NUL-terminated; the name of a variable: "1", "match", "HOST" */
	size_t len;
	bool is_variable;
};

struct text {
	struct text_piece *pieces;
	size_t npieces;
};

/* The value of a variable; NULL: it has none. What is given back stays as it is until the next call. */
typedef const char *(*text_lookup)(const char *name, size_t *len, void *arg);

void text_add(struct text *, const char *bytes,
    size_t len); /* len 0: the text is not the empty list of pieces any more */
void text_add_variable(struct text *, const char *name, size_t len);
void text_fini(struct text *);

/* No variables are in it. */
bool text_is_literal(const struct text *);
/*
 * Without variables: its bytes, NUL-terminated (there may be others in it); *len may be NULL. NULL: there are variables. Borrowed.
 */
const char *text_literal(const struct text *, size_t *len);
/* Cuts a word of a command line, in which ${NAME} alone is a variable, and \${ is two characters. Returns 0, or -1 with the refusal. */
int text_parse_word(struct text *, const char *word, struct diag *);
/* The bytes (also NUL-terminated, the caller frees them), or NULL: the variable *missing has no value. */
char *text_expand(const struct text *, text_lookup, void *arg, size_t *len, const char **missing);
/* Of a regular expression: what comes from a variable is exact text in it. */
char *text_expand_pattern(const struct text *, text_lookup, void *arg, size_t *len, const char **missing);
/*
 * Of an address: what comes from a variable is quoted so that no character of it means anything to the grammar of addresses, a program's words or
 * a shell; but a text that is one variable and nothing else is an address itself.
 */
char *text_expand_address(const struct text *, text_lookup, void *arg, const char **missing);
/* As it may be written in a script, for people: "user ${name}". The caller frees it. */
char *text_show(const struct text *);
/* Letters, digits, underscores, none of them a digit in front: what a variable that is not a group may be called. */
bool text_is_name(const char *, size_t len);
/* Digits: a group of the last match. */
bool text_is_group(const char *, size_t len);

#endif
