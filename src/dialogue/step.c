/* Steps: what is checked of their flags and arguments, and how they are made from words. */
#include "dialogue/step.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/signame.h"
#include "dialogue/keys.h"
#include "dialogue/pattern.h"

void
step_init(struct step *s, const struct verb *v)
{
	memset(s, 0, sizeof(*s));
	s->verb = v;
	opt_defaults(verb_all_opts, &s->opts);
	s->opts.no_enter = verb_id(v) == VERB_SEND_RAW;
}

static void
args_fini(struct step_arg *args, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		text_fini(&args[i].text);
		pattern_free(args[i].pattern);
	}
	free(args);
}

void
step_fini(struct step *s)
{
	free(s->place.file);
	free(s->source);
	free(s->target);
	opt_fini(verb_all_opts, &s->opts);
	args_fini(s->args, s->nargs);
	args_fini(s->words, s->nwords);
	program_fini(&s->body);
	memset(s, 0, sizeof(*s));
}

struct step *
program_add(struct program *p, struct step *s)
{
	p->steps = xreallocarray(p->steps, p->nsteps + 1, sizeof(*p->steps));
	p->steps[p->nsteps] = *s;
	memset(s, 0, sizeof(*s));
	return &p->steps[p->nsteps++];
}

void
program_fini(struct program *p)
{
	for (size_t i = 0; i < p->nsteps; i++)
		step_fini(&p->steps[i]);
	free(p->steps);
	*p = (struct program){ 0 };
}

/* ---- values ---- */

static int
refuse_value(const char *value, const char *what, struct diag *d)
{
	char *quoted = diag_quote(value, strlen(value));

	diag_set(d, 0, "%s is %s", quoted, what);
	free(quoted);
	return -1;
}

static int
check_any(const char *value, int64_t *number, struct diag *d)
{
	(void)value;
	(void)number;
	(void)d;
	return 0;
}

static int
check_filled(const char *value, int64_t *number, struct diag *d)
{
	(void)number;
	return *value != '\0' ? 0 : diag_set(d, 0, "an empty name");
}

static int
check_pattern(const char *value, int64_t *number, struct diag *d)
{
	(void)number;
	if (*value != '\0')
		return 0;
	diag_set(d, 0, "an empty pattern");
	return diag_hint(d, "that would be found at once; quiet waits until nothing comes any more");
}

static int
check_variable(const char *value, int64_t *number, struct diag *d)
{
	(void)number;
	if (text_is_name(value, strlen(value)))
		return 0;
	refuse_value(value, "no name of a variable", d);
	return diag_hint(d, "letters, digits and underscores, the first one no digit");
}

static int
check_group(const char *value, int64_t *number, struct diag *d)
{
	const size_t len = strlen(value);

	(void)number;
	if (text_is_group(value, len) || text_is_name(value, len))
		return 0;
	refuse_value(value, "no group of a match", d);
	return diag_hint(d, "1, 2, ..., a name, match (the same as 0), before or after");
}

static int
check_number(const char *value, int64_t *number, struct diag *d)
{
	const size_t len = strspn(value, "0123456789");

	if (len == 0 || len > 18 || value[len] != '\0')
		return refuse_value(value, "no number", d);
	*number = (int64_t)strtoull(value, NULL, 10);
	return 0;
}

static int
check_time(const char *value, int64_t *number, struct diag *d)
{
	if (opt_parse_time(value, number, d) == -1)
		return -1;
	return *number > 0 ? 0 : diag_set(d, 0, "no time at all");
}

static int
check_key(const char *value, int64_t *number, struct diag *d)
{
	char buf[KEYS_MAX];

	(void)number;
	if (keys_bytes(value, buf) > 0)
		return 0;
	refuse_value(value, "no key", d);
	if (keys_nearest(value) != NULL)
		return diag_hint(d, "did you mean '%s'?", keys_nearest(value));
	return diag_hint(d,
	    "keys are Enter, Tab, Escape, Up, PageDown, F1, ^C, M-x and characters; send-raw sends a text");
}

static int
check_signal(const char *value, int64_t *number, struct diag *d)
{
	*number = signame_number(value, strlen(value));
	if (*number > 0)
		return 0;
	refuse_value(value, "no signal", d);
	return diag_hint(d, "names are INT, TERM, HUP, USR1, ...; or a number");
}

static int
check_size(const char *value, int64_t *number, struct diag *d)
{
	unsigned columns, rows;
	int end = 0;

	if (strspn(value, "0123456789x") == strlen(value) && strlen(value) <= 11 &&
	    sscanf(value, "%5ux%5u%n", &columns, &rows, &end) == 2 && value[end] == '\0' && columns > 0 && rows > 0 &&
	    columns <= UINT16_MAX && rows <= UINT16_MAX) {
		*number = (int64_t)columns << 16 | rows;
		return 0;
	}
	refuse_value(value, "no size of a terminal", d);
	return diag_hint(d, "columns and rows: 80x24");
}

