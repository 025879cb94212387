/* The table of sessions that SIGUSR1 prints. One row is one column: its title, its side, its text. */
#include "wire/session_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/human.h"
#include "base/mem.h"
#include "base/visible.h"

#define CELL_MAX 80
#define NAME_MAX_WIDTH 40

struct table_column {
	const char *title;
	bool is_number; /* stands at the right of its column */
	void (*text)(char cell[CELL_MAX], const struct wire_info *, bool is_utf8);
};

static void
text_session(char cell[CELL_MAX], const struct wire_info *w, bool is_utf8)
{
	(void)is_utf8;
	if (w->session == 0)
		strcpy(cell, "-");
	else
		snprintf(cell, CELL_MAX, "s%lu", w->session);
}

static void
text_state(char cell[CELL_MAX], const struct wire_info *w, bool is_utf8)
{
	(void)is_utf8;
	snprintf(cell, CELL_MAX, "%s", w->state);
}

static void
text_name(char cell[CELL_MAX], const char *name, bool is_utf8)
{
	size_t taken, len = strlen(name);

	visible_put(cell, NAME_MAX_WIDTH, name, len, is_utf8, &taken);
	if (taken < len) {
		visible_put(cell, NAME_MAX_WIDTH - 3, name, len, is_utf8, &taken);
		strcat(cell, "...");
	}
}

static void
text_left(char cell[CELL_MAX], const struct wire_info *w, bool is_utf8)
{
	text_name(cell, w->names[0], is_utf8);
}

static void
text_right(char cell[CELL_MAX], const struct wire_info *w, bool is_utf8)
{
	text_name(cell, w->names[1], is_utf8);
}

static void
text_bytes(char cell[CELL_MAX], const struct wire_flow *f)
{
	if (!f->is_known || f->path.mode == PLAN_NONE)
		strcpy(cell, "-");
	else
		snprintf(cell, CELL_MAX, "%" PRIu64, f->in);
}

static void
text_forward(char cell[CELL_MAX], const struct wire_info *w, bool is_utf8)
{
	(void)is_utf8;
	text_bytes(cell, &w->flows[0]);
}

static void
text_backward(char cell[CELL_MAX], const struct wire_info *w, bool is_utf8)
{
	(void)is_utf8;
	text_bytes(cell, &w->flows[1]);
}

/* What waits to be taken, both ways. */
static void
text_waiting(char cell[CELL_MAX], const struct wire_info *w, bool is_utf8)
{
	(void)is_utf8;
	if (w->is_elsewhere)
		strcpy(cell, "-");
	else
		snprintf(cell, CELL_MAX, "%" PRIu64, w->flows[0].waiting + w->flows[1].waiting);
}

static void
text_missed(char cell[CELL_MAX], const struct wire_info *w, bool is_utf8)
{
	(void)is_utf8;
	if (w->is_elsewhere)
		strcpy(cell, "-");
	else
		snprintf(cell, CELL_MAX, "%" PRIu64, w->missed);
}

static void
text_age(char cell[CELL_MAX], const struct wire_info *w, bool is_utf8)
{
	(void)is_utf8;
	human_age(cell, w->age);
}

/* Of a direct wire nobody knows when something moved. */
static void
text_idle(char cell[CELL_MAX], const struct wire_info *w, bool is_utf8)
{
	(void)is_utf8;
	if (w->is_elsewhere || w->flows[0].path.mode == PLAN_DIRECT || w->flows[1].path.mode == PLAN_DIRECT)
		strcpy(cell, "-");
	else
		human_age(cell, w->idle);
}

static void
text_plan(char cell[CELL_MAX], const struct wire_info *w, bool is_utf8)
{
	(void)is_utf8;
	if (w->is_elsewhere) {
		strcpy(cell, "-");
		return;
	}
	snprintf(cell, CELL_MAX, "%s/%s", plan_mode_name(w->flows[0].path.mode), plan_mode_name(w->flows[1].path.mode));
}

static const struct table_column columns[] = {
	{ "SESSION", false, text_session },
	{ "STATE", false, text_state },
	{ "LEFT", false, text_left },
	{ "RIGHT", false, text_right },
	{ "FORWARD", true, text_forward },
	{ "BACKWARD", true, text_backward },
	{ "WAITING", true, text_waiting },
	{ "MISSED", true, text_missed },
	{ "AGE", true, text_age },
	{ "IDLE", true, text_idle },
	{ "PLAN", false, text_plan },
};
#define COLUMNS (sizeof(columns) / sizeof(*columns))

/* Columns on the screen of text that visible_put made; wide characters count as one. */
static int
table_width(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static void
table_put_cell(FILE *f, const struct table_column *c, const char *cell, int width)
{
	const int pad = width - table_width(cell);
	const bool is_last = c == &columns[COLUMNS - 1];

	fprintf(f, "%*s%s%*s", c->is_number ? pad : 0, "", cell, c->is_number || is_last ? 0 : pad, "");
	fputs(is_last ? "\n" : "  ", f);
}

char *
session_table(const struct wire_info *sessions, size_t n, bool is_utf8)
{
	int widths[COLUMNS];
	char *text = NULL, cell[CELL_MAX];
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return xstrdup("");
	for (size_t c = 0; c < COLUMNS; c++) {
		widths[c] = (int)strlen(columns[c].title);
		for (size_t i = 0; i < n; i++) {
			columns[c].text(cell, &sessions[i], is_utf8);
			widths[c] = table_width(cell) > widths[c] ? table_width(cell) : widths[c];
		}
	}
	for (size_t c = 0; c < COLUMNS; c++)
		table_put_cell(f, &columns[c], columns[c].title, widths[c]);
	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < COLUMNS; c++) {
			columns[c].text(cell, &sessions[i], is_utf8);
			table_put_cell(f, &columns[c], cell, widths[c]);
		}
	fclose(f);
	return text;
}
