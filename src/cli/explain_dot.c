/* --explain=dot: the plan as a graph for dot(1). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/explain.h"
#include "cli/explain_label.h"

/* A string of the language: the label's own backslashes are no escapes. */
static void
dot_string(const char *s)
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
dot_node(const char *indent, const char *prefix, unsigned i, const char *label)
{
	printf("%s%s%u [label=", indent, prefix, i);
	dot_string(label);
	printf("];\n");
}

/* The ends; those of a session stand in a frame of their own, beside the listener. */
static void
dot_nodes(const struct wire_spec *w)
{
	const bool is_server = w->server != -1;

	if (is_server) {
		char *session = explain_session(w);

		printf("\tsubgraph cluster_session {\n\t\tlabel=\"for each client a %s\";\n\t\tstyle=dashed;\n",
		    session);
		free(session);
	}
	for (unsigned i = 0; i < w->nends; i++) {
		char *label = w->server == (int)i ? xstrdup("client") : explain_label(&w->ends[i]);

		dot_node(is_server ? "\t\t" : "\t", "end", i, label);
		free(label);
	}
	if (is_server) {
		char *label = explain_label(&w->ends[w->server]);

		printf("\t}\n");
		dot_node("\t", "listener", (unsigned)w->server, label);
		printf("\tlistener%d -> end%d [label=\"each\"];\n", w->server, w->server);
		free(label);
	}
}

static void
dot_edge_text(struct plan_path path)
{
	char *label = xasprintf("%s: %s", plan_mode_name(path.mode), path.reason);

	printf("label=");
	dot_string(label);
	if (path.mode == PLAN_DIRECT)
		printf(", style=bold");
	free(label);
}

/* All among themselves: by a point in their middle. */
static void
dot_hub(const struct wire_spec *w, struct plan_path path)
{
	static const char directions[][12] = { "none", "forward", "back", "both" };

	printf("\thub [shape=point, width=0.2, xlabel=\"%s\"];\n", plan_mode_name(path.mode));
	for (unsigned i = 0; i < w->nends; i++) {
		const unsigned roles = w->ends[i].roles;

		printf("\tend%u -> hub [dir=%s];\n", i,
		    directions[(roles & ROLE_READ ? 1 : 0) + (roles & ROLE_WRITE ? 2 : 0)]);
	}
}

static void
dot_route(const struct wire_spec *w, struct route r)
{
	const struct plan_path path = wire_spec_plan(w, r, NULL, NULL);

	if (path.mode == PLAN_NONE || path.mode == PLAN_DISCARD)
		return;
	if (w->topology == TOPOLOGY_HUB) {
		dot_hub(w, path);
		return;
	}
	for (unsigned from = r.source; from < r.source + r.nsources; from++)
		for (unsigned to = r.sink; to < r.sink + r.nsinks; to++) {
			if (!(w->ends[from].roles & ROLE_READ) || !(w->ends[to].roles & ROLE_WRITE))
				continue;
			printf("\tend%u -> end%u [", from, to);
			dot_edge_text(path);
			printf("];\n");
		}
}

void
explain_dot(const struct wire_spec *w)
{
	printf("digraph ipcwire {\n\trankdir=LR;\n\tnode [shape=box];\n");
	dot_nodes(w);
	for (unsigned i = 0; i < wire_spec_nroutes(w); i++)
		dot_route(w, wire_spec_route(w, i));
	printf("}\n");
}
