#ifndef IPCWIRE_NEAREST_H
#define IPCWIRE_NEAREST_H

#include <stddef.h>

/* The search for the known name that a misspelt one was meant to be: feed all, then ask. */
struct nearest {
	const char *word;
	size_t len;
	const char *best; /* borrowed from nearest_feed */
	unsigned distance;
};

void nearest_init(struct nearest *, const char *word, size_t len);
void nearest_feed(struct nearest *, const char *known);
void nearest_feed_words(struct nearest *, const char *words); /* see wordlist.h */
/* The nearest known name within a third of the word's length plus one edit (Damerau-Levenshtein, any case), or NULL. */
const char *nearest_name(const struct nearest *);

#endif
