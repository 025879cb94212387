/*
 * A program with stdin= or stdout= has a wire with one address: what stands at the other end is put together from the two, as
 * A!!B does it, so that everything holds for it that holds for any wire.
 */
#include "cli/redirect.h"

#include <string.h>

#include "endpoint/exec.h"

static const struct exec_opts *
redirect_opts(const struct endpoint_spec *s)
{
	return s->kind->flags & KIND_CHILD ? s->opts : NULL;
}

static bool
redirect_is_in(const struct endpoint_spec *s)
{
	const struct exec_opts *o = redirect_opts(s);

	return o != NULL && (o->stdin_from != NULL || o->stdout_to != NULL);
}

bool
redirect_is_asked(const struct wire_end_spec *e)
{
	return redirect_is_in(e->in) || redirect_is_in(e->out);
}

static int
redirect_parse(const struct endpoint_spec *program, const char *option, const char *value, struct endpoint_spec **spec,
    struct diag *d)
{
	const char *address = value != NULL ? value : "-";
	struct endpoint_spec *out = NULL;

	if (endpoint_spec_parse(address, spec, &out, d) == -1)
		return diag_shift(d, endpoint_spec_place(program, option));
	if (out != NULL) {
		endpoint_spec_free(out);
		diag_set(d, endpoint_spec_place(program, option), "%s= is one address, not two", option);
		return diag_hint(d, "stdin= is what the program reads from, stdout= what it writes to");
	}
	if (!((*spec)->kind->flags & KIND_CHILD))
		return 0;
	diag_set(d, endpoint_spec_place(program, option), "a program as %s=", option);
	return diag_hint(d, "--chain A B C: each program's output is the next one's input");
}

int
redirect_make(const struct wire_end_spec *program, struct wire_end_spec *other, struct diag *d)
{
	const struct exec_opts *o = redirect_opts(program->in);

	if (redirect_parse(program->in, "stdin", o->stdin_from, &other->in, d) == -1)
		return -1;
	return redirect_parse(program->in, "stdout", o->stdout_to, &other->out, d);
}

int
redirect_check(const struct wire_spec *w, struct diag *d, const char **input)
{
	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end_spec *e = &w->ends[i];
		const bool is_alone = w->topology == TOPOLOGY_PAIR && w->nends == 1 && e->in == e->out;

		if (!redirect_is_asked(e) || is_alone)
			continue;
		*input = (redirect_is_in(e->in) ? e->in : e->out)->addr->text;
		diag_set(d, 0, "stdin= or stdout= beside another address");
		return diag_hint(d,
		    "they are the other end of the program's wire: leave the other address, or the option, out");
	}
	return 0;
}
