/* What can be said of a script when all of it has been read. */
#include "dialogue/script_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "dialogue/script_state.h"

/* What a later line sets is no variable of the environment. */
static void
drop_known_env(struct script_parser *p)
{
	struct script *s = p->script;
	size_t n = 0;

	for (size_t i = 0; i < s->nenv; i++) {
		struct script_env *e = &s->env[i];

		if (!script_has_variable(s, e->name)) {
			s->env[n++] = *e;
			continue;
		}
		free(e->name);
		free(e->place.file);
		free(e->line);
	}
	s->nenv = n;
}

static bool
has_end(const struct script_parser *p, const char *name)
{
	for (size_t i = 0; i < p->nends; i++)
		if (name == NULL ? p->ends[i].name == NULL :
				   p->ends[i].name != NULL && strcmp(p->ends[i].name, name) == 0)
			return true;
	return false;
}

/* The name that all ends have which are opened, or NULL: there are several. */
static const char *
only_end(const struct script_parser *p)
{
	for (size_t i = 1; i < p->nends; i++)
		if (strcmp(p->ends[i].name, p->ends[0].name) != 0)
			return NULL;
	return p->nends > 0 ? p->ends[0].name : NULL;
}

static void
unknown_end(struct script_parser *p, const struct step *s, const char *name)
{
	struct nearest n;
	char *quoted = diag_quote(name, strlen(name));

	nearest_init(&n, name, strlen(name));
	for (size_t i = 0; i < p->nends; i++)
		if (p->ends[i].name != NULL)
			nearest_feed(&n, p->ends[i].name);
	diag_set(&p->diag, 0, "no end is called %s", quoted);
	free(quoted);
	if (nearest_name(&n) != NULL)
		diag_hint(&p->diag, "did you mean '%s'?", nearest_name(&n));
	else
		diag_hint(&p->diag, "'%s: open ADDRESS' gives one this name", name);
	script_refuse(p->script, s, &p->diag, 0);
}

static void
check_end(struct script_parser *p, struct step *s)
{
	for (size_t i = 0; i < s->opts.from.len; i++)
		if (!has_end(p, s->opts.from.items[i]))
			unknown_end(p, s, s->opts.from.items[i]);
	if (!(s->verb->flags & VERB_TALKS) || verb_id(s->verb) == VERB_OPEN || s->opts.from.len > 0)
		return;
	if (s->target != NULL) {
		if (!has_end(p, s->target))
			unknown_end(p, s, s->target);
		return;
	}
	if (verb_id(s->verb) == VERB_WHEN || has_end(p, NULL))
		return; /* a label is for whom its case is for */
	if (only_end(p) != NULL) {
		s->target = xstrdup(only_end(p));
		return;
	}
	diag_set(&p->diag, 0, "for which end?");
	diag_hint(&p->diag, "all have names: '%s: %s'", p->ends[0].name, s->verb->name);
	script_refuse(p->script, s, &p->diag, 0);
}

static bool
may_be_over(const struct program *program)
{
	for (size_t i = 0; i < program->nsteps; i++) {
		const struct step *s = &program->steps[i];

		if ((s->verb->flags & VERB_WAITS) || verb_id(s->verb) == VERB_FAIL || verb_id(s->verb) == VERB_EXIT ||
		    may_be_over(&s->body))
			return true;
	}
	return false;
}

static void
check_program(struct script_parser *p, struct program *program)
{
	for (size_t i = 0; i < program->nsteps; i++) {
		struct step *s = &program->steps[i];

		if (verb_id(s->verb) == VERB_REPEAT && s->nargs == 0 && !s->has_leave && !may_be_over(&s->body)) {
			diag_set(&p->diag, 0, "this would never end");
			diag_hint(&p->diag,
			    "repeat N ends after so many times; what waits, leave, exit and fail can end it");
			script_refuse(p->script, s, &p->diag, 0);
		}
		check_end(p, s);
		check_program(p, &s->body);
	}
}

void
script_check(struct script_parser *p)
{
	drop_known_env(p);
	if (p->is_fragment || p->nends == 0)
		return;
	check_program(p, &p->script->program);
}
