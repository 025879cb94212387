/* One line of a script: who it is for, the verb, its flags and arguments, and what follows `do`. */
#include "dialogue/script_state.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dialogue/script_state.h"
#include "endpoint/foreign.h"

/* A step being read. */
struct reading {
	struct script_parser *p;
	struct program *into; /* inline steps; NULL: the open program */
	struct step step;
	struct lex_word word; /* the last one */
	size_t start;         /* of the verb in the line */
	bool has_do;          /* the last word was `do` */
};

/* ---- refusals ---- */

/* A refusal of the word at hand; where it has no quotes the place in its text is one in the line. */
static int
at_word(struct reading *r)
{
	struct diag *d = &r->p->diag;

	d->pos = r->word.pos + (r->word.is_bare ? d->pos : 0);
	return -1;
}

static int
refuse(struct reading *r, size_t pos, const char *text, const char *hint)
{
	diag_set(&r->p->diag, pos, "%s", text);
	return hint != NULL ? diag_hint(&r->p->diag, "%s", hint) : -1;
}

static int
unknown_verb(struct reading *r)
{
	struct diag *d = &r->p->diag;
	const char *name = r->p->line + r->word.pos;
	const size_t len = r->word.end - r->word.pos;
	const char *foreign = foreign_hint(FOREIGN_STEP, name, len), *near = verb_nearest(name, len);
	char *quoted = diag_quote(name, len);

	diag_set(d, r->word.pos, "unknown verb %s", quoted);
	free(quoted);
	if (foreign != NULL)
		return diag_hint(d, "%s", foreign);
	if (near != NULL)
		return diag_hint(d, "did you mean '%s'?", near);
	return diag_hint(d, "ipcwire --help=verbs lists them");
}

/* ---- words ---- */

/* 1: there is one, 0: the line is over, -1: refused. */
static int
next_word(struct reading *r, bool takes_regex)
{
	lex_word_fini(&r->word);
	switch (lex_next(&r->p->lex, takes_regex, &r->word, &r->p->diag)) {
	case LEX_WORD:
		return 1;
	case LEX_END:
		return 0;
	case LEX_ERROR:
		break;
	}
	return -1;
}

static bool
is_end_name(const char *name, size_t len)
{
	if (len == 0 || !isalpha((unsigned char)*name))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_' && name[i] != '-')
			return false;
	return true;
}

/* "NAME:" before the verb; the next word follows. As next_word. */
static int
read_target(struct reading *r, char **target)
{
	const char *name = r->p->line + r->word.pos;
	const size_t len = r->word.end - r->word.pos;
	int result;

	*target = NULL;
	if (!r->word.is_bare || name[len - 1] != ':')
		return 1;
	if (!is_end_name(name, len - 1)) {
		diag_set(&r->p->diag, r->word.pos, "no name before the colon");
		return diag_hint(&r->p->diag, "the name of an end has letters, digits, '_' and '-'");
	}
	*target = xstrndup(name, len - 1);
	result = next_word(r, false);
	if (result == 0)
		diag_set(&r->p->diag, r->p->lex.at, "no verb follows the name");
	return result == 0 ? -1 : result;
}

/* ---- variables ---- */

static const char script_builtin[][8] = { "match", "before" };

static bool
is_builtin(const char *name)
{
	for (size_t i = 0; i < sizeof(script_builtin) / sizeof(*script_builtin); i++)
		if (strcmp(script_builtin[i], name) == 0)
			return true;
	return false;
}

/* Nothing here sets it: perhaps the environment does, or a line that is yet to come. */
static void
note_env(struct reading *r, const char *name)
{
	struct script *s = r->p->script;
	const size_t indent = strspn(r->p->line, " \t");
	struct script_env *e;

	s->env = xreallocarray(s->env, s->nenv + 1, sizeof(*s->env));
	e = &s->env[s->nenv++];
	*e = (struct script_env){ .name = xstrdup(name),
		.line = xstrdup(r->p->line + indent),
		.pos = r->word.pos - indent };
	script_place(r->p, r->word.pos, &e->place);
}

