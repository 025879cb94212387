/*
 * Pictures of routes. First the columns are measured: labels on the left, the shaft, labels on the right, reasons. If all of it
 * fits, reasons stand beside; else they stand below; and if labels and shaft alone are too wide, labels are shortened.
 */
#include "cli/picture.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/mem.h"

#define PICTURE_LABEL_MIN 6

struct picture_glyphs {
	char dash[4], double_dash[4], right[4], left[4], stop[4], dots[4]; /* a character of UTF-8 each */
	char fork[3][4], join[3][4];                                       /* of the first, a middle, the last row */
};

static const struct picture_glyphs picture_glyphs[] = {
	{ "-", "=", ">", "<", "|", "...", { "+", "+", "+" }, { "+", "+", "+" } },
	{ "─", "═", "▶", "◀", "┤", "…", { "┬", "├", "└" }, { "┬", "┤", "┘" } },
};

struct picture_layout {
	const struct page *page;
	const struct picture_glyphs *glyphs;
	size_t indent, left, mode, right;
	bool has_fork, has_join; /* some route has: the others get a longer shaft */
	bool is_beside;          /* the reasons */
};

static const struct picture_glyphs *
picture_glyphs_of(const struct page *p)
{
	return &picture_glyphs[p->has_utf8 ? 1 : 0];
}

/* ---- labels ---- */

/* The bytes of the first characters that take at most that many columns. */
static size_t
picture_head(const char *text, size_t columns)
{
	size_t len = 0, width = 0;

	while (text[len] != '\0') {
		mbstate_t state = { 0 };
		wchar_t wc;
		size_t n = mbrtowc(&wc, text + len, strlen(text + len), &state);
		int one = n == (size_t)-1 || n == (size_t)-2 ? -1 : wcwidth(wc);

		if (one < 0) {
			n = 1;
			one = 1;
		}
		if (width + (size_t)one > columns)
			break;
		width += (size_t)one;
		len += n;
	}
	return len;
}

/* The last characters that take at most that many columns. */
static const char *
picture_tail(const char *text, size_t columns)
{
	while (page_width(text) > columns)
		text += picture_head(text, 1) > 0 ? picture_head(text, 1) : picture_head(text, 2);
	return text;
}

char *
picture_shorten(const struct page *p, const char *text, size_t columns)
{
	const char *dots = picture_glyphs_of(p)->dots;
	const size_t ndots = page_width(dots);
	size_t rest;

	if (page_width(text) <= columns)
		return xstrdup(text);
	rest = columns > ndots ? columns - ndots : 0;
	return xasprintf("%.*s%s%s", (int)picture_head(text, rest - rest / 2), text, dots,
	    picture_tail(text, rest / 2));
}

static void
picture_label(const struct picture_layout *l, const char *text, size_t columns)
{
	char *shown = picture_shorten(l->page, text, columns);

	page_put(l->page, PAGE_PLAIN, shown);
	page_spaces(l->page, columns - page_width(shown));
	free(shown);
}

/* ---- the columns ---- */

static size_t
picture_widest(const char *const *labels, size_t n, size_t widest)
{
	for (size_t i = 0; i < n; i++)
		if (page_width(labels[i]) > widest)
			widest = page_width(labels[i]);
	return widest;
}

static size_t
picture_shaft(const struct picture_layout *l)
{
	return (l->has_join ? 2 : 0) + l->mode + 4 + (l->has_fork ? 1 : 0) + 1;
}

static size_t
picture_width(const struct picture_layout *l)
{
	return l->indent + l->left + 1 + picture_shaft(l) + 1 + l->right;
}

static void
picture_measure_route(struct picture_layout *l, const struct picture_route *r)
{
	size_t left = picture_widest(r->sources, r->nsources, 0), right = picture_widest(r->sinks, r->nsinks, 0);

	if (r->is_backward) {
		size_t swap = left;

		left = right;
		right = swap;
	}
	l->left = left > l->left ? left : l->left;
	l->right = right > l->right ? right : l->right;
	l->mode = strlen(r->mode) > l->mode ? strlen(r->mode) : l->mode;
	l->has_fork = l->has_fork || r->nsinks > 1;
	l->has_join = l->has_join || r->nsources > 1 || r->is_mutual;
}

/* Halves the room between the two label columns, unless one of them needs less. */
static void
picture_fit(struct picture_layout *l)
{
	const size_t columns = l->page->columns, fixed = picture_width(l) - l->left - l->right;
	const size_t room = columns > fixed + 2 * PICTURE_LABEL_MIN ? columns - fixed : 2 * PICTURE_LABEL_MIN;

	if (columns == 0 || l->left + l->right <= room)
		return;
	if (l->left <= room / 2)
		l->right = room - l->left;
	else if (l->right <= room / 2)
		l->left = room - l->right;
	else {
		l->left = room - room / 2;
		l->right = room / 2;
	}
}

static struct picture_layout
picture_measure(const struct page *p, const struct picture *picture)
{
	struct picture_layout l = { .page = p, .glyphs = picture_glyphs_of(p), .is_beside = true };

	l.indent = picture->server != NULL ? 2 : 0;
	for (size_t i = 0; i < picture->nroutes; i++)
		picture_measure_route(&l, &picture->routes[i]);
	picture_fit(&l);
	for (size_t i = 0; p->columns != 0 && i < picture->nroutes; i++)
		if (picture_width(&l) + 4 + 2 + page_width(picture->routes[i].reason) > p->columns)
			l.is_beside = false;
	return l;
}

/* ---- rows ---- */

