/* What is said of a value that is refused. */
#include "base/opt_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "base/wordlist.h"

int
opt_hint_example(const struct opt_desc *desc, const char *example, struct diag *diag)
{
	char *name;

	if (desc == NULL || *desc->words == '\0')
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

int
opt_find_word(const char *words, const char *value)
{
	return wordlist_find(words, value, strlen(value));
}

/* "'lin' is none of asis, none, line" */
int
opt_refuse_word(const struct opt_desc *desc, const char *value, struct diag *diag)
{
	char *words = wordlist_join(xstrdup("none of"), " ", desc->words, ", ");
	struct nearest nearest;

	opt_refuse(value, words, diag);
	free(words);
	nearest_init(&nearest, value, strlen(value));
	nearest_feed_words(&nearest, desc->words);
	if (nearest_name(&nearest) != NULL)
		diag_hint(diag, "did you mean '%s'?", nearest_name(&nearest));
	return -1;
}
