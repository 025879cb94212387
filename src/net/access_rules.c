/* Rules for clients: line by line, word by word. A word is cut out first and unquoted then, so that its place is known. */
#include "net/access_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/words.h"

struct rules_line {
	const char *text;
	size_t len, pos;
	const struct access_vocab *vocab;
	struct diag *diag;
};

static bool
rules_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Where the word that begins at `at` ends; quotes and backslashes take what is behind them along. */
static size_t
rules_word_end(const struct rules_line *l, size_t at)
{
	char quote = '\0';

	for (; at < l->len && (quote != '\0' || !rules_is_blank(l->text[at])); at++) {
		const char c = l->text[at];

		if (c == '\\' && quote != '\'' && at + 1 < l->len)
			at++;
		else if (quote != '\0')
			quote = c == quote ? '\0' : quote;
		else if (c == '\'' || c == '"')
			quote = c;
	}
	return at;
}

/* The next word, unquoted, and its place. Returns 1; 0: there is none; -1: refused. The caller frees it. */
static int
rules_next(struct rules_line *l, char **word, size_t *pos)
{
	char *raw, **words;
	size_t end;
	int r;

	*word = NULL;
	while (l->pos < l->len && rules_is_blank(l->text[l->pos]))
		l->pos++;
	*pos = l->pos;
	if (l->pos == l->len || l->text[l->pos] == '#')
		return 0;
	end = rules_word_end(l, l->pos);
	raw = xstrndup(l->text + l->pos, end - l->pos);
	l->pos = end;
	r = words_split(raw, &words, l->diag);
	free(raw);
	if (r == -1) {
		diag_shift(l->diag, *pos);
		return -1;
	}
	*word = xstrdup(words[0]);
	words_free(words);
	return 1;
}

static int
rules_refuse_word(struct rules_line *l, size_t pos, const char *word, const char *what)
{
	char *quoted = diag_quote(word, strlen(word));

	diag_set(l->diag, pos, "%s is %s", quoted, what);
	free(quoted);
	return diag_hint(l->diag, "a rule is 'allow WHO [VARIABLE=VALUE...]' or 'deny WHO'");
}

static int
rules_parse_verb(struct rules_line *l, const char *word, size_t pos, struct access_rule *rule)
{
	rule->is_allow = strcmp(word, "allow") == 0;
	if (rule->is_allow || strcmp(word, "deny") == 0)
		return 0;
	return rules_refuse_word(l, pos, word, "neither allow nor deny");
}

static int
rules_parse_who(struct rules_line *l, const char *word, size_t pos, struct access_rule *rule)
{
	for (const char *p = word;; p++) {
		const size_t len = strcspn(p, "+");
		char *item = xstrndup(p, len);
		int r = len > 0 ? access_list_add(&rule->who, item, l->vocab, l->diag) :
				  diag_set(l->diag, 0, "an item of '+' is empty");

		free(item);
		if (r == -1)
			return diag_shift(l->diag, pos + (size_t)(p - word));
		p += len;
		if (*p == '\0')
			return 0;
	}
}

static bool
rules_is_variable(const char *word)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
	const size_t len = strspn(word, letters);

	return len > 0 && word[len] == '=' && (*word < '0' || *word > '9');
}

static int
rules_parse_variable(struct rules_line *l, const char *word, size_t pos, struct access_rule *rule)
{
	size_t n = 0;

	if (!rule->is_allow)
		return rules_refuse_word(l, pos, word, "too much: deny takes no variables");
	if (!rules_is_variable(word))
		return rules_refuse_word(l, pos, word, "no VARIABLE=VALUE");
	while (rule->env != NULL && rule->env[n] != NULL)
		n++;
	rule->env = xreallocarray(rule->env, n + 2, sizeof(*rule->env));
	rule->env[n] = xstrdup(word);
	rule->env[n + 1] = NULL;
	return 0;
}

/* Returns how many words the line has, or -1. */
static int
rules_parse_line(struct rules_line *l, struct access_rule *rule)
{
	static int (*const parts[])(struct rules_line *, const char *, size_t, struct access_rule *) = {
		rules_parse_verb,
		rules_parse_who,
		rules_parse_variable,
	};
	const size_t most = sizeof(parts) / sizeof(*parts) - 1;
	int r, n;

	for (n = 0;; n++) {
		char *word;
		size_t pos;

		r = rules_next(l, &word, &pos);
		if (r == 1)
			r = parts[(size_t)n < most ? (size_t)n : most](l, word, pos, rule) == -1 ? -1 : 1;
		free(word);
		if (r == -1)
			return -1;
		if (r == 0)
			break;
	}
	if (n != 1)
		return n;
	diag_set(l->diag, l->pos, "whom to %s is missing", rule->is_allow ? "allow" : "deny");
	return diag_hint(l->diag, "'all' means everybody");
}

static void
rules_fini_rule(struct access_rule *rule)
{
	access_list_fini(&rule->who);
	free_strings(rule->env);
}

static int
rules_add_line(struct access_rules *rules, struct rules_line *l, unsigned line)
{
	struct access_rule rule = { .line = line };
	int n = memchr(l->text, '\0', l->len) == NULL ? rules_parse_line(l, &rule) :
							diag_set(l->diag, strlen(l->text), "a zero byte is no text");

	if (n <= 0) {
		rules_fini_rule(&rule);
		return n;
	}
	rules->items = xreallocarray(rules->items, rules->len + 1, sizeof(*rules->items));
	rules->items[rules->len++] = rule;
	return 0;
}

int
access_rules_parse(const char *text, size_t len, const struct access_vocab *vocab, struct access_rules *rules,
    struct access_rules_fault *fault)
{
	*rules = (struct access_rules){ 0 };
	*fault = (struct access_rules_fault){ 0 };
	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);
		const size_t n = end != NULL ? (size_t)(end - text) - at : len - at;
		struct rules_line l = { .text = text + at, .len = n, .vocab = vocab, .diag = &fault->diag };

		fault->line++;
		if (rules_add_line(rules, &l, fault->line) == -1) {
			access_rules_fini(rules);
			return -1;
		}
		at += n + 1;
	}
	return 0;
}

const struct access_rule *
access_rules_find(const struct access_rules *rules, const struct access_client *c)
{
	for (size_t i = 0; i < rules->len; i++)
		if (access_list_has(&rules->items[i].who, c))
			return &rules->items[i];
	return NULL;
}

bool
access_rules_need_groups(const struct access_rules *rules)
{
	for (size_t i = 0; i < rules->len; i++)
		if (access_list_needs_groups(&rules->items[i].who))
			return true;
	return false;
}

bool
access_rules_have_hosts(const struct access_rules *rules)
{
	for (size_t i = 0; i < rules->len; i++)
		if (access_list_has_hosts(&rules->items[i].who))
			return true;
	return false;
}

void
access_rules_fini(struct access_rules *rules)
{
	for (size_t i = 0; i < rules->len; i++)
		rules_fini_rule(&rules->items[i]);
	free(rules->items);
	*rules = (struct access_rules){ 0 };
}