static int
check_variables(struct reading *r)
{
	for (size_t i = 0; i < r->word.text.npieces; i++) {
		const struct text_piece *piece = &r->word.text.pieces[i];
		const bool is_match = text_is_group(piece->bytes, piece->len) || is_builtin(piece->bytes);

		if (!piece->is_variable || (is_match && r->p->has_match))
			continue;
		if (is_match) {
			diag_set(&r->p->diag, r->word.pos, "nothing has been matched yet that ${%s} could be of",
			    piece->bytes);
			return diag_hint(&r->p->diag,
			    "it is a group of the last match; args NAME... gives the arguments of the script names");
		}
		if (!script_has_variable(r->p->script, piece->bytes))
			note_env(r, piece->bytes);
	}
	return 0;
}

/* The names of groups in an expression: (?<name>, (?P<name>, (?'name'. */
static void
note_groups(struct script_parser *p, const char *regex)
{
	while ((regex = strstr(regex, "(?")) != NULL) {
		size_t len = 0;

		regex += 2 + (regex[2] == 'P');
		if (*regex != '<' && *regex != '\'')
			continue;
		regex++;
		while (isalnum((unsigned char)regex[len]) || regex[len] == '_')
			len++;
		if (len > 0)
			script_add_variable(p->script, regex, len);
	}
}

/* What later lines may use of this step. */
static void
note_what_is_set(struct reading *r)
{
	for (size_t i = 0; i < r->step.nargs; i++) {
		const struct step_arg *a = &r->step.args[i];
		const char *literal = text_literal(&a->text, NULL);

		if (a->kind == VERB_ARG_VARIABLE && literal != NULL)
			script_add_variable(r->p->script, literal, strlen(literal));
		if (a->kind != VERB_ARG_PATTERN)
			continue;
		r->p->has_match = true;
		for (size_t j = 0; j < a->text.npieces; j++)
			if (!a->text.pieces[j].is_variable)
				note_groups(r->p, a->text.pieces[j].bytes);
	}
}

/* ---- flags and arguments ---- */

static int
take_settings(struct reading *r)
{
	for (size_t i = 0; i < r->p->nsettings; i++) {
		const struct script_setting *s = &r->p->settings[i];
		const struct opt_desc *flag = verb_find_flag(r->step.verb, s->flag->name, strlen(s->flag->name));

		if (flag != NULL && flag->type == s->flag->type &&
		    step_set_flag(&r->step, flag, s->value, &r->p->diag) == -1)
			return -1;
	}
	return 0;
}

static int
read_flag_value(struct reading *r, const struct opt_desc *flag)
{
	const size_t end = r->word.end;
	int result = next_word(r, false);

	if (result == 0) {
		char *name = opt_value_name(flag);

		diag_set(&r->p->diag, end, "%s is missing after the flag", name);
		free(name);
		return -1;
	}
	if (result == -1)
		return -1;
	if (text_literal(&r->word.text, NULL) == NULL)
		return refuse(r, r->word.pos, "a variable in a flag", "flags are read before anything runs");
	if (step_set_flag(&r->step, flag, text_literal(&r->word.text, NULL), &r->p->diag) == 0)
		return 0;
	return at_word(r);
}

static int
read_flag(struct reading *r, const char *literal)
{
	const struct verb *v = r->step.verb;
	const char *value;
	const struct opt_desc *flag = step_flag_of(v, literal, &value);

	if (flag == NULL) {
		char *quoted = diag_quote(literal, strlen(literal));

		diag_set(&r->p->diag, r->word.pos, "'%s' has no flag %s", v->name, quoted);
		free(quoted);
		return diag_hint(&r->p->diag, "what begins with a hyphen and is no flag follows '--'");
	}
	if (value == NULL && opt_bare(flag) == NULL)
		return read_flag_value(r, flag);
	if (step_set_flag(&r->step, flag, value, &r->p->diag) == 0)
		return 0;
	r->p->diag.pos += value != NULL ? (size_t)(value - literal) : 0;
	return at_word(r);
}

static int
read_arg(struct reading *r)
{
	const bool is_raw = r->word.is_bare || (r->word.is_regex && text_is_literal(&r->word.text));
	int result;

	if (check_variables(r) == -1)
		return -1;
	result = step_add_arg(&r->step, &r->word.text, r->word.is_regex, r->word.pos - r->start, &r->p->diag);
	r->step.args[r->step.nargs - 1].is_raw = is_raw;
	return result == 0 ? 0 : at_word(r);
}

