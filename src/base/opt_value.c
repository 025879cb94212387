/* Words in lists, and what is said of a value that is refused. */
#include "base/opt_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/name.h"
#include "base/nearest.h"

int
opt_hint_example(const struct opt_desc *desc, const char *example, struct diag *diag)
{
	char *name;

	if (desc == NULL || desc->words == NULL)
		return diag_hint(diag, "%s", example);
	name = opt_value_name(desc);
	diag_hint(diag, "%s; here %s", example, name);
	free(name);
	return -1;
}

int
opt_refuse(const char *value, const char *what, struct diag *diag)
{
	char *quoted = diag_quote(value, strlen(value));

	diag_set(diag, 0, "%s is %s", quoted, what);
	free(quoted);
	return -1;
}

int
opt_refuse_rest(const char *value, const char *rest, const char *what, struct diag *diag)
{
	char *quoted = diag_quote(rest, strlen(rest));

	diag_set(diag, (size_t)(rest - value), "%s after the %s", quoted, what);
	free(quoted);
	return -1;
}

char *
opt_join_words(char *text, const char *first, const char *const *words, const char *next)
{
	for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
		char *longer = xasprintf("%s%s%s", text, i == 0 ? first : next, words[i]);

		free(text);
		text = longer;
	}
	return text;
}

int
opt_find_word(const char *const *words, const char *value)
{
	const size_t len = strlen(value);

	for (int i = 0; words != NULL && words[i] != NULL; i++)
		if (name_is(words[i], value, len))
			return i;
	return -1;
}

size_t
opt_count_words(const char *const *words)
{
	size_t n = 0;

	while (words != NULL && words[n] != NULL)
		n++;
	return n;
}

/* "'lin' is none of asis, none, line" */
int
opt_refuse_word(const struct opt_desc *desc, const char *value, struct diag *diag)
{
	char *words = opt_join_words(xstrdup("none of"), " ", desc->words, ", ");
	struct nearest nearest;

	opt_refuse(value, words, diag);
	free(words);
	nearest_init(&nearest, value, strlen(value));
	for (size_t i = 0; desc->words[i] != NULL; i++)
		nearest_feed(&nearest, desc->words[i]);
	if (nearest_name(&nearest) != NULL)
		diag_hint(diag, "did you mean '%s'?", nearest_name(&nearest));
	return -1;
}
