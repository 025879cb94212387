/* fd:N: a descriptor that the program was started with. */
#include <stdlib.h>

#include "base/opt.h"
#include "endpoint/endpoint.h"
#include "endpoint/fdpass_group.h"
#include "endpoint/inherited.h"
#include "endpoint/user_terminal.h"

struct fd_value {
	int n;
};

/* clang-format off */
static const struct opt_desc fd_number[] = {
	OPT(struct fd_value, n, OPT_INT, .name = "descriptor", .max = 65535, .help = "number of the descriptor"),
	OPT_END,
};
/* clang-format on */

static const struct opt_group *const fd_groups[] = { &fdpass_group, USER_TERMINAL_GROUPS, NULL };

static int
fd_number_of(const struct endpoint_spec *spec, struct diag *d)
{
	struct fd_value value = { 0 };

	return opt_store(fd_number, &value, endpoint_spec_param(spec, 0), d) == -1 ? -1 : value.n;
}

static int
fd_check(struct endpoint_spec *spec, struct diag *d)
{
	if (fd_number_of(spec, d) == -1)
		return diag_shift(d, spec->addr->params[0].pos);
	return 0;
}

static int
fd_of(const struct endpoint_spec *spec)
{
	struct diag none = { 0 };

	return fd_number_of(spec, &none);
}

static enum endpoint_class
fd_predict(const struct endpoint_spec *spec, enum endpoint_role role)
{
	(void)role;
	return endpoint_class_of(fd_of(spec));
}

static int
fd_open(struct endpoint *ep)
{
	int fd = fd_of(ep->spec);

	int error = inherited_claim(ep, ep->roles & ROLE_READ ? fd : -1, ep->roles & ROLE_WRITE ? fd : -1);

	if (error == 0)
		user_terminal_open(ep);
	return error;
}

const struct endpoint_kind endpoint_fd = {
	.name = "fd",
	.syntax = "fd:N",
	.example = "fd:3",
	.help = "descriptor N, inherited from who started the program",
	.args_min = 1,
	.args_max = 1,
	.flags = KIND_READ | KIND_WRITE | KIND_ONCE,
	.groups = fd_groups,
	.state_size = sizeof(struct user_terminal),
	.check = fd_check,
	.predict = fd_predict,
	.open = fd_open,
	.close = user_terminal_close,
};
