/* Labels of the ends: their addresses as they were written, escaped; and what a server makes for a client. */
#include "cli/explain_label.h"

#include <stdlib.h>
#include <string.h>

#include "base/charset.h"
#include "base/mem.h"
#include "base/visible.h"
#include "endpoint/socket_groups.h"

static char *
explain_escape(char *text)
{
	const bool is_utf8 = charset_is_utf8();
	const size_t len = strlen(text), size = 4 * len + 1;
	char *shown = xmalloc(size);
	size_t taken;

	visible_put(shown, size, text, len, is_utf8, &taken);
	free(text);
	return shown;
}

char *
explain_label_half(const struct wire_end_spec *e, enum endpoint_role role)
{
	const struct endpoint_spec *s = role == ROLE_READ ? e->in : e->out;

	return explain_escape(xstrdup(s->addr->text));
}

char *
explain_label(const struct wire_end_spec *e)
{
	if (e->in == e->out)
		return explain_label_half(e, ROLE_READ);
	return explain_escape(xasprintf("%s!!%s", e->in->addr->text, e->out->addr->text));
}

char *
explain_session(const struct wire_spec *w)
{
	const struct listen_opts *o = listener_opts(w->ends[w->server].in);
	static const char sessions[][32] = { "session", "session, a process of its own",
		"session, in one of the threads" };
	_Static_assert(sizeof(sessions) / sizeof(*sessions) == LISTEN_SCHEME_N, "a text for every scheme");

	if (o->scheme.word == LISTEN_SCHEME_THREADS && o->scheme.size != 0)
		return xasprintf("session, in one of %u threads", (unsigned)o->scheme.size);
	return xstrdup(sessions[o->scheme.word]);
}
