/* The option of everything that may be a UNIX socket: fdpass. What it does is the wire's (wire/wire_fdpass). */
#include "endpoint/fdpass_group.h"

/* clang-format off */
static const struct opt_desc fdpass_opts_table[] = {
	OPT(struct fdpass_opts, mode, OPT_ENUM, .name = "fdpass",
	    .words = "no\0send\0take", .def = "no", .bare = "send", .value = "send|take",
	    .help = "hand the other end's descriptor over, or take one"),
	OPT_END,
};
/* clang-format on */

const struct opt_group fdpass_group = {
	.name = "fdpass",
	.help = "what may be a UNIX socket",
	.opts = fdpass_opts_table,
	.size = sizeof(struct fdpass_opts),
};

enum fdpass_mode
fdpass_mode_of(const struct endpoint_spec *spec)
{
	const struct fdpass_opts *o = endpoint_spec_group(spec, &fdpass_group);

	return o != NULL ? (enum fdpass_mode)o->mode : FDPASS_NO;
}