static void
picture_line(const struct picture_layout *l, bool is_double, size_t n)
{
	while (n-- > 0)
		page_put(l->page, PAGE_PLAIN, is_double ? l->glyphs->double_dash : l->glyphs->dash);
}

static const char *
picture_knot(const char glyphs[3][4], size_t row, size_t n)
{
	return glyphs[row == 0 ? 0 : row + 1 < n ? 1 : 2];
}

/* "──copy────" */
static void
picture_mode(const struct picture_layout *l, const struct picture_route *r)
{
	picture_line(l, r->is_double, 2);
	page_put(l->page, PAGE_NAME, r->mode);
	picture_line(l, r->is_double, l->mode - strlen(r->mode) + 2);
}

static unsigned
picture_sides(const struct picture_route *r, size_t row)
{
	return r->sides != NULL ? r->sides[row] : PICTURE_SPEAKS | PICTURE_HEARS;
}

/* What lies between the left label and the mode. */
static void
picture_before(const struct picture_layout *l, const struct picture_route *r, size_t row)
{
	if (!l->has_join)
		return;
	if (r->is_mutual && (picture_sides(r, row) & PICTURE_SPEAKS))
		page_put(l->page, PAGE_PLAIN, l->glyphs->right);
	else
		picture_line(l, r->is_double, 1);
	if (r->nsources > 1)
		page_put(l->page, PAGE_PLAIN, picture_knot(l->glyphs->join, row, r->nsources));
	else
		picture_line(l, r->is_double, 1);
}

static void
picture_forward_shaft(const struct picture_layout *l, const struct picture_route *r, size_t row)
{
	if (row < r->nsources)
		picture_before(l, r, row);
	else if (l->has_join)
		page_spaces(l->page, 2);
	if (row == 0)
		picture_mode(l, r);
	else if (r->nsinks > 1)
		page_spaces(l->page, l->mode + 4);
	if (r->nsinks > 1)
		page_put(l->page, PAGE_PLAIN, picture_knot(l->glyphs->fork, row, r->nsinks));
	else if (l->has_fork && row == 0)
		picture_line(l, r->is_double, 1);
	if (row == 0 || r->nsinks > 1)
		page_put(l->page, PAGE_PLAIN, r->is_stopped ? l->glyphs->stop : r->is_mutual ? "" : l->glyphs->right);
}

static void
picture_backward_shaft(const struct picture_layout *l, const struct picture_route *r)
{
	page_put(l->page, PAGE_PLAIN, r->is_stopped ? l->glyphs->stop : l->glyphs->left);
	picture_line(l, r->is_double, (l->has_join ? 2 : 0) + (l->has_fork ? 1 : 0));
	picture_mode(l, r);
}

static void
picture_reason(const struct picture_layout *l, const char *reason)
{
	char *text = xasprintf("(%s)", reason);

	if (l->is_beside)
		page_spaces(l->page, 4);
	else
		page_spaces(l->page, l->indent + 4);
	page_wrap(l->page, PAGE_FAINT, l->is_beside ? 0 : l->indent + 4, l->indent + 4, text);
	free(text);
}

/* Padded only where a reason follows. */
static void
picture_far_label(const struct picture_layout *l, const char *text, bool is_padded)
{
	const size_t width = page_width(text);

	if (l->right == 0 || (*text == '\0' && !is_padded))
		return;
	page_spaces(l->page, 1);
	picture_label(l, text, is_padded || width > l->right ? l->right : width);
}

static void
picture_row(const struct picture_layout *l, const struct picture_route *r, size_t row)
{
	const struct page *p = l->page;
	const char *source = row < r->nsources ? r->sources[row] : "", *sink = row < r->nsinks ? r->sinks[row] : "";
	const bool has_reason = row == 0 && l->is_beside;

	page_spaces(p, l->indent);
	picture_label(l, r->is_backward ? sink : source, l->left);
	if (r->is_mutual)
		fprintf(p->out, " %s%s", picture_sides(r, row) & PICTURE_HEARS ? l->glyphs->left : l->glyphs->dash,
		    l->glyphs->dash);
	else
		page_spaces(p, 1);
	if (r->is_backward)
		picture_backward_shaft(l, r);
	else
		picture_forward_shaft(l, r, row);
	picture_far_label(l, r->is_backward ? source : sink, has_reason);
	if (has_reason)
		picture_reason(l, r->reason);
	else
		fputc('\n', p->out);
}

/* "tcp-listen:7000 ──each──▶ session" */
static void
picture_server(const struct page *p, const char *server, const char *session)
{
	const struct picture_glyphs *g = picture_glyphs_of(p);
	const size_t rest = strlen(" --each--> ") + page_width(session);
	const size_t room = p->columns > rest + PICTURE_LABEL_MIN ? p->columns - rest : PICTURE_LABEL_MIN;
	char *shown = picture_shorten(p, server, p->columns == 0 ? page_width(server) : room);

	fprintf(p->out, "%s %s%s", shown, g->dash, g->dash);
	page_put(p, PAGE_NAME, "each");
	fprintf(p->out, "%s%s%s %s\n", g->dash, g->dash, g->right, session);
	free(shown);
}

void
picture_draw(const struct page *p, const struct picture *picture)
{
	const struct picture_layout l = picture_measure(p, picture);

	if (picture->server != NULL)
		picture_server(p, picture->server, picture->session);
	for (size_t i = 0; i < picture->nroutes; i++) {
		const struct picture_route *r = &picture->routes[i];
		const size_t rows = r->nsources > r->nsinks ? r->nsources : r->nsinks;

		for (size_t row = 0; row < rows; row++)
			picture_row(&l, r, row);
		if (!l.is_beside)
			picture_reason(&l, r->reason);
	}
}
