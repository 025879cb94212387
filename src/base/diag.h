#ifndef IPCWIRE_DIAG_H
#define IPCWIRE_DIAG_H

#include <stddef.h>

/* Where and why a piece of input was refused. Filled by pure modules, printed by the caller. */
struct diag {
	size_t pos; /* offset of the offending part in the input, bytes */
	char *text; /* what is wrong, one line; NULL: nothing is; owned */
	char *hint; /* what helps, one line, or NULL; owned */
};

/* Records a refusal (replacing an earlier one, hint included). Returns -1, so that a parser can return it. */
int diag_set(struct diag *, size_t pos, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Adds what helps to the refusal recorded before. Returns -1. */
int diag_hint(struct diag *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Shifts the place, for a parser that was given a part of a longer input. Returns -1. */
int diag_shift(struct diag *, size_t by);
/* Forgets the refusal and frees its texts; the struct can be used again. */
void diag_fini(struct diag *);
/*
 * The refusal as lines for a person: "PREFIX: INPUT: TEXT", a line of '~' that ends in '^' under the
 * place, and the hint indented by two. input NULL: there is no place, "PREFIX: TEXT". Bytes that do not
 * print are escaped as vis(3) VIS_OCTAL does (the caret counts columns, UTF-8 included), of a long input
 * only the surroundings of the place are shown. columns: of the terminal, 0: there is none; where the first
 * line does not fit, the text stands below the place, and words are wrapped. Ends in a newline. The caller
 * frees it.
 */
char *diag_render(const struct diag *, const char *prefix, const char *input, size_t columns);
/*
 * The first len bytes of foreign text for use in a message: escaped as above, in single quotes, cut to
 * 40 bytes and "..." when it is longer. The caller frees it.
 */
char *diag_quote(const char *, size_t len);

#endif
