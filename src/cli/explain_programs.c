/* --explain for what is done to programs. */
#include "cli/explain_programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "endpoint/exec_unbuffer.h"

static const char explain_means[UNBUFFER_N][60] = {
	[UNBUFFER_AUTO] = "",
	[UNBUFFER_PRELOAD] = "preload, and variables of Python, Ruby, Perl and Fortran",
	[UNBUFFER_PTY] = "a pseudo-terminal as its stdout",
	[UNBUFFER_PTY_FULL] = "a pseudo-terminal as its stdin and stdout",
	[UNBUFFER_ENV] = "variables of Python, Ruby, Perl and Fortran",
	[UNBUFFER_NONE] = "nothing",
};

/* A line of the picture, indented; frees it. */
static void
explain_print(const struct page *page, size_t indent, char *line)
{
	page_spaces(page, indent);
	page_wrap(page, PAGE_PLAIN, indent, indent + 2, line);
	free(line);
}

static void
explain_shell_word(const char *word, const struct unbuffer *u, void *arg)
{
	char *quoted = diag_quote(word, strlen(word));

	if (u->how == UNBUFFER_PRELOAD && !u->is_reached)
		explain_print(arg, 4, xasprintf("%s is not reached: %s", quoted, u->reason));
	if (u->advice != NULL)
		explain_print(arg, 4, xasprintf("%s: %s", quoted, u->advice));
	free(quoted);
}

void
explain_program(const struct page *page, const struct endpoint_spec *spec, const char *name)
{
	struct page shown = *page;
	struct unbuffer u;

	if (spec->errors != NULL)
		explain_print(&shown, 2,
		    xasprintf("%s: standard error goes to %s by a pipe", name, spec->errors->addr->text));
	if (!exec_unbuffer_decide(spec, &u))
		return;
	explain_print(&shown, 2,
	    xasprintf("%s: %s by %s    (%s)", name, u.is_unbuffered ? "unbuffered" : "line-buffered",
		explain_means[u.how], u.reason));
	if (u.advice != NULL)
		explain_print(&shown, 4, xstrdup(u.advice));
	exec_unbuffer_shell(spec, explain_shell_word, &shown);
}
