/*
 * The grammar of addresses, by recursive descent over one argument.
 *
 *	argument  = half [ "!!" half ]
 *	half      = head { ":" item } { "," [ name [ "=" ( item | regex | key ) ] ] }
 *
 * Every piece is an item: a run of plain characters, quotes, escapes and nested brackets that ends at
 * the first of its stop characters outside of all of them. lex_item knows the quoting and nothing else;
 * it finds the end and removes the quotes in one pass, so a long argument costs its length. A command
 * is lexed like everything else, only its text is then taken from the argument, quotes and all, because
 * it has a reader of its own that removes them.
 */
#include "base/addr.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What ends an item; "!!" always does. */
#define STOPS_PARAM ":,"
#define STOPS_LAST ","
#define STOPS_NAME "=,"
#define STOPS_VALUE ","

struct lexer {
	const char *s; /* the argument */
	size_t pos;
	const struct addr_vocab *vocab;
	struct diag *diag;
	/* The item being read: what it says without its quotes, and where its open brackets are. */
	char *item;
	size_t len, size;
	size_t *nest;
	size_t depth, nest_size;
};

static void
item_add(struct lexer *lx, char c)
{
	if (lx->len == lx->size)
		lx->item = xreallocarray(lx->item, lx->size = 2 * lx->size + 64, 1);
	lx->item[lx->len++] = c;
}

static int
unbalanced(struct lexer *lx, size_t pos, const char *how)
{
	char c = lx->s[pos];

	if (c == '\'' || c == '"')
		diag_set(lx->diag, pos, "the %s quote %s", c == '"' ? "double" : "single", how);
	else
		diag_set(lx->diag, pos, "the bracket '%c' %s", c, how);
	return diag_hint(lx->diag, "the character itself is written '\\%c'", c);
}

static int
open_bracket(struct lexer *lx)
{
	if (lx->depth == lx->nest_size)
		lx->nest = xreallocarray(lx->nest, lx->nest_size = 2 * lx->nest_size + 8, sizeof(*lx->nest));
	lx->nest[lx->depth++] = lx->pos;
	item_add(lx, lx->s[lx->pos++]);
	return 0;
}

static int
close_bracket(struct lexer *lx)
{
	static const char openers[] = "([{", closers[] = ")]}";
	char opener = openers[strchr(closers, lx->s[lx->pos]) - closers];

	if (lx->depth == 0)
		return unbalanced(lx, lx->pos, "was not opened");
	if (lx->s[lx->nest[lx->depth - 1]] != opener)
		return unbalanced(lx, lx->nest[lx->depth - 1], "is not closed");
	lx->depth--;
	item_add(lx, lx->s[lx->pos++]);
	return 0;
}

/* Inside '...' everything is literal; inside "..." a backslash hides '"' and itself. */
static int
take_quoted(struct lexer *lx)
{
	size_t start = lx->pos++;
	char quote = lx->s[start], c;

	while ((c = lx->s[lx->pos]) != quote) {
		if (c == '\0')
			return unbalanced(lx, start, "is not closed");
		if (c == '\\' && quote == '"' && (lx->s[lx->pos + 1] == '"' || lx->s[lx->pos + 1] == '\\'))
			lx->pos++;
		item_add(lx, lx->s[lx->pos++]);
	}
	lx->pos++;
	return 0;
}

static int
take_escaped(struct lexer *lx)
{
	if (lx->s[lx->pos + 1] == '\0') {
		diag_set(lx->diag, lx->pos, "nothing follows the backslash");
		return diag_hint(lx->diag, "a backslash itself is written '\\\\'");
	}
	lx->pos++;
	item_add(lx, lx->s[lx->pos++]);
	return 0;
}

static bool
is_split(const struct lexer *lx)
{
	return lx->s[lx->pos] == '!' && lx->s[lx->pos + 1] == '!';
}

static bool
is_half_end(const struct lexer *lx)
{
	return lx->s[lx->pos] == '\0' || is_split(lx);
}

