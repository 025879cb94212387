/* Texts with variables in them. */
#include "dialogue/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct text_piece *
text_grow(struct text *t)
{
	t->pieces = xreallocarray(t->pieces, t->npieces + 1, sizeof(*t->pieces));
	t->pieces[t->npieces] = (struct text_piece){ .bytes = xcalloc(1, 1) };
	return &t->pieces[t->npieces++];
}

static void
piece_append(struct text_piece *p, const char *bytes, size_t len)
{
	p->bytes = xreallocarray(p->bytes, p->len + len + 1, 1);
	if (len > 0)
		memcpy(p->bytes + p->len, bytes, len);
	p->len += len;
	p->bytes[p->len] = '\0';
}

void
text_add(struct text *t, const char *bytes, size_t len)
{
	struct text_piece *p = t->npieces > 0 ? &t->pieces[t->npieces - 1] : NULL;

	if (p != NULL && len == 0)
		return;
	if (p == NULL || p->is_variable)
		p = text_grow(t);
	piece_append(p, bytes, len);
}

void
text_add_variable(struct text *t, const char *name, size_t len)
{
	struct text_piece *p;

	/* "" before a variable says nothing, but was the only way to say that there is a text. */
	if (t->npieces == 1 && !t->pieces[0].is_variable && t->pieces[0].len == 0)
		text_fini(t);
	p = text_grow(t);
	p->is_variable = true;
	piece_append(p, name, len);
}

void
text_fini(struct text *t)
{
	for (size_t i = 0; i < t->npieces; i++)
		free(t->pieces[i].bytes);
	free(t->pieces);
	*t = (struct text){ 0 };
}

bool
text_is_literal(const struct text *t)
{
	return t->npieces == 0 || (t->npieces == 1 && !t->pieces[0].is_variable);
}

const char *
text_literal(const struct text *t, size_t *len)
{
	if (!text_is_literal(t))
		return NULL;
	if (len != NULL)
		*len = t->npieces == 0 ? 0 : t->pieces[0].len;
	return t->npieces == 0 ? "" : t->pieces[0].bytes;
}

bool
text_is_name(const char *name, size_t len)
{
	if (len == 0 || (*name >= '0' && *name <= '9'))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_')
			return false;
	return true;
}

bool
text_is_group(const char *name, size_t len)
{
	return len > 0 && len <= 3 && strspn(name, "0123456789") >= len;
}

int
text_parse_word(struct text *t, const char *word, struct diag *d)
{
	const char *p = word, *open;

	text_add(t, "", 0);
	while ((open = strstr(p, "${")) != NULL) {
		const char *close = strchr(open, '}');
		const bool is_escaped = open > p && open[-1] == '\\';
		const size_t len = close != NULL ? (size_t)(close - open) - 2 : 0;

		text_add(t, p, (size_t)(open - p) - is_escaped);
		p = open + 2;
		if (is_escaped) {
			text_add(t, "${", 2);
			continue;
		}
		if (close == NULL || (!text_is_name(open + 2, len) && !text_is_group(open + 2, len))) {
			diag_set(d, (size_t)(open - word), "no variable follows '${'");
			return diag_hint(d, "'${1}' is a group of the last match, '\\${' the two characters");
		}
		text_add_variable(t, open + 2, len);
		p = close + 1;
	}
	text_add(t, p, strlen(p));
	return 0;
}

/* Looks a piece up; NULL: it has no value. */
static const char *
piece_bytes(const struct text_piece *p, text_lookup lookup, void *arg, size_t *len)
{
	*len = p->len;
	return p->is_variable ? lookup(p->bytes, len, arg) : p->bytes;
}

/* How what comes from a variable is appended, behind that literal text. */
typedef void (*text_append)(struct text_piece *all, char *quote, const char *before, size_t before_len,
    const char *bytes, size_t len);

static char *
expand(const struct text *t, text_append append, text_lookup lookup, void *arg, size_t *len, const char **missing)
{
	struct text_piece all = { .bytes = xcalloc(1, 1) };
	const struct text_piece *before = NULL;
	char quote = 0;

	for (size_t i = 0; i < t->npieces; i++) {
		const struct text_piece *p = &t->pieces[i];
		size_t n;
		const char *bytes = piece_bytes(p, lookup, arg, &n);

		if (bytes == NULL) {
			*missing = p->bytes;
			free(all.bytes);
			return NULL;
		}
		if (p->is_variable)
			append(&all, &quote, before != NULL ? before->bytes : "", before != NULL ? before->len : 0,
			    bytes, n);
		else
			piece_append(&all, bytes, n);
		before = p->is_variable ? NULL : p;
	}
	if (len != NULL)
		*len = all.len;
	return all.bytes;
}

static void
append_plain(struct text_piece *all, char *quote, const char *before, size_t before_len, const char *bytes, size_t len)
{
	(void)quote;
	(void)before;
	(void)before_len;
	piece_append(all, bytes, len);
}

char *
text_expand(const struct text *t, text_lookup lookup, void *arg, size_t *len, const char **missing)
{
	return expand(t, append_plain, lookup, arg, len, missing);
}

/* With a backslash before everything but letters, digits and what is no ASCII. */
static void
append_escaped(struct text_piece *all, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)bytes[i]) && (unsigned char)bytes[i] < 0x80)
			piece_append(all, "\\", 1);
		piece_append(all, bytes + i, 1);
	}
}

static void
append_to_pattern(struct text_piece *all, char *quote, const char *before, size_t before_len, const char *bytes,
    size_t len)
{
	(void)quote;
	(void)before;
	(void)before_len;
	append_escaped(all, bytes, len);
}

char *
text_expand_pattern(const struct text *t, text_lookup lookup, void *arg, size_t *len, const char **missing)
{
	return expand(t, append_to_pattern, lookup, arg, len, missing);
}

/* The quote that is open behind those bytes, by the rules of the shell; 0: none is. */
static char
quote_after(char quote, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\\' && quote != '\'')
			i++;
		else if (quote == 0 && (bytes[i] == '\'' || bytes[i] == '"'))
			quote = bytes[i];
		else if (bytes[i] == quote)
			quote = 0;
	}
	return quote;
}

/* Quotes are closed around it. A newline goes into quotes: behind a backslash it would vanish. */
static void
append_to_address(struct text_piece *all, char *quote, const char *before, size_t before_len, const char *bytes,
    size_t len)
{
	const char *end = bytes + len;

	*quote = quote_after(*quote, before, before_len);
	if (*quote != 0)
		piece_append(all, quote, 1);
	while (bytes < end) {
		const char *newline = memchr(bytes, '\n', (size_t)(end - bytes)),
			   *stop = newline != NULL ? newline : end;

		append_escaped(all, bytes, (size_t)(stop - bytes));
		if (newline != NULL)
			piece_append(all, "'\n'", 3);
		bytes = newline != NULL ? newline + 1 : end;
	}
	if (*quote != 0)
		piece_append(all, quote, 1);
}

char *
text_expand_address(const struct text *t, text_lookup lookup, void *arg, const char **missing)
{
	return expand(t, t->npieces <= 1 ? append_plain : append_to_address, lookup, arg, NULL, missing);
}

char *
text_show(const struct text *t)
{
	char *all;
	size_t size;
	FILE *f = open_memstream(&all, &size);

	if (f == NULL)
		return xstrdup("");
	for (size_t i = 0; i < t->npieces; i++)
		if (t->pieces[i].is_variable)
			fprintf(f, "${%s}", t->pieces[i].bytes);
		else
			fwrite(t->pieces[i].bytes, 1, t->pieces[i].len, f);
	fclose(f);
	return all;
}
