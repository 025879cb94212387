/*
 * The progress line is made of parts, each with its text and its place. They are taken in the order of their need while
 * there is room; the bar gets what is left.
 */
#include "wire/progress_format.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/human.h"

#define PART_MAX 64
#define BAR_MIN 8 /* columns, with its brackets */
#define COLUMNS_MAX 500

enum progress_part {
	PART_FORWARD,
	PART_FORWARD_RATE,
	PART_FORWARD_AVERAGE,
	PART_BACKWARD,
	PART_BACKWARD_RATE,
	PART_BACKWARD_AVERAGE,
	PART_CLOCK,
	PART_BAR,
	PART_PERCENT,
	PART_ETA,
	PART_N
};

struct progress_parts {
	char text[PART_N][PART_MAX];
	int width[PART_N]; /* columns; 0: nothing to say */
	bool is_taken[PART_N];
};

/* The most needed first. */
static const enum progress_part needs[] = { PART_FORWARD, PART_BACKWARD, PART_PERCENT, PART_FORWARD_RATE,
	PART_BACKWARD_RATE, PART_ETA, PART_CLOCK, PART_BAR, PART_FORWARD_AVERAGE, PART_BACKWARD_AVERAGE };
_Static_assert(sizeof(needs) / sizeof(*needs) == PART_N, "every part is needed somehow");

static int
progress_width(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static void __attribute__((format(printf, 3, 4)))
part_set(struct progress_parts *p, enum progress_part part, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->text[part], PART_MAX, fmt, ap);
	va_end(ap);
	p->width[part] = progress_width(p->text[part]);
}

static void
parts_of_flow(struct progress_parts *p, const struct progress_view *v, unsigned i, bool is_utf8)
{
	static const char marks[2][2][8] = { { "> ", "< " }, { "→ ", "← " } };
	const struct progress_flow *f = &v->flows[i];
	const bool has_both = v->flows[0].is_there && v->flows[1].is_there;
	const unsigned first = i == 0 ? PART_FORWARD : PART_BACKWARD;
	char text[HUMAN_MAX];

	if (!f->is_there)
		return;
	part_set(p, first, "%s%7s", has_both ? marks[is_utf8][i] : "", human_size(text, f->bytes));
	part_set(p, first + 1, "[%9s]", human_rate(text, v->is_final ? f->average : f->rate));
	if (!v->is_final)
		part_set(p, first + 2, "[avg %9s]", human_rate(text, f->average));
}

/* The flow whose size is known, or NULL. */
static const struct progress_flow *
view_sized(const struct progress_view *v)
{
	for (unsigned i = 0; i < 2; i++)
		if (v->flows[i].is_there && v->flows[i].size != PROGRESS_SIZE_UNKNOWN)
			return &v->flows[i];
	return NULL;
}

static unsigned
flow_percent(const struct progress_flow *f)
{
	if (f->size == 0)
		return 100;
	return (unsigned)((double)f->bytes * 100 / (double)f->size);
}

/* The average is steadier than the rate, which may be that of a cache; their mean follows changes and does not jump. */
static uint64_t
flow_eta(const struct progress_flow *f)
{
	return human_eta(f->bytes, f->size, f->rate > 0 ? (f->rate + f->average) / 2 : 0);
}

static void
parts_of_size(struct progress_parts *p, const struct progress_view *v)
{
	const struct progress_flow *f = view_sized(v);
	char text[HUMAN_MAX];
	uint64_t eta;

	if (f == NULL)
		return;
	part_set(p, PART_PERCENT, "%3u%%", flow_percent(f) < 9999 ? flow_percent(f) : 9999);
	p->width[PART_BAR] = BAR_MIN;
	eta = flow_eta(f);
	if (!v->is_final && eta != UINT64_MAX)
		part_set(p, PART_ETA, "ETA %s", human_clock(text, eta));
	else if (!v->is_final)
		part_set(p, PART_ETA, "ETA -:--:--");
}

