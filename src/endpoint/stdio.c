/* -, stdio, stdin, stdout, stderr: the standard descriptors. */
#include "endpoint/endpoint.h"
#include "endpoint/fdpass_group.h"
#include "endpoint/inherited.h"
#include "endpoint/user_terminal.h"

static const struct opt_group *const stdio_groups[] = { &fdpass_group, NULL };
static const struct opt_group *const stdin_groups[] = { &fdpass_group, USER_TERMINAL_GROUPS, NULL };

static enum endpoint_class
stdio_predict(const struct endpoint_spec *spec, enum endpoint_role role)
{
	(void)spec;
	return endpoint_class_of(role == ROLE_READ ? 0 : 1);
}

static enum endpoint_class
stderr_predict(const struct endpoint_spec *spec, enum endpoint_role role)
{
	(void)spec;
	(void)role;
	return endpoint_class_of(2);
}

static int
stdio_open(struct endpoint *ep)
{
	return inherited_claim(ep, ep->roles & ROLE_READ ? 0 : -1, ep->roles & ROLE_WRITE ? 1 : -1);
}

static int
stdin_open(struct endpoint *ep)
{
	int error = stdio_open(ep);

	if (error == 0)
		user_terminal_open(ep);
	return error;
}

static int
stdout_open(struct endpoint *ep)
{
	int error = stdio_open(ep);

	if (error == 0)
		user_terminal_open_output(ep);
	return error;
}

static int
stderr_open(struct endpoint *ep)
{
	return inherited_claim(ep, -1, 2);
}

const struct endpoint_kind endpoint_stdio = {
	.name = "stdio",
	.aliases = "-",
	.syntax = "-",
	.example = "-",
	.help = "standard input and standard output",
	.flags = KIND_READ | KIND_WRITE | KIND_ONCE,
	.groups = stdin_groups,
	.state_size = sizeof(struct user_terminal),
	.predict = stdio_predict,
	.open = stdin_open,
	.close = user_terminal_close,
};

const struct endpoint_kind endpoint_stdin = {
	.name = "stdin",
	.syntax = "stdin",
	.example = "stdin",
	.help = "standard input",
	.flags = KIND_READ | KIND_ONCE,
	.groups = stdin_groups,
	.state_size = sizeof(struct user_terminal),
	.predict = stdio_predict,
	.open = stdin_open,
	.close = user_terminal_close,
};

const struct endpoint_kind endpoint_stdout = {
	.name = "stdout",
	.syntax = "stdout",
	.example = "stdout",
	.help = "standard output",
	.flags = KIND_WRITE | KIND_ONCE,
	.groups = stdio_groups,
	.predict = stdio_predict,
	.open = stdout_open,
};

const struct endpoint_kind endpoint_stderr = {
	.name = "stderr",
	.syntax = "stderr",
	.example = "stderr",
	.help = "standard error",
	.flags = KIND_WRITE | KIND_ONCE,
	.groups = stdio_groups,
	.predict = stderr_predict,
	.open = stderr_open,
};
