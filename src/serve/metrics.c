/* The metrics: one table for the names, what they mean, and how they are counted. */
#include "serve/metrics.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"

#define PREFIX "ipcwire_"

static double
value_total(const struct snapshot *s, int which)
{
	return (double)totals_get(s->totals, (enum total)which);
}

/* Those of wires that have ended, and of those that have not. */
static double
value_bytes(const struct snapshot *s, int flow)
{
	uint64_t sum = totals_get(s->totals, flow == 0 ? TOTAL_BYTES_FORWARD : TOTAL_BYTES_BACKWARD);

	for (size_t i = 0; i < s->n; i++)
		sum += s->infos[i].is_member ? 0 : s->infos[i].flows[flow].in;
	return (double)sum;
}

static double
value_reads(const struct snapshot *s, int flow)
{
	uint64_t sum = totals_get(s->totals, flow == 0 ? TOTAL_READS_FORWARD : TOTAL_READS_BACKWARD);

	for (size_t i = 0; i < s->n; i++)
		sum += s->infos[i].is_member ? 0 : s->infos[i].flows[flow].messages;
	return (double)sum;
}

static double
value_waiting(const struct snapshot *s, int flow)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += s->infos[i].is_member ? 0 : s->infos[i].flows[flow].waiting;
	return (double)sum;
}

static double
value_running(const struct snapshot *s, int arg)
{
	(void)arg;
	return (double)s->running;
}

static double
value_sessions(const struct snapshot *s, int arg)
{
	(void)arg;
	return (double)s->total;
}

static double
value_children(const struct snapshot *s, int arg)
{
	(void)arg;
	return (double)s->children;
}

static double
value_repeats(const struct snapshot *s, int arg)
{
	(void)s;
	(void)arg;
	return (double)log_repeats();
}

static double
value_start(const struct snapshot *s, int arg)
{
	struct timespec now;

	(void)arg;
	clock_gettime(CLOCK_REALTIME, &now);
	return (double)(((int64_t)now.tv_sec * 1000000000 + now.tv_nsec - (int64_t)s->age) / 1000000000);
}

