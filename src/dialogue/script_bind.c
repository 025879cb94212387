/* From what a script says to what it means today: variables, patterns, addresses, files. */
#include "dialogue/script_bind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "dialogue/channel.h"
#include "dialogue/dialogue.h"
#include "dialogue/pattern.h"
#include "process/program.h"

/* ---- values ---- */

int
script_give(struct script *s, char *const *words, size_t nwords, struct diag *d)
{
	char *usage = script_usage(s);

	if (nwords > s->nargs) {
		char *quoted = diag_quote(words[s->nargs], strlen(words[s->nargs]));

		diag_set(d, 0,
		    s->nargs == 0 ? "%s takes no arguments, %s is one" : "%s takes no further argument, as %s would be",
		    s->name, quoted);
		diag_hint(d,
		    s->nargs == 0 ? "a first line 'args NAME...' gives them names" : "it is called: ipcwire run %s",
		    usage);
		free(quoted);
		free(usage);
		return -1;
	}
	for (size_t i = 0; i < s->nargs; i++) {
		struct script_arg *a = &s->args[i];

		if (i >= nwords && a->def == NULL) {
			diag_set(d, 0, "%s needs the argument %s", s->name, a->name);
			diag_hint(d, "it is called: ipcwire run %s", usage);
			free(usage);
			return -1;
		}
		a->value = xstrdup(i < nwords ? words[i] : a->def);
	}
	free(usage);
	return 0;
}

const char *
script_value(const char *name, size_t *len, void *script)
{
	const struct script *s = script;
	const char *value = NULL;

	for (size_t i = 0; i < s->nargs && value == NULL; i++)
		if (strcmp(s->args[i].name, name) == 0)
			value = s->args[i].value;
	if (value == NULL)
		value = getenv(name);
	*len = value != NULL ? strlen(value) : 0;
	return value;
}

/* It has the same value all the time. */
static bool
is_known(const struct script *s, const struct text *t)
{
	for (size_t i = 0; i < t->npieces; i++) {
		const struct text_piece *p = &t->pieces[i];
		size_t len;

		if (p->is_variable &&
		    (text_is_group(p->bytes, p->len) || script_is_captured(s, p->bytes) ||
			script_value(p->bytes, &len, (void *)(uintptr_t)s) == NULL))
			return false;
	}
	return true;
}

/* ---- checks: what is wrong of a step's argument, with the place in the step's source ---- */

static void
refuse(struct script *s, const struct step *step, const struct step_arg *a, struct diag *d)
{
	script_refuse(s, step, d, a->pos + (a->is_raw ? d->pos : 0));
}

static void
bind_arg(struct script *s, const struct step *step, struct step_arg *a)
{
	const char *missing = NULL;
	struct diag d = { 0 };
	char *value;
	size_t len = 0;

	if (text_is_literal(&a->text) || !is_known(s, &a->text))
		return;
	if (a->kind == VERB_ARG_ADDRESS) {
		value = text_expand_address(&a->text, script_value, s, &missing);
		len = strlen(value);
	} else
		value = (a->is_regex ? text_expand_pattern : text_expand)(&a->text, script_value, s, &len, &missing);
	a->is_raw = false;
	a->is_text = a->kind == VERB_ARG_PATTERN && !a->is_regex;
	text_fini(&a->text);
	text_add(&a->text, value, len);
	if (step_check_value(a->kind, value, &a->number, &d) == -1 ||
	    (a->kind == VERB_ARG_NUMBER && step_check_number(step->verb, a->number, &d) == -1))
		script_refuse(s, step, &d, a->pos);
	free(value);
}

static void
compile_arg(struct script *s, const struct step *step, struct step_arg *a)
{
	const enum pattern_how how = step->opts.is_exact || a->is_text ? PATTERN_EXACT : PATTERN_AS_WRITTEN;
	struct diag d = { 0 };
	size_t len;
	const char *text = text_literal(&a->text, &len);

	if (a->kind != VERB_ARG_PATTERN || text == NULL || len == 0)
		return;
	a->pattern = pattern_new(text, len, how, &d);
	if (a->pattern == NULL)
		refuse(s, step, a, &d);
	else if (verb_id(step->verb) == VERB_ON && pattern_may_be_empty(a->pattern)) {
		diag_set(&d, 0, PATTERN_IS_ALWAYS_THERE);
		refuse(s, step, a, &d);
	}
}

/* The words of a program, those that are not known yet by their names. */
static char **
program_words(const struct step *step)
{
	char **words = xcalloc(step->nwords + 1, sizeof(*words));

	for (size_t i = 0; i < step->nwords; i++)
		words[i] = text_show(&step->words[i].text);
	return words;
}

