/* Words of a line. Quotes are those of the shell, but nothing is run and nothing is split. */
#include "dialogue/lex.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/words.h"

struct cursor {
	const char *line, *p;
	struct lex_word *word;
	struct diag *diag;
};

static int
refuse(const struct cursor *c, const char *at, const char *text)
{
	return diag_set(c->diag, (size_t)(at - c->line), "%s", text);
}

static int
unclosed(const struct cursor *c, const char *at, const char *what)
{
	diag_set(c->diag, (size_t)(at - c->line), "the %s is not closed", what);
	return diag_hint(c->diag, "it ends in the line that it begins in");
}

static void
put(struct cursor *c, const char *bytes, size_t len)
{
	text_add(&c->word->text, bytes, len);
}

static int
take_single(struct cursor *c)
{
	const char *end = strchr(c->p + 1, '\'');

	if (end == NULL)
		return unclosed(c, c->p, "single quote");
	put(c, c->p + 1, (size_t)(end - c->p) - 1);
	c->p = end + 1;
	return 0;
}

/* At "$'": C escapes up to the next quote. A double quote is an ordinary character in there, but not to words_unescape. */
static int
take_dollar_single(struct cursor *c)
{
	const char *start = c->p, *p = start + 2;
	char *raw = xcalloc(2, strlen(p) + 1), *out = raw, *text;
	size_t len;
	int result;

	for (; *p != '\0' && *p != '\''; *out++ = *p++) {
		if (*p == '"')
			*out++ = '\\';
		else if (*p == '\\' && p[1] != '\0')
			*out++ = *p++;
	}
	if (*p == '\0') {
		free(raw);
		return unclosed(c, start, "quote $'");
	}
	*out = '\0';
	result = words_unescape(raw, &text, &len, c->diag);
	free(raw);
	if (result == -1) {
		c->diag->pos = (size_t)(start - c->line);
		return -1;
	}
	put(c, text, len);
	free(text);
	c->p = p + 1;
	return 0;
}

/* What a shell would run, and nobody here does. */
static int
take_substitution(struct cursor *c)
{
	refuse(c, c->p, *c->p == '`' ? "a backquote runs nothing here" : "'$(' runs nothing here");
	return diag_hint(c->diag,
	    "the character itself stands in single quotes; open and ${NAME} may be what is meant");
}

/* At "${". */
static int
take_braces(struct cursor *c)
{
	const char *name = c->p + 2, *end = strchr(name, '}');
	const size_t len = end != NULL ? (size_t)(end - name) : 0;

	if (!text_is_name(name, len) && !text_is_group(name, len)) {
		refuse(c, c->p, "no variable follows '${'");
		return diag_hint(c->diag, "it is written ${NAME} or ${1}; a '$' itself '\\$'");
	}
	text_add_variable(&c->word->text, name, len);
	c->p = end + 1;
	return 0;
}

/* At a dollar outside of single quotes: before anything else than a name or a digit it is itself. */
static int
take_dollar(struct cursor *c)
{
	const char *name = c->p + 1;
	size_t len = 0;

	if (*name == '{')
		return take_braces(c);
	if (*name == '(')
		return take_substitution(c);
	if (isdigit((unsigned char)*name))
		len = 1;
	else
		while (isalnum((unsigned char)name[len]) || name[len] == '_')
			len++;
	if (len > 0)
		text_add_variable(&c->word->text, name, len);
	else
		put(c, "$", 1);
	c->p = name + len;
	return 0;
}

static int
take_double(struct cursor *c)
{
	const char *quote = c->p++;
	int result = 0;

	put(c, "", 0);
	while (result == 0 && *c->p != '"') {
		if (*c->p == '\0')
			return unclosed(c, quote, "double quote");
		if (*c->p == '$')
			result = take_dollar(c);
		else if (*c->p == '`')
			result = take_substitution(c);
		else {
			if (*c->p == '\\' && c->p[1] != '\0' && strchr("$`\"\\", c->p[1]) != NULL)
				c->p++;
			put(c, c->p++, 1);
		}
	}
	c->p++;
	return result;
}

static int
take_backslash(struct cursor *c)
{
	if (c->p[1] == '\0')
		return refuse(c, c->p, "nothing follows the backslash");
	put(c, c->p + 1, 1);
	c->p += 2;
	return 0;
}

static bool
is_end(char c)
{
	return c == '\0' || c == ' ' || c == '\t';
}

static int
take_word(struct cursor *c)
{
	int result = 0;

	c->word->is_bare = true;
	while (result == 0 && !is_end(*c->p)) {
		if (strchr("'\"\\$`", *c->p) == NULL) {
			const size_t len = strcspn(c->p, "'\"\\$` \t");

			put(c, c->p, len);
			c->p += len;
			continue;
		}
		c->word->is_bare = false;
		if (*c->p == '\'')
			result = take_single(c);
		else if (*c->p == '"')
			result = take_double(c);
		else if (*c->p == '\\')
			result = take_backslash(c);
		else if (*c->p == '`')
			result = take_substitution(c);
		else
			result = c->p[1] == '\'' ? take_dollar_single(c) : take_dollar(c);
	}
	return result;
}

/* The slash that closes the expression which begins at p, or NULL. */
static const char *
regex_end(const char *p)
{
	for (p++; *p != '\0'; p++) {
		size_t flags = 0;

		if (*p == '\\' && p[1] != '\0') {
			p++;
			continue;
		}
		if (*p != '/')
			continue;
		while (isalpha((unsigned char)p[1 + flags]))
			flags++;
		if (is_end(p[1 + flags]))
			return p;
	}
	return NULL;
}

static int
take_regex(struct cursor *c)
{
	const char *end = regex_end(c->p), *open;
	int result = 0;

	if (end == NULL) {
		unclosed(c, c->p, "regular expression");
		return diag_hint(c->diag, "it is written /.../, a slash in it '\\/'; after -x slashes are only text");
	}
	while (isalpha((unsigned char)end[1]))
		end++;
	end++;
	c->word->is_regex = true;
	while (result == 0 && (open = strstr(c->p, "${")) != NULL && open < end) {
		put(c, c->p, (size_t)(open - c->p));
		c->p = open;
		if (open[-1] == '\\') {
			put(c, open, 2);
			c->p += 2;
		} else
			result = take_braces(c);
	}
	if (result == 0 && c->p < end)
		put(c, c->p, (size_t)(end - c->p));
	c->p = c->p < end ? end : c->p;
	return result;
}

enum lex_result
lex_next(struct lex *l, bool takes_regex, struct lex_word *w, struct diag *d)
{
	struct cursor c = { .line = l->line, .word = w, .diag = d };
	int result;

	*w = (struct lex_word){ 0 };
	l->at += strspn(l->line + l->at, " \t");
	c.p = l->line + l->at;
	w->pos = l->at;
	if (*c.p == '\0' || *c.p == '#')
		return LEX_END;
	result = takes_regex && *c.p == '/' ? take_regex(&c) : take_word(&c);
	if (result == -1) {
		lex_word_fini(w);
		return LEX_ERROR;
	}
	l->at = w->end = (size_t)(c.p - l->line);
	return LEX_WORD;
}

void
lex_word_fini(struct lex_word *w)
{
	text_fini(&w->text);
}

bool
lex_is(const struct lex_word *w, const char *word)
{
	return w->is_bare && strcmp(text_literal(&w->text, NULL), word) == 0;
}
