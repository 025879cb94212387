/* Copies of what a match has left; the contract is in captures.h. */
#include "dialogue/captures.h"

#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/mem.h"

static void
capture_fini(struct capture *c)
{
	free(c->name);
	free(c->text);
	*c = (struct capture){ 0 };
}

static void
capture_copy(struct capture *c, const struct window *w, uint64_t start, uint64_t end)
{
	c->len = (size_t)(end - start);
	c->text = xmalloc(c->len + 1);
	if (c->len > 0)
		memcpy(c->text, window_at(w, start), c->len);
	c->text[c->len] = '\0';
}

void
captures_take(struct captures *c, const struct matcher *m, const struct match *match, const struct pattern *p,
    const struct window *w)
{
	uint64_t start, end;

	captures_fini(c);
	c->before.name = xstrdup("before");
	capture_copy(&c->before, w, MIN(match->from, match->start), match->start);
	c->ngroups = pattern_ngroups(p);
	c->groups = xcalloc(c->ngroups, sizeof(*c->groups));
	for (unsigned i = 0; i < c->ngroups; i++) {
		const char *name = i == 0 ? "match" : pattern_group_name(p, i);

		c->groups[i].name = name != NULL ? xstrdup(name) : NULL;
		if (matcher_group(m, match, i, &start, &end))
			capture_copy(&c->groups[i], w, start, end);
	}
}

void
captures_fini(struct captures *c)
{
	for (unsigned i = 0; i < c->ngroups; i++)
		capture_fini(&c->groups[i]);
	free(c->groups);
	capture_fini(&c->before);
	*c = (struct captures){ 0 };
}

static bool
capture_is_called(const struct capture *c, const char *name, size_t len)
{
	return c->name != NULL && strlen(c->name) == len && memcmp(c->name, name, len) == 0;
}

static bool
captures_is_number(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (name[i] < '0' || name[i] > '9')
			return false;
	return len > 0;
}

static const struct capture *
captures_number(const struct captures *c, const char *digits, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n = MIN(10 * n + (size_t)(digits[i] - '0'), c->ngroups);
	return n < c->ngroups ? &c->groups[n] : NULL;
}

const struct capture *
captures_find(const struct captures *c, const char *name, size_t len)
{
	if (captures_is_number(name, len))
		return captures_number(c, name, len);
	for (unsigned i = c->ngroups; i-- > 0;)
		if (capture_is_called(&c->groups[i], name, len))
			return &c->groups[i];
	return capture_is_called(&c->before, name, len) ? &c->before : NULL;
}
