/* The plan of a script, in lines. */
#include "dialogue/script_bind.h"

#include <stdio.h>

/* What stands in the same line as its owner is in the owner's text. */
static void
put_steps(const struct program *p, unsigned depth, unsigned line, int64_t timeout, FILE *f)
{
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct step *s = &p->steps[i];

		if (s->place.line != line) {
			fprintf(f, "%5u  %*s%s", s->place.line, (int)depth * 2, "", s->source);
			step_put_limit(s, timeout, f);
			fputc('\n', f);
		}
		put_steps(&s->body, depth + 1, s->place.line, timeout, f);
	}
}

void
script_explain(const struct script *s, int64_t timeout, FILE *f)
{
	fprintf(f, "%s", s->name);
	for (size_t i = 0; i < s->nargs; i++)
		fprintf(f, " %s='%s'", s->args[i].name, s->args[i].value);
	fputc('\n', f);
	put_steps(&s->program, 0, 0, timeout, f);
}