/* Reads an item up to an unquoted stop character, "!!" or the end; what it says is then in lx->item. */
static int
lex_item(struct lexer *lx, const char *stops)
{
	int r = 0;

	lx->len = lx->depth = 0;
	while (r == 0 && lx->s[lx->pos] != '\0') {
		char c = lx->s[lx->pos];

		if (lx->depth == 0 && (strchr(stops, c) != NULL || is_split(lx)))
			break;
		if (c == '\'' || c == '"')
			r = take_quoted(lx);
		else if (c == '\\')
			r = take_escaped(lx);
		else if (strchr("([{", c) != NULL)
			r = open_bracket(lx);
		else if (strchr(")]}", c) != NULL)
			r = close_bracket(lx);
		else
			item_add(lx, lx->s[lx->pos++]);
	}
	if (r == 0 && lx->depth > 0)
		r = unbalanced(lx, lx->nest[lx->depth - 1], "is not closed");
	return r;
}

static char *
item_text(const struct lexer *lx)
{
	return xstrndup(lx->len > 0 ? lx->item : "", lx->len);
}

/* Sets a refusal whose text ends in a quoted piece of the argument. */
static int
refuse_piece(const struct lexer *lx, size_t pos, size_t end, const char *what)
{
	char *quoted = diag_quote(lx->s + pos, end - pos);

	diag_set(lx->diag, pos, "%s %s", what, quoted);
	free(quoted);
	return -1;
}

/* "db.example.org", "127.0.0.1", "server:80" */
static bool
looks_like_host(const struct lexer *lx, const char *head, size_t len)
{
	const char *port = lx->s + lx->pos + 1;

	if (memchr(head, '.', len) != NULL)
		return true;
	return lx->s[lx->pos] == ':' && *port != '\0' && port[strspn(port, "0123456789")] == '\0';
}

/* The head of a half, [start, lx->pos), is no kind of any sort. */
static int
unknown_kind(const struct lexer *lx, size_t start)
{
	const char *head = lx->s + start, *nearest, *foreign;
	size_t len = lx->pos - start;

	if (len == 0) {
		diag_set(lx->diag, start, "%s is missing", is_half_end(lx) ? "an address" : "the kind of the address");
		return diag_hint(lx->diag, "an address is written kind:parameter,option=value, or '-'");
	}
	refuse_piece(lx, start, lx->pos, "unknown kind");
	if (len <= 10 && strspn(head, "0123456789") >= len)
		return diag_hint(lx->diag,
		    "a port is written tcp:localhost:%.*s or tcp-listen:%.*s, a descriptor fd:%.*s", (int)len, head,
		    (int)len, head, (int)len, head);
	foreign = lx->vocab->foreign != NULL ? lx->vocab->foreign(head, len) : NULL;
	if (foreign != NULL)
		return diag_hint(lx->diag, "%s", foreign);
	nearest = lx->vocab->nearest(head, len);
	if (nearest != NULL)
		return diag_hint(lx->diag, "did you mean '%s'?", nearest);
	if (looks_like_host(lx, head, len))
		return diag_hint(lx->diag, "a connection is written tcp:HOST:PORT, a file in this directory ./NAME");
	return diag_hint(lx->diag,
	    "a file in this directory is written ./NAME, a program exec:NAME; --help lists the kinds");
}

static bool
find_kind(const struct lexer *lx, struct addr *a, const char *name, size_t len)
{
	return lx->vocab->find(name, len, &a->form);
}

static void
add_param(struct lexer *lx, struct addr *a, size_t pos)
{
	struct addr_param *p;
	bool is_raw = (a->form.flags & ADDR_COMMAND) != 0 && a->nparams + 1 == a->form.args_max;

	a->params = xreallocarray(a->params, a->nparams + 1, sizeof(*a->params));
	p = &a->params[a->nparams++];
	p->pos = pos;
	p->len = is_raw ? lx->pos - pos : lx->len;
	p->value = is_raw ? xstrndup(lx->s + pos, p->len) : item_text(lx);
}

