/* Steps from words: of a command line's options, and of requests to a session. */
#include "dialogue/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dialogue/script.h"

struct reader {
	struct step *step;
	char *const *words;
	size_t nwords, at;
	bool has_variables;
	struct diag *diag;
};

static int
unknown_flag(const struct verb *v, const char *word, struct diag *d)
{
	char *quoted = diag_quote(word, strlen(word));

	diag_set(d, 0, "'%s' has no flag %s", v->name, quoted);
	free(quoted);
	return diag_hint(d, "what begins with a hyphen and is no flag follows '--'");
}

const struct opt_desc *
step_flag_of(const struct verb *v, const char *word, const char **value)
{
	const char *name = word + 1 + (word[1] == '-'), *equals = strchr(name, '=');
	const size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);
	const struct opt_desc *d = verb_find_flag(v, name, len);

	*value = equals != NULL ? equals + 1 : NULL;
	if (d != NULL || word[1] == '-' || len < 2)
		return d;
	d = verb_find_flag(v, name, 1);
	*value = name + 1;
	return d != NULL && opt_bare(d) == NULL ? d : NULL;
}

bool
step_is_flag(const struct verb *v, const char *word)
{
	const char *value;

	if (word[0] != '-' || word[1] == '\0')
		return false;
	if (word[1] == '-')
		return word[2] != '\0' && step_flag_of(v, word, &value) != NULL;
	return (word[1] >= 'a' && word[1] <= 'z') || (word[1] >= 'A' && word[1] <= 'Z');
}

static int
read_flag(struct reader *r)
{
	const char *word = r->words[r->at], *value;
	const struct opt_desc *flag = step_flag_of(r->step->verb, word, &value);

	if (flag == NULL)
		return unknown_flag(r->step->verb, word, r->diag);
	if (value == NULL && opt_bare(flag) == NULL) {
		if (r->at + 1 == r->nwords) {
			char *name = opt_value_name(flag);

			diag_set(r->diag, strlen(word), "%s is missing after '%s'", name, word);
			free(name);
			return -1;
		}
		return step_set_flag(r->step, flag, r->words[++r->at], r->diag);
	}
	if (step_set_flag(r->step, flag, value, r->diag) == 0)
		return 0;
	return diag_shift(r->diag, value != NULL ? (size_t)(value - word) : 0);
}

static int
read_arg(struct reader *r)
{
	const char *word = r->words[r->at];
	struct text t = { 0 };
	int result;

	if (r->has_variables)
		result = text_parse_word(&t, word, r->diag);
	else {
		text_add(&t, word, strlen(word));
		result = 0;
	}
	if (result == 0)
		result = step_add_arg(r->step, &t, false, 0, r->diag);
	text_fini(&t);
	return result;
}

/* "send 'two words'": what was asked for, as it might stand in a script. */
static char *
show_words(const struct verb *v, char *const *words, size_t n)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return xstrdup(v->name);
	fputs(v->name, f);
	for (size_t i = 0; i < n; i++) {
		const bool is_plain = words[i][0] != '\0' && strpbrk(words[i], " \t\n'\"\\$#") == NULL;

		fprintf(f, is_plain ? " %s" : " '%s'", words[i]);
	}
	fclose(f);
	return text;
}

static int
read_words(struct reader *r)
{
	bool is_flag = true;

	for (; r->at < r->nwords; r->at++) {
		const char *word = r->words[r->at];
		int result;

		if (is_flag && strcmp(word, "--") == 0) {
			is_flag = false;
			continue;
		}
		is_flag = is_flag && step_is_flag(r->step->verb, word);
		result = is_flag ? read_flag(r) : read_arg(r);
		if (result == -1)
			return -1;
	}
	return step_check(r->step, r->diag);
}

int
step_parse_words(struct step *s, const struct verb *v, char *const *words, size_t nwords, bool has_variables,
    struct diag *d, size_t *bad)
{
	struct reader r = { .step = s, .words = words, .nwords = nwords, .has_variables = has_variables, .diag = d };
	int result;

	step_init(s, v);
	s->source = show_words(v, words, nwords);
	result = read_words(&r);
	*bad = r.at;
	return result;
}

const struct verb *
step_option_verb(const char *name)
{
	const size_t len = strcspn(name, ",");

	for (size_t i = 0; i < VERB_N; i++) {
		const char *option = verb_option_name(&verbs[i]);

		if (option != NULL && strlen(option) == len && memcmp(option, name, len) == 0)
			return &verbs[i];
	}
	return NULL;
}

/* "t=5s" of ",t=5s": up to the next comma. Lists are joined by '+', so that no value has one. */
static int
read_option_flag(struct step *s, const char *name, size_t at, size_t len, struct diag *d)
{
	char *flag = xasprintf("-%.*s", (int)len, name + at);
	const char *value;
	const struct opt_desc *desc = step_flag_of(s->verb, flag, &value);
	int result;

	if (desc == NULL)
		result = unknown_flag(s->verb, flag + 1, d);
	else if (value == NULL && opt_bare(desc) == NULL)
		result = diag_set(d, len, "it needs a value");
	else
		result = step_set_flag(s, desc, value, d);
	if (result == -1)
		diag_shift(d, at + (desc != NULL && value != NULL ? (size_t)(value - flag) - 1 : 0));
	free(flag);
	return result;
}

/* A line of a script, but with the place of an option. */
static void
forget_places(struct program *p)
{
	for (size_t i = 0; i < p->nsteps; i++) {
		free(p->steps[i].place.file);
		p->steps[i].place = (struct step_place){ 0 };
		forget_places(&p->steps[i].body);
	}
}

/* The word behind the pattern of `on`: what is done then. */
static int
read_do(struct reader *r)
{
	if (script_parse_line(&r->step->body, r->words[r->at], r->diag) == -1)
		return -1;
	forget_places(&r->step->body);
	return 0;
}

int
step_parse_option(struct step *s, const char *name, char *const *words, bool *name_bad, struct diag *d, size_t *bad)
{
	const struct verb *v = step_option_verb(name);
	struct reader r = { .step = s, .words = words, .nwords = v->option_args, .has_variables = true, .diag = d };
	size_t at = strcspn(name, ",");

	step_init(s, v);
	s->source = show_words(v, words, v->option_args);
	*name_bad = true;
	while (name[at] == ',') {
		const size_t len = strcspn(name + ++at, ",");

		if (read_option_flag(s, name, at, len, d) == -1)
			return -1;
		at += len;
	}
	*name_bad = false;
	for (; r.at < r.nwords; r.at++) {
		*bad = r.at;
		if ((r.at > 0 && (v->flags & VERB_DO) ? read_do(&r) : read_arg(&r)) == -1)
			return -1;
	}
	*bad = r.nwords;
	return step_check(s, d);
}