/* Takes parts while there is room. Returns the columns that are left. */
static int
parts_take(struct progress_parts *p, int columns)
{
	int left = columns;

	for (size_t i = 0; i < PART_N; i++) {
		const enum progress_part part = needs[i];
		const int gap = left == columns ? 0 : 1;

		if (p->width[part] == 0 || p->width[part] + gap > left)
			continue;
		p->is_taken[part] = true;
		left -= p->width[part] + gap;
	}
	/* The average of one direction only would puzzle. */
	if (p->width[PART_BACKWARD_AVERAGE] > 0 && p->is_taken[PART_FORWARD_AVERAGE] &&
	    !p->is_taken[PART_BACKWARD_AVERAGE]) {
		p->is_taken[PART_FORWARD_AVERAGE] = false;
		left += p->width[PART_FORWARD_AVERAGE] + 1;
	}
	return left;
}

static size_t
put_bar(char *line, const struct progress_flow *f, int columns, bool is_utf8)
{
	static const char eighths[][8] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	const int inner = columns - 2;
	const double share = f->size == 0 || f->bytes >= f->size ? 1 : (double)f->bytes / (double)f->size;
	const int full = (int)(share * inner), part = (int)((share * inner - full) * 8);
	int at = 0;
	size_t n = 0;

	line[n++] = '[';
	for (; at < full; at++)
		n += (size_t)sprintf(line + n, "%s", is_utf8 ? "█" : "=");
	if (at < inner && (is_utf8 ? part > 0 : true)) {
		n += (size_t)sprintf(line + n, "%s", is_utf8 ? eighths[part] : ">");
		at++;
	}
	for (; at < inner; at++)
		line[n++] = ' ';
	line[n++] = ']';
	line[n] = '\0';
	return n;
}

size_t
progress_format_line(char line[PROGRESS_LINE_MAX], const struct progress_view *v, int columns, bool is_utf8)
{
	struct progress_parts p = { 0 };
	char text[HUMAN_MAX];
	size_t n = 0;
	int left;

	for (unsigned i = 0; i < 2; i++)
		parts_of_flow(&p, v, i, is_utf8);
	part_set(&p, PART_CLOCK, "%s", human_clock(text, v->elapsed));
	parts_of_size(&p, v);
	left = parts_take(&p, (columns > COLUMNS_MAX ? COLUMNS_MAX : columns) - 1);
	line[0] = '\0';
	for (unsigned i = 0; i < PART_N; i++) {
		if (!p.is_taken[i])
			continue;
		if (n > 0)
			line[n++] = ' ';
		if (i == PART_BAR)
			n += put_bar(line + n, view_sized(v), BAR_MIN + left, is_utf8);
		else
			n += (size_t)snprintf(line + n, PROGRESS_LINE_MAX - n, "%s", p.text[i]);
	}
	return n;
}

/* ---- for programs ---- */

static size_t
put_json_flow(char *line, size_t size, const struct progress_flow *f)
{
	char total[32] = "null", percent[32] = "null", eta[32] = "null";
	int n;

	if (f->size != PROGRESS_SIZE_UNKNOWN) {
		const uint64_t left = flow_eta(f);

		snprintf(total, sizeof(total), "%" PRIu64, f->size);
		snprintf(percent, sizeof(percent), "%u", flow_percent(f));
		if (left != UINT64_MAX)
			snprintf(eta, sizeof(eta), "%.1f", (double)left / 1e9);
	}
	n = snprintf(line, size,
	    "{\"bytes\":%" PRIu64
	    ",\"bytes_per_second\":%.0f,\"average\":%.0f,\"size\":%s,\"percent\":%s,\"eta_seconds\":%s}",
	    f->bytes, f->rate, f->average, total, percent, eta);
	return (size_t)n < size ? (size_t)n : size - 1;
}

size_t
progress_format_json(char line[PROGRESS_LINE_MAX], const struct progress_view *v)
{
	static const char names[][12] = { "forward", "backward" };
	size_t n = (size_t)snprintf(line, PROGRESS_LINE_MAX, "{\"seconds\":%.3f,\"final\":%s,\"sessions\":%lu",
	    (double)v->elapsed / 1e9, v->is_final ? "true" : "false", v->wires);

	for (unsigned i = 0; i < 2; i++) {
		n += (size_t)snprintf(line + n, PROGRESS_LINE_MAX - n, ",\"%s\":", names[i]);
		n += put_json_flow(line + n, PROGRESS_LINE_MAX - n, &v->flows[i]);
	}
	n += (size_t)snprintf(line + n, PROGRESS_LINE_MAX - n, "}\n");
	return n;
}
