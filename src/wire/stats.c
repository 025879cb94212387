/* Statistics at the end of a run. One row of a table is one key of the JSON form. */
#include "wire/stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/human.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/visible.h"

#define SEC 1e9
#define MIB (1024.0 * 1024.0)

static void
stats_add_path(struct stats_flow *sum, struct plan_path path)
{
	if (sum->path.reason == NULL)
		sum->path = path;
	else if (path.reason != NULL && path.mode != sum->path.mode)
		sum->is_mixed = true;
}

void
stats_add(struct stats *s, const struct wire_info *w)
{
	s->wires++;
	strlcpy(s->reason, w->reason, sizeof(s->reason));
	for (unsigned i = 0; i < WIRE_FLOWS; i++) {
		const struct wire_flow *f = &w->flows[i];
		struct stats_flow *sum = &s->flows[i];

		sum->in += f->in;
		sum->out += f->out;
		sum->messages += f->messages;
		sum->calls += f->calls;
		stats_add_path(sum, f->path);
	}
}

void
stats_merge(struct stats *s, const struct stats *other)
{
	s->wires += other->wires;
	strlcpy(s->reason, other->reason, sizeof(s->reason));
	for (unsigned i = 0; i < WIRE_FLOWS; i++) {
		const struct stats_flow *f = &other->flows[i];
		struct stats_flow *sum = &s->flows[i];

		sum->in += f->in;
		sum->out += f->out;
		sum->messages += f->messages;
		sum->calls += f->calls;
		sum->is_mixed |= f->is_mixed;
		stats_add_path(sum, f->path);
	}
}

static uint64_t
stats_ns(const struct timeval *t)
{
	return (uint64_t)t->tv_sec * UINT64_C(1000000000) + (uint64_t)t->tv_usec * 1000;
}

void
stats_get_cpu(struct stats_cpu *cpu)
{
	struct rusage self = { 0 }, children = { 0 };

	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &children);
	*cpu = (struct stats_cpu){ .user = stats_ns(&self.ru_utime),
		.system = stats_ns(&self.ru_stime),
		.programs_user = stats_ns(&children.ru_utime),
		.programs_system = stats_ns(&children.ru_stime) };
}

static const char *
stats_plan_name(const struct stats_flow *f)
{
	return f->is_mixed ? "mixed" : plan_mode_name(f->path.mode);
}

static const char *
stats_plan_reason(const struct stats_flow *f)
{
	return f->is_mixed         ? "not all sessions went the same way" :
	    f->path.reason != NULL ? f->path.reason :
				     "never open";
}

static double
stats_calls_per_mib(const struct stats_flow *f)
{
	return f->in > 0 ? (double)f->calls / ((double)f->in / MIB) : 0;
}

/* ---- for programs ---- */

static void
put_bytes(FILE *f, const struct stats *s, unsigned from)
{
	fprintf(f, "%" PRIu64, s->flows[from].in);
}

static void
put_delivered(FILE *f, const struct stats *s, unsigned from)
{
	fprintf(f, "%" PRIu64, s->flows[from].out);
}

static void
put_messages(FILE *f, const struct stats *s, unsigned from)
{
	fprintf(f, "%" PRIu64, s->flows[from].messages);
}

static void
put_rate(FILE *f, const struct stats *s, unsigned from)
{
	fprintf(f, "%.0f", human_per_second(s->flows[from].in, s->duration));
}

static void
put_plan(FILE *f, const struct stats *s, unsigned from)
{
	fprintf(f, "\"%s\"", stats_plan_name(&s->flows[from]));
}

static void
put_plan_reason(FILE *f, const struct stats *s, unsigned from)
{
	fprintf(f, "\"%s\"", stats_plan_reason(&s->flows[from]));
}

static void
put_calls(FILE *f, const struct stats *s, unsigned from)
{
	fprintf(f, "%" PRIu64, s->flows[from].calls);
}

static void
put_calls_per_mib(FILE *f, const struct stats *s, unsigned from)
{
	fprintf(f, "%.2f", stats_calls_per_mib(&s->flows[from]));
}

static void
put_seconds(FILE *f, const struct stats *s, unsigned from)
{
	(void)from;
	fprintf(f, "%.6f", (double)s->duration / SEC);
}

static void
put_sessions(FILE *f, const struct stats *s, unsigned from)
{
	(void)from;
	fprintf(f, "%lu", s->wires);
}

static void
put_end(FILE *f, const struct stats *s, unsigned from)
{
	(void)from;
	json_put_string(f, s->reason);
}

static void
put_user(FILE *f, const struct stats *s, unsigned from)
{
	(void)from;
	fprintf(f, "%.6f", (double)s->cpu.user / SEC);
}

static void
put_system(FILE *f, const struct stats *s, unsigned from)
{
	(void)from;
	fprintf(f, "%.6f", (double)s->cpu.system / SEC);
}

static void
put_programs_user(FILE *f, const struct stats *s, unsigned from)
{
	(void)from;
	fprintf(f, "%.6f", (double)s->cpu.programs_user / SEC);
}

