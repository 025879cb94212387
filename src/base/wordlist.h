#ifndef IPCWIRE_WORDLIST_H
#define IPCWIRE_WORDLIST_H

#include <stddef.h>

/*
 * A few words in an array of characters, each ended by a zero byte and the last by two: "yes\0no" in a char[8]. Rows of
 * tables have them in themselves, without a pointer, so that the table needs no address written into it at the start.
 */

/* for (const char *w = words; *w != '\0'; w = wordlist_next(w)) */
const char *wordlist_next(const char *word);
size_t wordlist_count(const char *words);
/* The index of a word, in any case, or -1. */
int wordlist_find(const char *words, const char *word, size_t len);
/* The word of that index, "" behind the last one. */
const char *wordlist_at(const char *words, size_t index);
/* Appends the words to an owned text: the first behind one separator, the others behind another. The caller frees it. */
char *wordlist_join(char *text, const char *first, const char *words, const char *next);

#endif
