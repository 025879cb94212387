/* The modes of terminals as a group of options. */
#include "endpoint/termios_group.h"

const struct opt_group termios_group = {
	.name = "termios",
	.help = "modes of terminals",
	.opts = termios_opts_table,
	.size = sizeof(struct termios_opts),
	.is_long = true,
};

int
termios_group_refuse(const struct endpoint_spec *spec, const char *hint, struct diag *d)
{
	const char *first = termios_opts_first(endpoint_spec_group(spec, &termios_group));

	if (first == NULL)
		return 0;
	diag_set(d, 0, "%s is a mode of a terminal, and there is none", first);
	return diag_hint(d, "%s", hint);
}