/*
 * Reads what says the kind: its name, or '-', a digit, a path. The last two are the parameter as well.
 * That a path may contain colons is known only when it has been seen not to begin with a kind.
 */
static int
lex_head(struct lexer *lx, struct addr *a)
{
	size_t start = lx->pos;
	const char *head = lx->s + start;

	if (lex_item(lx, STOPS_PARAM) == -1)
		return -1;
	if (lx->len > 0 && find_kind(lx, a, lx->item, lx->len))
		return 0;
	if (lx->pos - start == 1 && *head == '-' && find_kind(lx, a, "stdio", 5))
		return 0;
	if (lx->pos - start == 1 && *head >= '0' && *head <= '9' && find_kind(lx, a, "fd", 2)) {
		add_param(lx, a, start);
		return 0;
	}
	if (lx->len > 0 && memchr(lx->item, '/', lx->len) != NULL && find_kind(lx, a, "gopen", 5)) {
		lx->pos = start;
		if (lex_item(lx, STOPS_LAST) == -1)
			return -1;
		add_param(lx, a, start);
		return 0;
	}
	return unknown_kind(lx, start);
}

static int
hint_form(const struct lexer *lx, const struct addr_form *form)
{
	return diag_hint(lx->diag, "it is written %s%s", form->syntax,
	    strstr(form->syntax, "HOST") != NULL ? ", an IPv6 address in [brackets]" : "");
}

/* At the colon before a parameter. */
static int
lex_param(struct lexer *lx, struct addr *a)
{
	const struct addr_form *form = &a->form;
	bool is_last = a->nparams + 1 == form->args_max;
	bool takes_colons = is_last && (form->flags & ADDR_COLONS) != 0;
	size_t start = ++lx->pos;

	if (lex_item(lx, takes_colons ? STOPS_LAST : STOPS_PARAM) == -1)
		return -1;
	if (a->nparams == form->args_max) {
		refuse_piece(lx, start, lx->pos, "surplus parameter");
		return hint_form(lx, form);
	}
	add_param(lx, a, start);
	/* A path, a name or a command must be something; an empty text is a text. */
	if (takes_colons && a->params[a->nparams - 1].len == 0 && strcmp(form->name, "text") != 0) {
		diag_set(lx->diag, start, "empty parameter");
		return hint_form(lx, form);
	}
	return 0;
}

static int
lex_params(struct lexer *lx, struct addr *a)
{
	while (lx->s[lx->pos] == ':')
		if (lex_param(lx, a) == -1)
			return -1;
	if (a->nparams < a->form.args_min) {
		diag_set(lx->diag, lx->pos, "missing parameter");
		return hint_form(lx, &a->form);
	}
	return 0;
}

/* At the slash before a regular expression: takes everything up to the next one that no backslash hides. */
static int
lex_regex(struct lexer *lx)
{
	size_t start = lx->pos++;

	for (lx->len = 0; lx->s[lx->pos] != '/'; item_add(lx, lx->s[lx->pos++])) {
		if (lx->s[lx->pos] == '\\' && lx->s[lx->pos + 1] != '\0')
			item_add(lx, lx->s[lx->pos++]);
		if (lx->s[lx->pos] == '\0') {
			diag_set(lx->diag, start, "the regular expression is not closed");
			return diag_hint(lx->diag, "it is written /.../, a slash in it '\\/'");
		}
	}
	lx->pos++;
	if (is_half_end(lx) || lx->s[lx->pos] == ',')
		return 0;
	diag_set(lx->diag, lx->pos, "text after the regular expression");
	return diag_hint(lx->diag, "a slash in a regular expression is written '\\/'");
}

/* "^]" is a key, whatever the character means elsewhere. */
static bool
is_key(const struct lexer *lx)
{
	const char *at = lx->s + lx->pos;

	return at[0] == '^' && at[1] != '\0' && at[1] != ',' &&
	    (at[2] == '\0' || at[2] == ',' || strncmp(at + 2, "!!", 2) == 0);
}

