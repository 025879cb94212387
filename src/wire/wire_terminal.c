/* Two terminals in a row: see wire_terminal.h. */
#include "wire/wire_terminal.h"

#include "endpoint/exec.h"
#include "endpoint/termios_group.h"

static bool
terminal_is_person(const struct wire_end_spec *e)
{
	return e->in == e->out && (e->in->kind->flags & KIND_ONCE) && e->roles == (ROLE_READ | ROLE_WRITE) &&
	    endpoint_spec_group(e->in, &termios_group) != NULL && endpoint_spec_class(e->in, ROLE_READ) == CLASS_TTY &&
	    endpoint_spec_class(e->in, ROLE_WRITE) == CLASS_TTY;
}

static bool
terminal_is_program(const struct wire_end_spec *e)
{
	return e->in == e->out && (e->in->kind->flags & KIND_CHILD) &&
	    ((const struct exec_opts *)e->in->opts)->pty == EXEC_PTY_YES;
}

void
wire_terminal_prepare(struct wire_spec *w)
{
	for (unsigned i = 0; w->topology == TOPOLOGY_PAIR && i < w->nends; i++) {
		struct termios_opts *modes;

		if (!terminal_is_person(&w->ends[i]) || !terminal_is_program(&w->ends[1 - i]))
			continue;
		modes = endpoint_spec_group(w->ends[i].in, &termios_group);
		if (termios_opts_first(modes) == NULL)
			modes->raw = OPT_YES;
	}
}
