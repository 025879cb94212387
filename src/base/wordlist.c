/* Words in an array of characters, for tables without pointers: see wordlist.h. */
#include "base/wordlist.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/name.h"

const char *
wordlist_next(const char *word)
{
	return word + strlen(word) + 1;
}

size_t
wordlist_count(const char *words)
{
	size_t n = 0;

	for (; *words != '\0'; words = wordlist_next(words))
		n++;
	return n;
}

int
wordlist_find(const char *words, const char *word, size_t len)
{
	for (int i = 0; *words != '\0'; words = wordlist_next(words), i++)
		if (name_is(words, word, len))
			return i;
	return -1;
}

const char *
wordlist_at(const char *words, size_t index)
{
	for (; index > 0 && *words != '\0'; index--)
		words = wordlist_next(words);
	return words;
}

char *
wordlist_join(char *text, const char *first, const char *words, const char *next)
{
	for (const char *w = words; *w != '\0'; w = wordlist_next(w)) {
		char *longer = xasprintf("%s%s%s", text, w == words ? first : next, w);

		free(text);
		text = longer;
	}
	return text;
}