static int
lex_key(struct lexer *lx)
{
	lx->len = 0;
	item_add(lx, lx->s[lx->pos++]);
	item_add(lx, lx->s[lx->pos++]);
	return 0;
}

/* At the '=' of an option whose name is [name, name + len). */
static int
lex_value(struct lexer *lx, const struct addr *a, struct addr_option *o, const char *name, size_t len)
{
	int r;

	o->value_pos = ++lx->pos;
	if (lx->s[lx->pos] == '/' && lx->vocab->is_regex(&a->form, name, len))
		r = lex_regex(lx);
	else if (is_key(lx))
		r = lex_key(lx);
	else
		r = lex_item(lx, STOPS_VALUE);
	if (r == 0)
		o->value = item_text(lx);
	return r;
}

/* At the comma before an option. Blanks before a name are no part of it, but the option begins with them. */
static int
lex_option(struct lexer *lx, struct addr *a, size_t *size)
{
	size_t start = ++lx->pos, name, len;
	struct addr_option *o;

	while (lx->s[lx->pos] == ' ' || lx->s[lx->pos] == '\t')
		lx->pos++;
	name = lx->pos;
	if (lex_item(lx, STOPS_NAME) == -1)
		return -1;
	len = lx->pos - name;
	if (len == 0 && lx->s[lx->pos] == '=')
		return diag_set(lx->diag, name, "the name of an option is missing before '='");
	if (len == 0)
		return 0;
	if (a->noptions == *size)
		a->options = xreallocarray(a->options, *size = 2 * *size + 4, sizeof(*a->options));
	o = &a->options[a->noptions++];
	*o = (struct addr_option){ .name = xstrndup(lx->s + name, len), .pos = start, .value_pos = lx->pos };
	return lx->s[lx->pos] == '=' ? lex_value(lx, a, o, o->name, len) : 0;
}

static struct addr *
lex_half(struct lexer *lx)
{
	struct addr *a = xcalloc(1, sizeof(*a));
	size_t options_size = 0;
	int r;

	a->pos = lx->pos;
	r = lex_head(lx, a);
	if (r == 0)
		r = lex_params(lx, a);
	while (r == 0 && lx->s[lx->pos] == ',')
		r = lex_option(lx, a, &options_size);
	if (r == 0) {
		a->text = xstrndup(lx->s + a->pos, lx->pos - a->pos);
		return a;
	}
	addr_free(a);
	return NULL;
}

/* At the "!!" or the end after the first half. */
static int
lex_second_half(struct lexer *lx, struct addr **out)
{
	if (!is_split(lx))
		return 0;
	lx->pos += 2;
	*out = lex_half(lx);
	if (*out == NULL)
		return -1;
	if (!is_split(lx))
		return 0;
	diag_set(lx->diag, lx->pos, "a second '!!' in one address");
	return diag_hint(lx->diag, "the character itself is written '\\!'");
}

int
addr_parse(const char *arg, const struct addr_vocab *vocab, struct addr **in, struct addr **out, struct diag *diag)
{
	struct lexer lx = { .s = arg, .vocab = vocab, .diag = diag };
	int r = -1;

	*out = NULL;
	*in = lex_half(&lx);
	if (*in != NULL)
		r = lex_second_half(&lx, out);
	if (r == -1) {
		addr_free(*in);
		addr_free(*out);
		*in = *out = NULL;
	}
	free(lx.item);
	free(lx.nest);
	return r;
}

void
addr_free(struct addr *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < a->nparams; i++)
		free(a->params[i].value);
	for (size_t i = 0; i < a->noptions; i++) {
		free(a->options[i].name);
		free(a->options[i].value);
	}
	free(a->params);
	free(a->options);
	free(a->text);
	free(a);
}

bool
addr_is_stdio(const char *arg)
{
	return arg[0] == '-' && (arg[1] == '\0' || arg[1] == ',' || (arg[1] == '!' && arg[2] == '!'));
}
