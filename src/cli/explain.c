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

/* The names at one side of a route, joined. The caller frees it. */
static char *
explain_names(char *const *names, unsigned first, unsigned n)
{
	char *all = xstrdup(n > 0 ? names[first] : "nobody");

	for (unsigned i = 1; i < n; i++) {
		char *longer = xasprintf("%s + %s", all, names[first + i]);

		free(all);
		all = longer;
	}
	return all;
}

static void
explain_route(const struct wire_spec *w, char *const *names, unsigned r)
{
	const struct route route = wire_spec_route(w, r);
	const struct plan_path path = wire_spec_plan(w, route, NULL, NULL);
	const bool is_utf8 = explain_has_utf8(), is_back = w->topology == TOPOLOGY_PAIR && r == 1;
	const char *line = path.mode == PLAN_DIRECT ? (is_utf8 ? "══" : "==") : (is_utf8 ? "──" : "--");
	const char *head = path.mode == PLAN_DISCARD ? "" : is_back ? (is_utf8 ? "◀" : "<") : (is_utf8 ? "▶" : ">");
	char *from, *to;

	if (path.mode == PLAN_NONE)
		return;
	from = explain_names(names, route.source, route.nsources);
	to = explain_names(names, route.sink, route.nsinks);
	printf("  %s %s%s%s%s%s %s    (%s)\n", is_back ? to : from, is_back ? head : "", line,
	    plan_mode_name(path.mode), line, is_back ? "" : head, is_back ? from : to, path.reason);
	free(from);
	free(to);
}

static void
explain_programs(const struct wire_spec *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
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
	char **names = xcalloc(w->nends, sizeof(*names));

	for (unsigned i = 0; i < w->nends; i++)
		names[i] = explain_name(&w->ends[i]);
	if (w->server != -1) {
		printf("%s %s session\n", names[w->server], explain_has_utf8() ? "──each──▶" : "--each-->");
		free(names[w->server]);
		names[w->server] = xstrdup("client");
	}
	for (unsigned r = 0; r < wire_spec_nroutes(w); r++)
		explain_route(w, names, r);
	explain_programs(w);
	for (unsigned i = 0; i < w->nends; i++)
		free(names[i]);
	free(names);
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

static void
explain_dot_route(const struct wire_spec *w, struct route route)
{
	const struct plan_path path = wire_spec_plan(w, route, NULL, NULL);

	if (path.mode == PLAN_NONE || path.mode == PLAN_DISCARD)
		return;
	for (unsigned from = route.source; from < route.source + route.nsources; from++)
		for (unsigned to = route.sink; to < route.sink + route.nsinks; to++)
			if (from != to)
				printf("\tend%u -> end%u [label=\"%s\"];\n", from, to, plan_mode_name(path.mode));
}

void
explain_dot(const struct wire_spec *w)
{
	printf("digraph ipcwire {\n\trankdir=LR;\n\tnode [shape=box];\n");
	for (unsigned i = 0; i < w->nends; i++) {
		char *name = explain_name(&w->ends[i]);

		printf("\tend%u [label=", i);
		explain_quote(name);
		printf("];\n");
		free(name);
	}
	for (unsigned r = 0; r < wire_spec_nroutes(w); r++)
		explain_dot_route(w, wire_spec_route(w, r));
	printf("}\n");
}
