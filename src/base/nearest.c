/* The nearest known name: the number of edits (insert, delete, replace, swap of neighbours) decides. */
#include "base/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/wordlist.h"

/* Names are short: a longer word was not meant to be one, and is not worth the comparing. */
#define NEAREST_LEN_MAX 64

static unsigned
min(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool
is_same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Three rows of the matrix of prefixes are needed at a time; row i is rows[i % 3]. */
#define NEAREST_ROW (NEAREST_LEN_MAX + 1)

/* Row i: the first i bytes of the word against every prefix of the name. */
static void
fill_row(unsigned rows[][NEAREST_ROW], const char *word, size_t i, const char *name, size_t len)
{
	const unsigned *before = rows[(i + 1) % 3], *above = rows[(i + 2) % 3];
	unsigned *row = rows[i % 3];

	row[0] = (unsigned)i;
	for (size_t j = 1; j <= len; j++) {
		unsigned replace = above[j - 1] + !is_same(word[i - 1], name[j - 1]);

		row[j] = min(replace, min(above[j], row[j - 1]) + 1);
		if (i > 1 && j > 1 && is_same(word[i - 1], name[j - 2]) && is_same(word[i - 2], name[j - 1]))
			row[j] = min(row[j], before[j - 2] + 1);
	}
}

/* Both at most NEAREST_LEN_MAX long. */
static unsigned
count_edits(const char *word, size_t wordlen, const char *name, size_t len)
{
	unsigned rows[3][NEAREST_ROW] = { 0 };

	for (size_t j = 0; j <= len; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= wordlen; i++)
		fill_row(rows, word, i, name, len);
	return rows[wordlen % 3][len];
}

void
nearest_init(struct nearest *n, const char *word, size_t len)
{
	*n = (struct nearest){ .word = word, .len = len, .distance = (unsigned)(len / 3) + 2 };
}

void
nearest_feed(struct nearest *n, const char *known)
{
	size_t len = strlen(known);
	unsigned d;

	if (len > NEAREST_LEN_MAX || n->len > NEAREST_LEN_MAX)
		return;
	d = count_edits(n->word, n->len, known, len);
	/* A name that has nothing in common with the word is no help, however short both are. */
	if (d < n->distance && d < len && d < n->len) {
		n->distance = d;
		n->best = known;
	}
}

void
nearest_feed_words(struct nearest *n, const char *words)
{
	for (; *words != '\0'; words = wordlist_next(words))
		nearest_feed(n, words);
}

const char *
nearest_name(const struct nearest *n)
{
	return n->best;
}
