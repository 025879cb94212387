/* The words of a command, each in single quotes, are a command of the same words. */
#include "base/words.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static char *
print_quoted(char **words)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (; *words != NULL; words++) {
		fputs(" '", f);
		for (const char *p = *words; *p != '\0'; p++)
			fputs(*p == '\'' ? "'\\''" : (char[]){ *p, '\0' }, f);
		putc('\'', f);
	}
	fclose(f);
	return text;
}

static void
check_again(char **words)
{
	char *text = print_quoted(words), **again;
	int r = words_split(text, &again, &(struct diag){ 0 });
	size_t i;

	assert(r == 0);
	for (i = 0; words[i] != NULL; i++)
		assert(again[i] != NULL && strcmp(words[i], again[i]) == 0);
	assert(again[i] == NULL);
	words_free(again);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *raw = size > 0 ? xstrndup((const char *)data, size) : xstrdup(""), **words, *text;
	struct diag d = { 0 };
	size_t len;

	if (words_split(raw, &words, &d) == 0)
		check_again(words);
	else
		assert(words == NULL && d.text != NULL && d.pos <= strlen(raw));
	words_free(words);
	if (words_unescape(raw, &text, &len, &d) == 0)
		assert(len <= strlen(raw) && text[len] == '\0');
	else
		assert(text == NULL && d.text != NULL && d.pos <= strlen(raw));
	free(text);
	diag_fini(&d);
	free(raw);
	return 0;
}
