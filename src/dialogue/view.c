/*
 * The clean view; the contract is in view.h.
 *
 * Text is copied in runs up to the next ESC or CR. Within a sequence controls do what they do elsewhere (ECMA-48 leaves it open,
 * terminals do it): they are text, but ESC, which begins a new sequence, and CAN and SUB, which end one.
 */
#include "dialogue/view.h"

#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/mem.h"

#define ESC 0x1b
#define BEL 0x07
#define CAN 0x18
#define SUB 0x1a

void
view_init(struct view *v)
{
	*v = (struct view){ 0 };
}

void
view_fini(struct view *v)
{
	free(v->cuts);
	*v = (struct view){ 0 };
}

/* ---- mapping ---- */

/* The last of those that begin at or before the place; there must be one. */
static size_t
view_cut_before(const struct view *v, uint64_t at)
{
	size_t low = 0, high = v->ncuts;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (v->cuts[middle].at <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Those that say nothing about what the window holds go, when there is no room for more. */
static void
view_make_room(struct view *v, const struct window *w)
{
	size_t keep;

	if (v->ncuts < v->size)
		return;
	if (v->ncuts > 0) {
		keep = view_cut_before(v, w->held);
		v->ncuts -= keep;
		memmove(v->cuts, v->cuts + keep, v->ncuts * sizeof(*v->cuts));
	}
	if (v->ncuts < v->size / 2)
		return;
	v->size = MAX(2 * v->size, 64);
	v->cuts = xreallocarray(v->cuts, v->size, sizeof(*v->cuts));
}

/* What is added next to the window stood at this place. */
static void
view_cut(struct view *v, const struct window *w, uint64_t raw)
{
	uint64_t at = window_end(w);

	if (view_raw(v, at) == raw)
		return;
	view_make_room(v, w);
	if (v->ncuts > 0 && v->cuts[v->ncuts - 1].at == at)
		v->ncuts--;
	v->cuts[v->ncuts++] = (struct view_cut){ at, raw };
}

uint64_t
view_raw(const struct view *v, uint64_t at)
{
	const struct view_cut *cut;

	if (v->ncuts == 0 || v->cuts[0].at > at)
		return at;
	cut = &v->cuts[view_cut_before(v, at)];
	return cut->raw + (at - cut->at);
}

/* ---- the filter ---- */

/* The bytes stand at offset raw in the stream. */
static void
view_text(struct view *v, struct window *w, const char *text, size_t len, uint64_t raw)
{
	view_cut(v, w, raw);
	window_put(w, text, len);
}

static void
view_crs(struct view *v, struct window *w, uint64_t raw)
{
	for (; v->crs > 0; v->crs--)
		view_text(v, w, "\r", 1, raw - v->crs);
}

/* Up to the next ESC or CR. Returns the number of bytes. */
static size_t
view_run(struct view *v, struct window *w, const char *text, size_t len, uint64_t raw)
{
	const char *esc = memchr(text, ESC, len), *cr;

	len = esc != NULL ? (size_t)(esc - text) : len;
	for (size_t done = 0; done < len;) {
		size_t run;

		if (text[done] == '\n')
			v->crs = 0;
		else if (text[done] != '\r')
			view_crs(v, w, raw + done);
		cr = memchr(text + done, '\r', len - done);
		run = cr != NULL ? (size_t)(cr - text) - done : len - done;
		if (run > 0)
			view_text(v, w, text + done, run, raw + done);
		for (done += run; done < len && text[done] == '\r'; done++)
			v->crs++;
	}
	return len;
}

static enum view_state
view_escape(struct view *v, unsigned char c)
{
	v->is_osc = c == ']';
	v->string = 0;
	if (c == '[')
		return VIEW_CSI;
	if (strchr("]PX^_", c) != NULL)
		return VIEW_STRING;
	return c >= 0x20 && c <= 0x2f ? VIEW_FINAL : VIEW_TEXT;
}

static enum view_state
view_string(struct view *v, unsigned char c)
{
	if ((c == BEL && v->is_osc) || ++v->string > VIEW_STRING_MAX)
		return VIEW_TEXT;
	return VIEW_STRING;
}

/* What follows a byte of a sequence that is neither a control nor beyond ASCII. */
static enum view_state
view_next(struct view *v, unsigned char c)
{
	switch (v->state) {
	case VIEW_ESCAPE:
		return view_escape(v, c);
	case VIEW_FINAL:
		return c < 0x30 ? VIEW_FINAL : VIEW_TEXT;
	case VIEW_CSI:
		return c < 0x40 ? VIEW_CSI : VIEW_TEXT;
	case VIEW_STRING:
		return view_string(v, c);
	case VIEW_STRING_ESC:
		return c == '\\' ? VIEW_TEXT : view_escape(v, c);
	case VIEW_TEXT:
	case VIEW_N:
		break;
	}
	return VIEW_TEXT;
}

/* A byte of a sequence. Returns false when it is text. */
static bool
view_step(struct view *v, unsigned char c)
{
	bool is_string = v->state == VIEW_STRING;

	if (c == ESC) {
		v->state = is_string ? VIEW_STRING_ESC : VIEW_ESCAPE;
		return true;
	}
	if (c == CAN || c == SUB) {
		v->state = VIEW_TEXT;
		return true;
	}
	if (!is_string && c < 0x20)
		return false;
	if (!is_string && c >= 0x7f) {
		v->state = VIEW_TEXT;
		return c == 0x7f;
	}
	v->state = is_string ? view_string(v, c) : view_next(v, c);
	return true;
}

void
view_put(struct view *v, struct window *w, const void *data, size_t len)
{
	const char *text = data;

	for (size_t done = 0; done < len;) {
		uint64_t raw = v->raw + done;

		if (v->state != VIEW_TEXT) {
			if (!view_step(v, (unsigned char)text[done]))
				view_text(v, w, text + done, 1, raw);
			done++;
		} else if (text[done] == ESC) {
			view_crs(v, w, raw);
			v->state = VIEW_ESCAPE;
			done++;
		} else
			done += view_run(v, w, text + done, len - done, raw);
	}
	v->raw += len;
}

void
view_end(struct view *v, struct window *w)
{
	view_crs(v, w, v->raw);
}
