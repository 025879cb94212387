#ifndef IPCWIRE_LEX_H
#define IPCWIRE_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "dialogue/text.h"

/* Cuts a line of a script into words, quoted as in sh: '...', "...", backslash, $'...'; $NAME, ${NAME} and $1 are variables. Pure. */

struct lex {
	const char *line; /* NUL-terminated */
	size_t at;
};

struct lex_word {
	struct text text;
	size_t pos, end; /* in the line */
	bool is_bare;    /* no quote, no backslash, no variable: may be a word of the language */
	bool is_regex;   /* /.../FLAGS, raw but for ${NAME} */
};

enum lex_result { LEX_WORD, LEX_END, LEX_ERROR };

/*
 * The next word; LEX_END at the end of the line or at a comment. takes_regex: a slash begins a regular expression, up to the next slash that has no
 * backslash and is followed by nothing but letters and a blank. LEX_ERROR: with the refusal, whose place is in the line.
 */
enum lex_result lex_next(struct lex *, bool takes_regex, struct lex_word *, struct diag *);
void lex_word_fini(struct lex_word *);
/* It is that word of the language. */
bool lex_is(const struct lex_word *, const char *);

#endif
