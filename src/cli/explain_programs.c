/* --explain for what is done to programs. */
#include "cli/explain_programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "endpoint/exec_unbuffer.h"

static const char *const explain_means[UNBUFFER_N] = {
	[UNBUFFER_AUTO] = "",
	[UNBUFFER_PRELOAD] = "preload, and variables of Python, Ruby, Perl and Fortran",
	[UNBUFFER_PTY] = "a pseudo-terminal as its stdout",
	[UNBUFFER_PTY_FULL] = "a pseudo-terminal as its stdin and stdout",
	[UNBUFFER_ENV] = "variables of Python, Ruby, Perl and Fortran",
	[UNBUFFER_NONE] = "nothing",
};

static void
explain_shell_word(const char *word, const struct unbuffer *u, void *arg)
{
	char *quoted = diag_quote(word, strlen(word));

	(void)arg;
	if (u->how == UNBUFFER_PRELOAD && !u->is_reached)
		printf("    %s is not reached: %s\n", quoted, u->reason);
	if (u->advice != NULL)
		printf("    %s: %s\n", quoted, u->advice);
	free(quoted);
}

void
explain_program(const struct endpoint_spec *spec, const char *name)
{
	struct unbuffer u;

	if (!exec_unbuffer_decide(spec, &u))
		return;
	printf("  %s: %s by %s    (%s)\n", name, u.is_unbuffered ? "unbuffered" : "line-buffered", explain_means[u.how],
	    u.reason);
	if (u.advice != NULL)
		printf("    %s\n", u.advice);
	exec_unbuffer_shell(spec, explain_shell_word, NULL);
}
