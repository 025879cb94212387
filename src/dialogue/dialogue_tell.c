/* What a dialogue will do, and what it does, for people. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dialogue/dialogue_state.h"

/* "waits for assword: (3.2 s)" */
char *
dialogue_describe(const struct dialogue *d)
{
	const struct step *s = d->wait.step;
	char *place, *text;

	if (d->state == DIALOGUE_OPENING)
		return xstrdup("opening\n");
	if (s == NULL)
		return xstrdup(d->state == DIALOGUE_RELAYS ? "all steps are done\n" : "ending\n");
	place = step_place_show(s);
	text = xasprintf("%s: %s, since %.1f s\n", place, s->source, (double)(dialogue_now(d) - d->wait.since) / 1e9);
	free(place);
	return text;
}

static void
explain_steps(const struct dialogue *d, const struct program *p, unsigned depth, FILE *out)
{
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct step *s = &p->steps[i];

		fprintf(out, "%*s%zu. %s", (int)(2 + 2 * depth), "", i + 1, s->source);
		step_put_limit(s, d->setup.timeout, out);
		fputc('\n', out);
		explain_steps(d, &s->body, depth + 1, out);
	}
}

void
dialogue_explain(const struct dialogue *d, const struct program *program, FILE *out)
{
	const struct peer *first = d->peers;

	if (first != NULL)
		fprintf(out, "%s is driven; what it says goes on to %s\n", peer_name(first),
		    d->outlet != NULL ? peer_name(d->outlet) : "nobody");
	explain_steps(d, program, 0, out);
	if (first == NULL)
		return;
	if (d->setup.relays)
		fprintf(out, "  then both go on as an ordinary wire, until both have ended\n");
	else
		fprintf(out, "  then it gets the end of its input, and goes on until it has ended\n");
}
