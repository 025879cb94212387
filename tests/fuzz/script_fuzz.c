/* Any text is a script, with all places inside its lines, or refusals that can be shown. */
#include "dialogue/script.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_steps(const struct program *p, const struct step *parent)
{
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct step *s = &p->steps[i];

		assert(s->place.line > 0 && s->place.column > 0 && s->source != NULL);
		assert(parent == NULL || s->place.line >= parent->place.line);
		assert((verb_id(s->verb) == VERB_WHEN) == (parent != NULL && verb_id(parent->verb) == VERB_CASE));
		assert((s->verb->flags & VERB_PARSER) == 0 && s->nargs <= s->verb->args_max);
		for (size_t j = 0; j < s->nargs; j++) {
			assert(s->args[j].pos <= strlen(s->source));
			free(text_show(&s->args[j].text));
		}
		check_steps(&s->body, s);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script s;
	struct program line = { 0 };
	struct diag d = { 0 };
	char *text = calloc(1, size + 1);

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	if (script_parse(&s, "fuzz", text, size) == 0)
		check_steps(&s.program, NULL);
	else
		assert(s.nerrors > 0);
	for (size_t i = 0; i < s.nerrors; i++) {
		assert(s.errors[i].place.line > 0 && s.errors[i].diag.pos <= strlen(s.errors[i].line));
		free(script_error_show(&s.errors[i], 80));
	}
	for (size_t i = 0; i < s.nenv; i++)
		assert(s.env[i].pos <= strlen(s.env[i].line));
	script_fini(&s);
	if (script_parse_line(&line, text, &d) == -1)
		assert(d.text != NULL && d.pos <= size);
	diag_fini(&d);
	program_fini(&line);
	free(text);
	return 0;
}