static void
put_programs_system(FILE *f, const struct stats *s, unsigned from)
{
	(void)from;
	fprintf(f, "%.6f", (double)s->cpu.programs_system / SEC);
}

struct stats_key {
	const char *name;
	void (*put)(FILE *, const struct stats *, unsigned from);
};

static const struct stats_key flow_keys[] = {
	{ "bytes", put_bytes },
	{ "delivered", put_delivered },
	{ "messages", put_messages },
	{ "bytes_per_second", put_rate },
	{ "plan", put_plan },
	{ "plan_reason", put_plan_reason },
	{ "calls", put_calls },
	{ "calls_per_mib", put_calls_per_mib },
	{ NULL, NULL },
};

static void stats_put_object(FILE *, const struct stats *, unsigned from, const struct stats_key *);

static void
put_forward(FILE *f, const struct stats *s, unsigned from)
{
	(void)from;
	stats_put_object(f, s, 0, flow_keys);
}

static void
put_backward(FILE *f, const struct stats *s, unsigned from)
{
	(void)from;
	stats_put_object(f, s, 1, flow_keys);
}

static const struct stats_key keys[] = {
	{ "seconds", put_seconds },
	{ "sessions", put_sessions },
	{ "end", put_end },
	{ "user_seconds", put_user },
	{ "system_seconds", put_system },
	{ "programs_user_seconds", put_programs_user },
	{ "programs_system_seconds", put_programs_system },
	{ "forward", put_forward },
	{ "backward", put_backward },
	{ NULL, NULL },
};

static void
stats_put_object(FILE *f, const struct stats *s, unsigned from, const struct stats_key *key)
{
	for (const struct stats_key *k = key; k->name != NULL; k++) {
		fprintf(f, "%s\"%s\":", k == key ? "{" : ",", k->name);
		k->put(f, s, from);
	}
	fputc('}', f);
}

char *
stats_json(const struct stats *s)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return xstrdup("");
	stats_put_object(f, s, 0, keys);
	fputc('\n', f);
	fclose(f);
	return text;
}

/* ---- for people ---- */

/* A few bytes that took no time have no rate. */
#define STATS_RATE_MIN UINT64_C(10000000)

static void
stats_put_amount(FILE *f, const struct stats_flow *flow)
{
	char size[HUMAN_MAX];

	fprintf(f, "%" PRIu64 " %s", flow->in, flow->in == 1 ? "byte" : "bytes");
	if (flow->in >= 1024)
		fprintf(f, " (%s)", human_size(size, flow->in));
	fprintf(f, " in %" PRIu64 " %s, ", flow->messages, flow->messages == 1 ? "read" : "reads");
}

static void
stats_put_calls(FILE *f, const struct stats_flow *flow)
{
	if (flow->in >= (uint64_t)MIB)
		fprintf(f, "%.1f system calls per MiB\n", stats_calls_per_mib(flow));
	else
		fprintf(f, "%" PRIu64 " system %s\n", flow->calls, flow->calls == 1 ? "call" : "calls");
}

static void
stats_put_flow(FILE *f, const struct stats *s, unsigned from)
{
	const struct stats_flow *flow = &s->flows[from];
	char rate[HUMAN_MAX];

	fprintf(f, "  %-9s", from == 0 ? "forward" : "backward");
	if (flow->path.mode == PLAN_NONE && flow->in == 0) {
		fprintf(f, "none (%s)\n", stats_plan_reason(flow));
		return;
	}
	stats_put_amount(f, flow);
	if (s->duration >= STATS_RATE_MIN || flow->in >= (uint64_t)MIB)
		fprintf(f, "%s, ", human_rate(rate, human_per_second(flow->in, s->duration)));
	if (flow->out != flow->in)
		fprintf(f, "%" PRIu64 " bytes delivered, ", flow->out);
	fprintf(f, "%s (%s), ", stats_plan_name(flow), stats_plan_reason(flow));
	stats_put_calls(f, flow);
}

char *
stats_text(const struct stats *s)
{
	char *text = NULL, reason[4 * sizeof(s->reason)];
	size_t size, taken;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return xstrdup("");
	fprintf(f, "ipcwire: %.3f s", (double)s->duration / SEC);
	if (s->is_server)
		fprintf(f, ", %lu sessions", s->wires);
	else if (s->reason[0] != '\0') {
		visible_put(reason, sizeof(reason), s->reason, strlen(s->reason), false, &taken);
		fprintf(f, ", ended: %s", reason);
	}
	fputc('\n', f);
	for (unsigned i = 0; i < WIRE_FLOWS; i++)
		stats_put_flow(f, s, i);
	fprintf(f, "  %-9s%.3f s user, %.3f s system; programs %.3f s user, %.3f s system\n", "cpu",
	    (double)s->cpu.user / SEC, (double)s->cpu.system / SEC, (double)s->cpu.programs_user / SEC,
	    (double)s->cpu.programs_system / SEC);
	fclose(f);
	return text;
}