/* A wire to it that is never started. */
static int
try_channel(const struct step *step, const char *address, struct diag *d)
{
	const struct wire_opts opts = { 0 };
	const struct channel_ops ops = { 0 };
	const struct channel_setup setup = { .opts = &opts, .ops = &ops };
	struct endpoint_spec *in, *out;
	struct channel *c;

	if (endpoint_spec_parse(address, &in, &out, d) == -1)
		return -1;
	if (step->nwords > 0) {
		char **words = program_words(step);

		if (!(in->kind->flags & KIND_CHILD) || in->argv != NULL) {
			diag_set(d, 0, "words of a program for an address that runs none");
			diag_hint(d, "those behind -- are for exec: open exec,pty -- PROGRAM ARG...");
			endpoint_spec_free(in);
			endpoint_spec_free(out);
			free_strings(words);
			return -1;
		}
		endpoint_spec_give(in, words);
		free_strings(words);
	}
	c = channel_new(in, out, &setup, d);
	channel_free(c);
	return c != NULL ? 0 : -1;
}

static void
check_open(struct script *s, const struct step *step)
{
	const char *address = step->nargs > 0 ? text_literal(&step->args[0].text, NULL) : "exec";
	struct diag d = { 0 };

	if (address == NULL || try_channel(step, address, &d) == 0)
		return;
	if (step->nargs > 0)
		refuse(s, step, &step->args[0], &d);
	else
		script_refuse(s, step, &d, 0);
}

/* ---- files ---- */

static int
check_readable(const char *path, struct diag *d)
{
	return access(path, R_OK) == 0 ? 0 : diag_set(d, 0, "cannot read it: %s", strerror(errno));
}

static int
check_writable(const char *path, struct diag *d)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash == NULL ? xstrdup(".") : xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
	int result = 0;

	if (access(path, F_OK) == 0 ? access(path, W_OK) != 0 : access(dir, W_OK | X_OK) != 0)
		result = diag_set(d, 0, "cannot write it: %s", strerror(errno));
	free(dir);
	return result;
}

static int
check_output(const char *word, struct diag *d)
{
	return strcmp(word, "on") == 0 || strcmp(word, "off") == 0 ? 0 : check_writable(word, d);
}

static int
check_env(const char *name, struct diag *d)
{
	return getenv(name) != NULL ? 0 : diag_set(d, 0, "no such variable in the environment");
}

static int
check_descriptor(const char *number, struct diag *d)
{
	return fcntl(atoi(number), F_GETFD) != -1 ? 0 : diag_set(d, 0, "no such descriptor is open");
}

static void
check_files(struct script *s, const struct step *step)
{
	static int (*const checks[VERB_ARG_N])(const char *,
	    struct diag
		*) = { [VERB_ARG_FILE] = check_readable, [VERB_ARG_OUTPUT] = check_output, [VERB_ARG_ENV] = check_env };

	for (size_t i = 0; i < step->nargs; i++) {
		const struct step_arg *a = &step->args[i];
		const char *literal = text_literal(&a->text, NULL);
		int (*check)(const char *, struct diag *) =
		    verb_id(step->verb) == VERB_SEND_FD ? check_descriptor : checks[a->kind];
		struct diag d = { 0 };

		if (literal != NULL && check != NULL && check(literal, &d) == -1)
			script_refuse(s, step, &d, a->pos);
	}
}

static void
check_program_file(struct script *s, const struct step *step)
{
	const char *name = step->nwords > 0 ? text_literal(&step->words[0].text, NULL) : NULL;
	struct diag d = { 0 };
	char *file = NULL;
	const int error = name != NULL ? program_find(name, NULL, &file) : 0;

	free(file);
	if (error == 0)
		return;
	diag_set(&d, 0, "no program that could be run: %s", strerror(-error));
	script_refuse(s, step, &d, step->words[0].pos);
}

/* ---- all of it ---- */

static void
bind_program(struct script *s, struct program *p, bool has_files)
{
	for (size_t i = 0; i < p->nsteps; i++) {
		struct step *step = &p->steps[i];

		for (size_t j = 0; j < step->nargs; j++) {
			bind_arg(s, step, &step->args[j]);
			compile_arg(s, step, &step->args[j]);
		}
		for (size_t j = 0; j < step->nwords; j++)
			bind_arg(s, step, &step->words[j]);
		if (verb_id(step->verb) == VERB_OPEN)
			check_open(s, step);
		if (has_files) {
			check_files(s, step);
			check_program_file(s, step);
		}
		bind_program(s, &step->body, has_files);
	}
}

static void
check_variables(struct script *s)
{
	for (size_t i = 0; i < s->nenv; i++) {
		const struct script_env *e = &s->env[i];
		struct diag d = { 0 };
		size_t len;

		if (script_value(e->name, &len, s) != NULL)
			continue;
		diag_set(&d, e->pos, "nothing gives '%s' a value", e->name);
		diag_hint(&d, "it is no argument, no capture, and not in the environment");
		script_refuse_line(s, &e->place, e->line, &d);
	}
}

int
script_bind(struct script *s, bool has_files)
{
	if (s->nerrors == 0) /* a line that was refused might have set them */
		check_variables(s);
	bind_program(s, &s->program, has_files);
	script_sort_errors(s);
	return s->nerrors == 0 ? 0 : -1;
}
