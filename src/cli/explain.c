/* --explain: how the bytes would go, and why, drawn from the routes of the wire. */
#include "cli/explain.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/explain_label.h"
#include "cli/explain_programs.h"
#include "cli/picture.h"

/* One route with the labels that it owns. */
struct explain_drawn {
	struct picture_route route;
	char **sources, **sinks;
	unsigned *sides;
};

static char *
explain_name(const struct wire_spec *w, unsigned end, enum endpoint_role role)
{
	return w->server == (int)end ? xstrdup("client") : explain_label_half(&w->ends[end], role);
}

/* The labels of a run of ends, of those that have that role. */
static char **
explain_names(const struct wire_spec *w, unsigned first, unsigned n, enum endpoint_role role, size_t *count)
{
	char **names = xcalloc(n + 1, sizeof(*names));

	for (unsigned i = first; i < first + n; i++)
		if (w->ends[i].roles & role)
			names[(*count)++] = explain_name(w, i, role);
	return names;
}

static void
explain_draw_hub(const struct wire_spec *w, struct explain_drawn *d)
{
	d->route.is_mutual = true;
	d->sources = xcalloc(w->nends + 1, sizeof(*d->sources));
	d->sides = xcalloc(w->nends, sizeof(*d->sides));
	for (unsigned i = 0; i < w->nends; i++) {
		d->sources[i] = explain_label(&w->ends[i]);
		d->sides[i] = (w->ends[i].roles & ROLE_READ ? PICTURE_SPEAKS : 0) |
		    (w->ends[i].roles & ROLE_WRITE ? PICTURE_HEARS : 0);
	}
	d->route.nsources = w->nends;
	d->route.sides = d->sides;
}

/* False: nothing goes that way. */
static bool
explain_draw(const struct wire_spec *w, unsigned i, struct explain_drawn *d)
{
	const struct route r = wire_spec_route(w, i);
	const struct plan_path path = wire_spec_plan(w, r, NULL, NULL);

	*d = (struct explain_drawn){ .route = { .mode = plan_mode_name(path.mode), .reason = path.reason } };
	if (path.mode == PLAN_NONE)
		return false;
	d->route.is_double = path.mode == PLAN_DIRECT;
	d->route.is_stopped = path.mode == PLAN_DISCARD;
	d->route.is_backward = w->topology == TOPOLOGY_PAIR && r.sink < r.source;
	if (w->topology == TOPOLOGY_HUB)
		explain_draw_hub(w, d);
	else {
		d->sources = explain_names(w, r.source, r.nsources, ROLE_READ, &d->route.nsources);
		/* What is discarded is still shown where it would have gone. */
		d->sinks = explain_names(w, r.sink, r.nsinks, d->route.is_stopped ? ROLE_READ | ROLE_WRITE : ROLE_WRITE,
		    &d->route.nsinks);
	}
	d->route.sources = (const char *const *)d->sources;
	d->route.sinks = (const char *const *)d->sinks;
	return d->route.nsources > 0;
}

static void
explain_undraw(struct explain_drawn *d)
{
	free_strings(d->sources);
	free_strings(d->sinks);
	free(d->sides);
}

static void
explain_programs(const struct page *page, const struct wire_spec *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		const struct endpoint_spec *in = w->ends[i].in; /* who is only written to has nothing to hold back */
		char *name;

		if (!(in->kind->flags & KIND_CHILD))
			continue;
		name = explain_label_half(&w->ends[i], ROLE_READ);
		explain_program(page, in, name);
		free(name);
	}
}

void
explain_text(const struct wire_spec *w)
{
	const struct page page = page_of(stdout);
	const unsigned n = wire_spec_nroutes(w);
	struct explain_drawn *drawn = xcalloc(n, sizeof(*drawn));
	struct picture_route *routes = xcalloc(n, sizeof(*routes));
	char *server = w->server != -1 ? explain_label(&w->ends[w->server]) : NULL;
	char *session = w->server != -1 ? explain_session(w) : NULL;
	struct picture picture = { .server = server, .session = session, .routes = routes };

	for (unsigned i = 0; i < n; i++)
		if (explain_draw(w, i, &drawn[i]))
			routes[picture.nroutes++] = drawn[i].route;
	picture_draw(&page, &picture);
	explain_programs(&page, w);
	for (unsigned i = 0; i < n; i++)
		explain_undraw(&drawn[i]);
	free(drawn);
	free(routes);
	free(server);
	free(session);
}
