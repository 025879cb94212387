/* --explain: how the bytes would go, and why, as text or for graphviz. */
#include "cli/explain.h"

#include <langinfo.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vis.h>

#include "base/mem.h"
#include "cli/explain_programs.h"

static char *
explain_name(const struct wire_end_spec *e)
{
	char *joined =
	    e->in == e->out ? xstrdup(e->in->addr->text) : xasprintf("%s!!%s", e->in->addr->text, e->out->addr->text);
	char *shown = xcalloc(strlen(joined) + 1, 4);

	strvis(shown, joined, VIS_OCTAL | VIS_NL | VIS_TAB | VIS_NOSLASH);
	free(joined);
	return shown;
}

static bool
explain_has_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void
explain_line(const struct wire_spec *w, unsigned from, const char *left, const char *right)
{
	const struct plan_path path = wire_spec_plan(w, from, 1 - from);
	const bool is_utf8 = explain_has_utf8();
	const char *dash = is_utf8 ? "──" : "--", *double_dash = is_utf8 ? "══" : "==";
	const char *line = path.mode == PLAN_DIRECT ? double_dash : dash;
	const char *back = from == 1 ? (is_utf8 ? "◀" : "<") : "", *forth = from == 0 ? (is_utf8 ? "▶" : ">") : "";

	if (path.mode == PLAN_NONE)
		return;
	if (path.mode == PLAN_DISCARD)
		printf("  %s %s%s%s%s %s    (%s)\n", left, back, line, plan_mode_name(path.mode), line, right,
		    path.reason);
	else
		printf("  %s %s%s%s%s%s %s    (%s)\n", left, back, line, plan_mode_name(path.mode), line, forth, right,
		    path.reason);
}

static void
explain_programs(const struct wire_spec *w)
{
	for (unsigned i = 0; i < WIRE_ENDS; i++) {
		struct wire_end_spec in = w->ends[i];
		char *name;

		in.out = in.in; /* who is only written to has nothing to hold back */
		if (in.in->kind->flags & KIND_CHILD) {
			name = explain_name(&in);
			explain_program(in.in, name);
			free(name);
		}
	}
}

void
explain_text(const struct wire_spec *w)
{
	char *names[WIRE_ENDS] = { explain_name(&w->ends[0]), explain_name(&w->ends[1]) };
	const char *left = names[0], *right = names[1];

	if (w->server != -1) {
		printf("%s %s session\n", names[w->server], explain_has_utf8() ? "──each──▶" : "--each-->");
		left = w->server == 0 ? "client" : left;
		right = w->server == 1 ? "client" : right;
	}
	explain_line(w, 0, left, right);
	explain_line(w, 1, left, right);
	explain_programs(w);
	for (unsigned i = 0; i < WIRE_ENDS; i++)
		free(names[i]);
}

static void
explain_quote(const char *s)
{
	putchar('"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			putchar('\\');
		putchar(*s);
	}
	putchar('"');
}

void
explain_dot(const struct wire_spec *w)
{
	printf("digraph ipcwire {\n\trankdir=LR;\n\tnode [shape=box];\n");
	for (unsigned i = 0; i < WIRE_ENDS; i++) {
		char *name = explain_name(&w->ends[i]);

		printf("\tend%u [label=", i);
		explain_quote(name);
		printf("];\n");
		free(name);
	}
	for (unsigned from = 0; from < WIRE_ENDS; from++) {
		const struct plan_path path = wire_spec_plan(w, from, 1 - from);

		if (path.mode != PLAN_NONE)
			printf("\tend%u -> end%u [label=\"%s\"];\n", from, 1 - from, plan_mode_name(path.mode));
	}
	printf("}\n");
}
