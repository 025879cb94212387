/* A snapshot as a table for people, and as an object of JSON. One row of a table is one key. */
#include "serve/snapshot.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "serve/metrics.h"
#include "wire/session_table.h"

#define SEC 1e9

void
snapshot_add_info(struct snapshot *s, const struct wire_info *info)
{
	s->infos = xreallocarray(s->infos, s->n + 1, sizeof(*s->infos));
	s->infos[s->n++] = *info;
}

void
snapshot_add(struct snapshot *s, const struct wire *w)
{
	struct wire_info info;

	wire_get_info(w, &info);
	snapshot_add_info(s, &info);
	for (unsigned i = 0; i < wire_nmembers(w); i++) {
		wire_get_member_info(w, i, &info);
		snapshot_add_info(s, &info);
	}
}

void
snapshot_fini(struct snapshot *s)
{
	if (s->release != NULL)
		s->release(s->held);
	free(s->infos);
	free(s->waits);
	free(s->refused);
}

char *
snapshot_text(const struct snapshot *s, bool is_utf8)
{
	char *table = session_table(s->infos, s->n, is_utf8), *head, *text;

	head = s->has_clients ? xasprintf("ipcwire: %lu sessions now, %lu since the start%s\n", s->running, s->total,
				    s->refused != NULL ? s->refused : "") :
				xstrdup("");
	text = xasprintf("%s%s%s", head, table, s->waits != NULL ? s->waits : "");
	free(head);
	free(table);
	return text;
}

/* ---- JSON ---- */

static void
put_seconds(FILE *f, uint64_t ns)
{
	fprintf(f, "%.3f", (double)ns / SEC);
}

static void
put_flow(FILE *f, const struct wire_info *w, unsigned i)
{
	const struct wire_flow *flow = &w->flows[i];

	if (w->is_elsewhere || flow->path.mode == PLAN_NONE) {
		fputs("null", f);
		return;
	}
	fprintf(f, "{\"plan\":\"%s\"", plan_mode_name(flow->path.mode));
	if (flow->is_known)
		fprintf(f, ",\"bytes\":%" PRIu64 ",\"delivered\":%" PRIu64 ",\"waiting\":%" PRIu64 "}", flow->in,
		    flow->out, flow->waiting);
	else
		fputs(",\"bytes\":null,\"delivered\":null,\"waiting\":null}", f);
}

static void
put_session(FILE *f, const struct wire_info *w)
{
	if (w->session != 0)
		fprintf(f, "%lu", w->session);
	else
		fputs("null", f);
}

static void
put_state(FILE *f, const struct wire_info *w)
{
	json_put_string(f, w->state);
}

static void
put_left(FILE *f, const struct wire_info *w)
{
	json_put_string(f, w->names[0]);
}

static void
put_right(FILE *f, const struct wire_info *w)
{
	json_put_string(f, w->names[1]);
}

static void
put_forward(FILE *f, const struct wire_info *w)
{
	put_flow(f, w, 0);
}

static void
put_backward(FILE *f, const struct wire_info *w)
{
	put_flow(f, w, 1);
}

static void
put_missed(FILE *f, const struct wire_info *w)
{
	fprintf(f, "%" PRIu64, w->missed);
}

static void
put_age(FILE *f, const struct wire_info *w)
{
	put_seconds(f, w->age);
}

static void
put_idle(FILE *f, const struct wire_info *w)
{
	if (w->is_elsewhere || w->flows[0].path.mode == PLAN_DIRECT || w->flows[1].path.mode == PLAN_DIRECT)
		fputs("null", f);
	else
		put_seconds(f, w->idle);
}

/* clang-format off */
const struct snapshot_key snapshot_keys[] = {
	{ "session", "number or null", "that of the log; null: the only wire", put_session },
	{ "state", "string", "opening, starting, running, closing, done; member; or its process", put_state },
	{ "left", "string", "the first end: its peer, or its address; of a member: who it is", put_left },
	{ "right", "string", "the last end; of a member: the topology", put_right },
	{ "forward", "object or null", "from left to right, or from a member", put_forward },
	{ "backward", "object or null", "the other direction, or to a member", put_backward },
	{ "missed_bytes", "number", "what those who are there did not get for being slow", put_missed },
	{ "age_seconds", "number", "how long it is there", put_age },
	{ "idle_seconds", "number or null", "since something moved; null: nobody knows", put_idle },
	{ 0 },
};
/* clang-format on */

static void
put_info(FILE *f, const struct wire_info *w)
{
	for (const struct snapshot_key *k = snapshot_keys; k->name != NULL; k++) {
		fprintf(f, "%c\"%s\":", k == snapshot_keys ? '{' : ',', k->name);
		k->put(f, w);
	}
	fputc('}', f);
}

char *
snapshot_json(const struct snapshot *s)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return xstrdup("");
	fprintf(f, "{\"version\":\"%s\",\"pid\":%ld,\"seconds\":", IPCWIRE_VERSION, (long)getpid());
	put_seconds(f, s->age);
	fputs(",\"totals\":", f);
	metrics_put_json(f, s);
	fputs(",\"sessions\":[", f);
	for (size_t i = 0; i < s->n; i++) {
		fputs(i > 0 ? "," : "", f);
		put_info(f, &s->infos[i]);
	}
	fputs("]}\n", f);
	fclose(f);
	return text;
}
