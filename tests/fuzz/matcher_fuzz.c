/*
 * Patterns, each up to a NUL (the first byte says how many), and a text in pieces (the second byte). Exact texts must be found where a
 * search of the whole text finds them; expressions must do no harm, be they as slow as they like.
 */
#include <stddef.h>
#include <stdint.h>

#include "../unit/matcher_model.h"
#include "dialogue/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t piece_len;

static size_t
piece(size_t i)
{
	return 1 + (piece_len + i) % 7 * piece_len;
}

static void
look_at_the_view(const char *text, size_t len)
{
	struct window w;
	struct view v;

	window_init(&w, 64);
	view_init(&v);
	for (size_t done = 0, part, i = 0; done < len; done += part) {
		part = piece(i++);
		part = MIN(part, len - done);
		view_put(&v, &w, text + done, part);
		for (uint64_t at = w.held; at < window_end(&w); at++)
			MUST(text[view_raw(&v, at)] == *window_at(&w, at));
	}
	view_fini(&v);
	window_fini(&w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct model_result result;
	const char *text = (const char *)data + 2, *end = (const char *)data + size, *nul;
	struct model_case c = { .npatterns = 0 };
	bool is_exact = true;

	if (size < 2 || size > 4096)
		return 0;
	piece_len = data[1] % 32u;
	for (unsigned n = data[0] % (MODEL_PATTERNS + 1);
	     n > 0 && (nul = memchr(text, '\0', (size_t)(end - text))) != NULL; n--) {
		struct diag diag = { 0 };
		struct pattern *p = pattern_new(text, (size_t)(nul - text), PATTERN_AS_WRITTEN, &diag);

		if (p != NULL) {
			c.patterns[c.npatterns++] = p;
			is_exact &= !pattern_is_regex(p);
		}
		diag_fini(&diag);
		text = nul + 1;
	}
	c.text = text;
	c.len = (size_t)(end - text);
	if (is_exact)
		model_check(&c, piece);
	else
		model_stream(&c, piece, &result);
	look_at_the_view(c.text, c.len);
	for (unsigned i = 0; i < c.npatterns; i++)
		pattern_free(c.patterns[i]);
	return 0;
}