/* The words of a program, all that are left. */
static int
read_program(struct reading *r)
{
	struct step *s = &r->step;
	const size_t dashes = r->word.pos;
	int result;

	while ((result = next_word(r, false)) == 1) {
		if (check_variables(r) == -1)
			return -1;
		s->words = xreallocarray(s->words, s->nwords + 1, sizeof(*s->words));
		s->words[s->nwords++] = (struct step_arg){ .text = r->word.text, .pos = r->word.pos - r->start };
		r->word.text = (struct text){ 0 };
	}
	if (result == 0 && s->nwords == 0)
		return refuse(r, dashes, "no program after --", "for example: open -- bc -q");
	return result;
}

static bool
takes_regex(const struct step *s)
{
	return (s->nargs == 0 ? s->verb->first : s->verb->rest) == VERB_ARG_PATTERN && !s->opts.is_exact;
}

/* Flags, then arguments, up to the end of the line or to `do`. */
static int
read_words(struct reading *r)
{
	const struct verb *v = r->step.verb;
	bool is_flag = true;
	int result;

	while ((result = next_word(r, takes_regex(&r->step))) == 1) {
		const char *literal = text_literal(&r->word.text, NULL);

		if ((v->flags & VERB_DO) && lex_is(&r->word, "do")) {
			r->has_do = true;
			break;
		}
		if (lex_is(&r->word, "--") && (v->flags & VERB_WORDS))
			return read_program(r) == -1 ? -1 : 0;
		if (lex_is(&r->word, "--") && is_flag) {
			is_flag = false;
			continue;
		}
		is_flag = is_flag && literal != NULL && !r->word.is_regex && step_is_flag(v, literal);
		if ((is_flag ? read_flag(r, literal) : read_arg(r)) == -1)
			return -1;
	}
	return result == -1 ? -1 : 0;
}

/* ---- what is no step ---- */

static int
read_end(struct reading *r)
{
	struct script_parser *p = r->p;
	struct script_block *b;

	if (next_word(r, false) != 0)
		return refuse(r, r->word.pos, "'end' takes nothing", NULL);
	if (p->nblocks > 0 && verb_id(script_top(p)->step.verb) == VERB_WHEN)
		script_pop(p);
	if (p->nblocks == 0)
		return refuse(r, r->start, "nothing is open that could end here",
		    "case, repeat and 'on ... do' have an end");
	b = script_top(p);
	if (b->step.body.nsteps == 0 && verb_id(b->step.verb) != VERB_ON && b->nerrors == p->script->nerrors) {
		b->has_failed = true;
		diag_set(&p->diag, 0, "nothing is in '%s'", b->step.verb->name);
		script_refuse(p->script, &b->step, &p->diag, 0);
	}
	script_pop(p);
	return 0;
}

static int
add_arg(struct reading *r, const char *word)
{
	struct script *s = r->p->script;
	const size_t len = strcspn(word, "=");

	if (!text_is_name(word, len)) {
		diag_set(&r->p->diag, 0, "no name of an argument");
		diag_hint(&r->p->diag,
		    "letters, digits and underscores, and '=DEFAULT' behind it if it may be left out");
		return at_word(r);
	}
	if (word[len] == '\0' && s->nargs > 0 && s->args[s->nargs - 1].def != NULL) {
		diag_set(&r->p->diag, 0, "an argument that must be given, behind one that may be left out");
		return at_word(r);
	}
	s->args = xreallocarray(s->args, s->nargs + 1, sizeof(*s->args));
	s->args[s->nargs++] = (struct script_arg){ .name = xstrndup(word, len),
		.def = word[len] == '=' ? xstrdup(word + len + 1) : NULL };
	return 0;
}

static int
read_args(struct reading *r)
{
	int result;

	if (r->p->script->nargs > 0 || r->p->has_steps)
		return refuse(r, r->start, "'args' is once, and before all other lines", NULL);
	while ((result = next_word(r, false)) == 1) {
		const char *literal = text_literal(&r->word.text, NULL);

		if (literal == NULL)
			return refuse(r, r->word.pos, "a variable in a name", NULL);
		if (add_arg(r, literal) == -1)
			return -1;
	}
	return result;
}