static double
value_cpu(const struct snapshot *s, int arg)
{
	struct rusage used = { 0 };

	(void)s;
	getrusage(arg, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	    (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static double
value_one(const struct snapshot *s, int arg)
{
	(void)s;
	return arg;
}

static double (*const metric_values[METRIC_VALUE_N])(const struct snapshot *, int arg) = {
	[METRIC_ONE] = value_one,
	[METRIC_START] = value_start,
	[METRIC_CPU] = value_cpu,
	[METRIC_RUNNING] = value_running,
	[METRIC_SESSIONS] = value_sessions,
	[METRIC_TOTAL] = value_total,
	[METRIC_BYTES] = value_bytes,
	[METRIC_READS] = value_reads,
	[METRIC_WAITING] = value_waiting,
	[METRIC_CHILDREN] = value_children,
	[METRIC_REPEATS] = value_repeats,
};

_Static_assert(sizeof(IPCWIRE_VERSION) <= sizeof(((struct metric *)0)->word), "the version is a word");

/* clang-format off */
const struct metric metrics[] = {
	{ "build_info", "version", IPCWIRE_VERSION, METRIC_GAUGE, "the version that runs", METRIC_ONE, 1 },
	{ "start_time_seconds", "", "", METRIC_GAUGE, "when it started, in seconds since 1970", METRIC_START, 0 },
	{ "cpu_seconds_total", "of", "ipcwire", METRIC_COUNTER, "processor time", METRIC_CPU, RUSAGE_SELF },
	{ "cpu_seconds_total", "of", "programs", METRIC_COUNTER, "", METRIC_CPU, RUSAGE_CHILDREN },
	{ "sessions", "", "", METRIC_GAUGE, "sessions now, or members of the wire", METRIC_RUNNING, 0 },
	{ "sessions_total", "", "", METRIC_COUNTER, "sessions or members since the start", METRIC_SESSIONS, 0 },
	{ "sessions_failed_total", "", "", METRIC_COUNTER, "sessions that ended with a status other than 0", METRIC_TOTAL, TOTAL_FAILED },
	{ "sessions_limited_total", "limit", "idle", METRIC_COUNTER, "clients that a time limit ended", METRIC_TOTAL, TOTAL_LIMIT_IDLE },
	{ "sessions_limited_total", "limit", "timeout", METRIC_COUNTER, "", METRIC_TOTAL, TOTAL_LIMIT_TIMEOUT },
	{ "sessions_limited_total", "limit", "first-byte", METRIC_COUNTER, "", METRIC_TOTAL, TOTAL_LIMIT_FIRST_BYTE },
	{ "clients_refused_total", "reason", "deny", METRIC_COUNTER, "clients turned away, by the option that did", METRIC_TOTAL, TOTAL_REFUSED_DENY },
	{ "clients_refused_total", "reason", "allow", METRIC_COUNTER, "", METRIC_TOTAL, TOTAL_REFUSED_ALLOW },
	{ "clients_refused_total", "reason", "user", METRIC_COUNTER, "", METRIC_TOTAL, TOTAL_REFUSED_USER },
	{ "clients_refused_total", "reason", "rules", METRIC_COUNTER, "", METRIC_TOTAL, TOTAL_REFUSED_RULES },
	{ "clients_refused_total", "reason", "max", METRIC_COUNTER, "", METRIC_TOTAL, TOTAL_REFUSED_MAX },
	{ "clients_refused_total", "reason", "max-per-ip", METRIC_COUNTER, "", METRIC_TOTAL, TOTAL_REFUSED_MAX_PER_IP },
	{ "clients_refused_total", "reason", "rate", METRIC_COUNTER, "", METRIC_TOTAL, TOTAL_REFUSED_RATE },
	{ "clients_refused_total", "reason", "proxy-from", METRIC_COUNTER, "", METRIC_TOTAL, TOTAL_REFUSED_PROXY_FROM },
	{ "clients_refused_total", "reason", "proxy", METRIC_COUNTER, "", METRIC_TOTAL, TOTAL_REFUSED_PROXY },
	{ "bytes_total", "direction", "forward", METRIC_COUNTER, "bytes read, from left to right and back", METRIC_BYTES, 0 },
	{ "bytes_total", "direction", "backward", METRIC_COUNTER, "", METRIC_BYTES, 1 },
	{ "reads_total", "direction", "forward", METRIC_COUNTER, "reads that gave something; splices are not counted", METRIC_READS, 0 },
	{ "reads_total", "direction", "backward", METRIC_COUNTER, "", METRIC_READS, 1 },
	{ "waiting_bytes", "direction", "forward", METRIC_GAUGE, "bytes read that were not taken yet", METRIC_WAITING, 0 },
	{ "waiting_bytes", "direction", "backward", METRIC_GAUGE, "", METRIC_WAITING, 1 },
	{ "lost_bytes_total", "", "", METRIC_COUNTER, "bytes that did not arrive", METRIC_TOTAL, TOTAL_LOST },
	{ "missed_bytes_total", "", "", METRIC_COUNTER, "bytes that members did not get for being slow", METRIC_TOTAL, TOTAL_MISSED },
	{ "restarts_total", "", "", METRIC_COUNTER, "ends that were opened or started again", METRIC_TOTAL, TOTAL_RESTARTS },
	{ "children", "", "", METRIC_GAUGE, "programs and processes of sessions that run", METRIC_CHILDREN, 0 },
	{ "log_repeats_total", "", "", METRIC_COUNTER, "messages held back because one like them was told", METRIC_REPEATS, 0 },
	{ .name = "" },
};
/* clang-format on */

const char *
metric_type_name(enum metric_type type)
{
	static const char names[][12] = { "counter", "gauge" };
	_Static_assert(sizeof(names) / sizeof(*names) == METRIC_TYPE_N, "a name for every type");

	return names[type];
}

/* Whole numbers stay exact up to 2^53. */
static void
metrics_put_number(FILE *f, double value)
{
	fprintf(f, (double)(int64_t)value == value ? "%.0f" : "%.6f", value);
}

static bool
metrics_is_first(const struct metric *m)
{
	return m == metrics || strcmp(m[-1].name, m->name) != 0;
}

static bool
metrics_is_last(const struct metric *m)
{
	return strcmp(m[1].name, m->name) != 0;
}

char *
metrics_text(const struct snapshot *s)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return xstrdup("");
	for (const struct metric *m = metrics; *m->name != '\0'; m++) {
		if (metrics_is_first(m))
			fprintf(f, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", m->name, m->help, m->name,
			    metric_type_name(m->type));
		fprintf(f, PREFIX "%s", m->name);
		if (*m->label != '\0')
			fprintf(f, "{%s=\"%s\"}", m->label, m->word);
		fputc(' ', f);
		metrics_put_number(f, metric_values[m->value](s, m->arg));
		fputc('\n', f);
	}
	fclose(f);
	return text;
}

void
metrics_put_json(FILE *f, const struct snapshot *s)
{
	for (const struct metric *m = metrics; *m->name != '\0'; m++) {
		const bool is_first = metrics_is_first(m);

		fputc(m == metrics ? '{' : ',', f);
		if (is_first)
			fprintf(f, "\"%s\":%s", m->name, *m->label != '\0' ? "{" : "");
		if (*m->label != '\0')
			fprintf(f, "\"%s\":", m->word);
		metrics_put_number(f, metric_values[m->value](s, m->arg));
		if (*m->label != '\0' && metrics_is_last(m))
			fputc('}', f);
	}
	fputc('}', f);
}
