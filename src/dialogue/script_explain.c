/* The plan of a script, in lines. */
#include "dialogue/script_bind.h"

#include <stdio.h>

#include "dialogue/dialogue.h"

static void
put_limit(const struct step *s, FILE *f)
{
	const int64_t limit = s->opts.timeout != 0 ? s->opts.timeout : (int64_t)DIALOGUE_TIMEOUT;

	if (!(s->verb->flags & VERB_WAITS))
		return;
	if (limit == VERB_NO_TIMEOUT)
		fputs("  (no time limit)", f);
	else
		fprintf(f, "  (at most %.3g s)", (double)limit / 1e9);
}

/* What stands in the same line as its owner is in the owner's text. */
static void
put_steps(const struct program *p, unsigned depth, unsigned line, FILE *f)
{
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct step *s = &p->steps[i];

		if (s->place.line != line) {
			fprintf(f, "%5u  %*s%s", s->place.line, (int)depth * 2, "", s->source);
			put_limit(s, f);
			fputc('\n', f);
		}
		put_steps(&s->body, depth + 1, s->place.line, f);
	}
}

void
script_explain(const struct script *s, FILE *f)
{
	fprintf(f, "%s", s->name);
	for (size_t i = 0; i < s->nargs; i++)
		fprintf(f, " %s='%s'", s->args[i].name, s->args[i].value);
	fputc('\n', f);
	put_steps(&s->program, 0, 0, f);
}