static const struct opt_desc *
find_setting(const char *name)
{
	const struct opt_desc *d = opt_find(verb_all_opts, name, strlen(name));

	return d != NULL && d->type != OPT_LIST && d->type != OPT_STRING && d->type != OPT_BOOL ? d : NULL;
}

static int
read_set(struct reading *r)
{
	struct script_parser *p = r->p;
	struct script_setting s = { 0 };
	struct verb_opts scratch = { 0 };
	int result = next_word(r, false);

	if (result == 1 && text_literal(&r->word.text, NULL) != NULL)
		s.flag = find_setting(text_literal(&r->word.text, NULL));
	if (result == 1 && s.flag == NULL)
		return refuse(r, r->word.pos, "no flag that can be set", "these can: timeout, settle, clean, noecho");
	result = result == 1 ? next_word(r, false) : result;
	if (result == 0)
		return refuse(r, p->lex.at, "something is missing after 'set'",
		    "it is written set FLAG VALUE: set timeout 1m");
	if (result == -1)
		return -1;
	if (text_literal(&r->word.text, NULL) == NULL)
		return refuse(r, r->word.pos, "a variable in a flag", "flags are read before anything runs");
	if (opt_store(s.flag, &scratch, text_literal(&r->word.text, NULL), &p->diag) == -1)
		return at_word(r);
	s.value = xstrdup(text_literal(&r->word.text, NULL));
	p->settings = xreallocarray(p->settings, p->nsettings + 1, sizeof(*p->settings));
	p->settings[p->nsettings++] = s;
	result = next_word(r, false);
	return result == 1 ? refuse(r, r->word.pos, "too much for 'set'", "it is written set FLAG VALUE") : result;
}

/* ---- steps ---- */

/* What is done behind `do` in the same line; or more lines follow. */
static int
read_do(struct reading *r)
{
	struct lex rest = r->p->lex;
	struct lex_word w;
	const bool has_more = lex_next(&rest, false, &w, &(struct diag){ 0 }) == LEX_WORD;

	if (has_more)
		lex_word_fini(&w);
	else if (r->into != NULL)
		return refuse(r, r->word.pos, "nothing follows 'do'", "lines of its own have only what begins a line");
	if (has_more)
		return script_read_step(r->p, &r->step.body, true);
	return 0;
}

/* Whether more lines belong to it. */
static bool
has_lines(const struct reading *r)
{
	const struct step *s = &r->step;

	if (s->verb->flags & VERB_BLOCK)
		return true;
	return (s->verb->flags & VERB_DO) && s->body.nsteps == 0 && (r->has_do || verb_id(s->verb) == VERB_WHEN);
}

static bool
is_in_repeat(const struct script_parser *p)
{
	for (size_t i = p->nblocks; i-- > 0;) {
		struct step *s = &p->blocks[i].step;

		if (verb_id(s->verb) == VERB_ON)
			return false;
		if (verb_id(s->verb) == VERB_REPEAT)
			return s->has_leave = true;
	}
	return false;
}

static bool
is_in(const struct script_parser *p, enum verb_id id)
{
	return p->nblocks > 0 && verb_id(script_top(p)->step.verb) == id;
}

/* Is the verb one for this place? */
static int
check_context(struct reading *r, bool is_inline)
{
	const enum verb_id id = verb_id(r->step.verb);
	const unsigned flags = r->step.verb->flags;

	if (is_inline && ((flags & (VERB_PARSER | VERB_BLOCK)) || id == VERB_WHEN)) {
		diag_set(&r->p->diag, r->start, "'%s' cannot follow 'do'", r->step.verb->name);
		return diag_hint(&r->p->diag,
		    "it begins a line; 'do' at the end of a line is followed by lines up to 'end'");
	}
	if (is_inline)
		return id == VERB_LEAVE && !is_in_repeat(r->p) ? refuse(r, r->start, "'leave' without 'repeat'", NULL) :
								 0;
	if (id == VERB_WHEN && is_in(r->p, VERB_WHEN))
		script_pop(r->p);
	if (id == VERB_WHEN && !is_in(r->p, VERB_CASE))
		return refuse(r, r->start, "'when' without 'case'",
		    "it is a label of case, which begins with a line 'case'");
	if (id != VERB_WHEN && id != VERB_END && is_in(r->p, VERB_CASE)) {
		diag_set(&r->p->diag, r->start, "'%s' before the first label", r->step.verb->name);
		return diag_hint(&r->p->diag, "what case waits for begins with 'when': when PATTERN do %s",
		    r->step.verb->name);
	}
	return id == VERB_LEAVE && !is_in_repeat(r->p) ? refuse(r, r->start, "'leave' without 'repeat'", NULL) : 0;
}