static int (*const checks[VERB_ARG_N])(const char *, int64_t *, struct diag *) = {
	[VERB_ARG_TEXT] = check_any,
	[VERB_ARG_PATTERN] = check_pattern,
	[VERB_ARG_ADDRESS] = check_filled,
	[VERB_ARG_VARIABLE] = check_variable,
	[VERB_ARG_GROUP] = check_group,
	[VERB_ARG_ENV] = check_filled,
	[VERB_ARG_FILE] = check_filled,
	[VERB_ARG_OUTPUT] = check_filled,
	[VERB_ARG_NUMBER] = check_number,
	[VERB_ARG_TIME] = check_time,
	[VERB_ARG_KEY] = check_key,
	[VERB_ARG_SIGNAL] = check_signal,
	[VERB_ARG_SIZE] = check_size,
};

int
step_check_value(enum verb_arg kind, const char *value, int64_t *number, struct diag *d)
{
	return checks[kind](value, number, d);
}

/* ---- flags and arguments ---- */

int
step_set_flag(struct step *s, const struct opt_desc *flag, const char *value, struct diag *d)
{
	return opt_store(flag, &s->opts, value, d);
}

int
step_check_number(const struct verb *v, int64_t number, struct diag *d)
{
	if (number >= v->min && (v->max == 0 || number <= v->max))
		return 0;
	return diag_set(d, 0, "the number of '%s' must be %lld to %lld", v->name, (long long)v->min, (long long)v->max);
}

int
step_add_arg(struct step *s, struct text *t, bool is_regex, size_t pos, struct diag *d)
{
	struct step_arg a = { .text = *t,
		.is_regex = is_regex,
		.pos = pos,
		.kind = s->nargs == 0 ? s->verb->first : s->verb->rest };
	const char *literal = text_literal(&a.text, NULL);

	*t = (struct text){ 0 };
	s->args = xreallocarray(s->args, s->nargs + 1, sizeof(*s->args));
	s->args[s->nargs++] = a;
	if (s->nargs > s->verb->args_max) {
		diag_set(d, 0, s->verb->args_max == 0 ? "'%s' takes nothing" : "too much for '%s'", s->verb->name);
		return diag_hint(d, "it is written %s", s->verb->syntax);
	}
	if (literal == NULL)
		return 0;
	if (step_check_value(a.kind, literal, &s->args[s->nargs - 1].number, d) == -1)
		return -1;
	return a.kind == VERB_ARG_NUMBER ? step_check_number(s->verb, s->args[s->nargs - 1].number, d) : 0;
}

int
step_check(const struct step *s, struct diag *d)
{
	const struct verb *v = s->verb;
	const bool is_label = verb_id(v) == VERB_WHEN;

	if (is_label && s->nargs == 0 && !s->opts.on_eof && !s->opts.on_timeout) {
		diag_set(d, 0, "'when' without a pattern");
		return diag_hint(d, "it is written %s; -eof and -timeout stand for themselves", v->syntax);
	}
	if (verb_id(v) == VERB_OPEN && s->nargs == 0 && s->nwords == 0) {
		diag_set(d, 0, "'open' without an address");
		return diag_hint(d, "it is written %s", v->syntax);
	}
	if (s->nargs >= v->args_min)
		return 0;
	diag_set(d, 0, "%s is missing after '%s'", verb_arg_name(s->nargs == 0 ? v->first : v->rest), v->name);
	return diag_hint(d, "it is written %s", v->syntax);
}

char *
step_join(const struct step *s, size_t first, text_lookup lookup, void *arg, size_t *len, const char **missing)
{
	struct text all = { 0 };
	char *bytes;

	text_add(&all, "", 0);
	for (size_t i = first; i < s->nargs; i++) {
		size_t n;
		char *one = text_expand(&s->args[i].text, lookup, arg, &n, missing);

		if (one == NULL) {
			text_fini(&all);
			return NULL;
		}
		text_add(&all, " ", i > first);
		text_add(&all, one, n);
		free(one);
	}
	bytes = text_expand(&all, lookup, arg, len, missing);
	text_fini(&all);
	return bytes;
}

/* A person takes the time that it takes. */
int64_t
step_limit(const struct step *s, int64_t by_default)
{
	if (s->opts.timeout != 0)
		return s->opts.timeout;
	return verb_id(s->verb) == VERB_INTERACT ? VERB_NO_TIMEOUT : by_default;
}

void
step_put_limit(const struct step *s, int64_t by_default, FILE *f)
{
	const int64_t limit = step_limit(s, by_default);

	if (!(s->verb->flags & VERB_WAITS))
		return;
	if (limit == VERB_NO_TIMEOUT)
		fputs("  (no time limit)", f);
	else
		fprintf(f, "  (at most %.3g s)", (double)limit / 1e9);
}

char *
step_place_show(const struct step *s)
{
	const struct step_place *p = &s->place;

	if (p->file != NULL)
		return xasprintf("%s:%u:%u", p->file, p->line, p->column);
	return xasprintf("--%s", verb_option_name(s->verb) != NULL ? verb_option_name(s->verb) : s->verb->name);
}
