#ifndef IPCWIRE_WORDS_H
#define IPCWIRE_WORDS_H

#include "base/diag.h"

/*
 * Splits a command into words as the shell does (POSIX XCU 2.2 quoting: '...', "...", backslash), but
 * nothing is expanded. Returns 0 and a NULL-terminated vector that words_free frees; or -1 with the
 * refusal in the diag (unbalanced quote, backslash at the end, no word at all).
 */
int words_split(const char *command, char ***words, struct diag *);
void words_free(char **words); /* NULL is fine */

/*
 * Removes quotes and carries out the C escapes (\a \b \e \f \n \r \t \v \0 \\ \xHH and octal \NNN; any
 * other \c is c) of a text; inside '...' a backslash is a backslash. Returns 0, the bytes in *text (also
 * NUL-terminated, the caller frees it) and their number in *len; or -1 with the refusal in the diag.
 */
int words_unescape(const char *raw, char **text, size_t *len, struct diag *);

#endif