static void
note_end(struct reading *r)
{
	struct script_parser *p = r->p;

	p->ends = xreallocarray(p->ends, p->nends + 1, sizeof(*p->ends));
	p->ends[p->nends++] = (struct script_end){ .name = r->step.target != NULL ? xstrdup(r->step.target) : NULL,
		.is_sure = p->nblocks == 0 && r->into == NULL };
}

/* Who is it for, and is there anybody? */
static int
check_target(struct reading *r)
{
	struct script_parser *p = r->p;
	const struct step *s = &r->step;

	if (s->target != NULL && !(s->verb->flags & VERB_TALKS)) {
		diag_set(&p->diag, r->start, "'%s' is for no end", s->verb->name);
		return diag_hint(&p->diag, "it has no name before it");
	}
	if (p->is_fragment || !(s->verb->flags & VERB_TALKS))
		return 0;
	if (verb_id(s->verb) != VERB_OPEN)
		return p->nends > 0 ?
		    0 :
		    refuse(r, r->start, "nothing is open yet", "first: open ADDRESS, or open -- PROGRAM ARG...");
	for (size_t i = 0; i < p->nends && s->target == NULL && p->nblocks == 0; i++)
		if (p->ends[i].name == NULL && p->ends[i].is_sure)
			return refuse(r, r->start, "a second end without a name",
			    "NAME: open ..., and then NAME: send ...");
	return 0;
}

/* All of the line but what follows `do`. */
static int
read_head(struct reading *r)
{
	if (take_settings(r) == -1 || read_words(r) == -1)
		return -1;
	if (step_check(&r->step, &r->p->diag) == -1) {
		r->p->diag.pos = r->p->lex.at;
		return -1;
	}
	if (verb_id(r->step.verb) == VERB_ON && !r->has_do)
		return refuse(r, r->p->lex.at, "'do' is missing", "it is written on PATTERN... do VERB...");
	note_what_is_set(r);
	return 0;
}

static int
read_step(struct reading *r)
{
	struct script_parser *p = r->p;
	int result = check_target(r);

	if (result == 0)
		result = read_head(r);
	if (result == 0 && r->has_do)
		result = read_do(r);
	r->step.source = xstrndup(p->line + r->start, p->lex.at - r->start);
	script_place(p, r->start, &r->step.place);
	if (verb_id(r->step.verb) == VERB_OPEN)
		note_end(r);
	if (r->into == NULL && has_lines(r))
		script_push(p, &r->step, result == -1);
	else if (result == 0)
		program_add(r->into != NULL ? r->into : script_program(p), &r->step);
	return result;
}

/* The verb, and who it is for. As next_word. */
static int
read_verb(struct reading *r)
{
	const struct verb *v = NULL;
	char *target = NULL;
	int result = next_word(r, false);

	if (result != 1)
		return result;
	r->start = r->word.pos;
	result = read_target(r, &target);
	if (result == 1 && r->word.is_bare)
		v = verb_find(r->p->line + r->word.pos, r->word.end - r->word.pos);
	if (result == 1 && v == NULL)
		result = unknown_verb(r);
	if (result != 1) {
		free(target);
		return result;
	}
	step_init(&r->step, v);
	r->step.target = target;
	return 1;
}

int
script_read_step(struct script_parser *p, struct program *into, bool is_inline)
{
	struct reading r = { .p = p, .into = into };
	int result = read_verb(&r);

	if (result == 1)
		result = check_context(&r, is_inline) == -1 ? -1 : 1;
	if (result == 1) {
		const enum verb_id id = verb_id(r.step.verb);

		result = id == VERB_END ? read_end(&r) :
		    id == VERB_ARGS     ? read_args(&r) :
		    id == VERB_SET      ? read_set(&r) :
					  read_step(&r);
		p->has_steps = true;
	}
	lex_word_fini(&r.word);
	step_fini(&r.step);
	return result;
}
