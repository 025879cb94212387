/* The list of taps of a wire, and the telling of events to those that see them. */
#include "wire/tap.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/secret.h"

void
tap_list_init(struct tap_list *l, unsigned long session, unsigned nends)
{
	*l = (struct tap_list){ .session = session, .has_many_ends = nends > 2 };
}

void
tap_list_fini(struct tap_list *l)
{
	struct tap *t, *next;

	for (t = l->first; t != NULL; t = next) {
		next = t->next;
		free(t);
	}
	l->first = NULL;
}

void
tap_add(struct tap_list *l, const struct tap_ops *ops, void *arg, unsigned sees)
{
	struct tap *t = xcalloc(1, sizeof(*t)), **last = &l->first;

	while (*last != NULL)
		last = &(*last)->next;
	*t = (struct tap){ .ops = ops, .arg = arg, .sees = sees };
	*last = t;
}

/* Ends beyond the last bit are seen by those who see that one. */
static bool
tap_sees(const struct tap *t, unsigned from)
{
	return (t->sees >> (from < 31 ? from : 31) & 1) != 0;
}

struct tap_list *
tap_list_for(struct tap_list *l, unsigned from)
{
	for (const struct tap *t = l->first; t != NULL; t = t->next)
		if (tap_sees(t, from))
			return l;
	return NULL;
}

static void
tap_tell(const struct tap_list *l, const struct tap_chunk *chunk)
{
	for (const struct tap *t = l->first; t != NULL; t = t->next)
		if (tap_sees(t, chunk->from))
			t->ops->data(t->arg, chunk);
}

/* A copy with masks in place of what is secret; NULL: nothing is. */
static char *
tap_mask(const struct tap_list *l, const struct tap_chunk *c, size_t *len)
{
	if (l->secrets == NULL || l->secrets->n == 0)
		return NULL;
	return c->from == l->secrets_from ? secrets_mask(l->secrets, c->offset, c->iov, c->len, len) :
					    secrets_hide(l->secrets, c->iov, c->len, len);
}

void
tap_data(const struct tap_list *l, unsigned from, uint64_t offset, const struct iovec *iov, size_t len)
{
	const struct iovec areas[2] = {
		{ iov[0].iov_base, len < iov[0].iov_len ? len : iov[0].iov_len },
		{ len > iov[0].iov_len ? iov[1].iov_base : NULL, len > iov[0].iov_len ? len - iov[0].iov_len : 0 },
	};
	struct tap_chunk chunk = { .session = l->session,
		.from = from,
		.has_many_ends = l->has_many_ends,
		.offset = offset,
		.iov = areas,
		.niov = areas[1].iov_len > 0 ? 2 : 1,
		.len = len };
	size_t masked_len;
	char *masked = tap_mask(l, &chunk, &masked_len);
	const struct iovec masked_area = { masked, masked != NULL ? masked_len : 0 };

	if (masked != NULL) {
		chunk.iov = &masked_area;
		chunk.niov = 1;
		chunk.len = masked_len;
	}
	if (masked == NULL || masked_len > 0)
		tap_tell(l, &chunk);
	free(masked);
}

void
tap_end(const struct tap_list *l, unsigned from, uint64_t offset)
{
	const struct tap_chunk chunk = { .session = l->session,
		.from = from,
		.has_many_ends = l->has_many_ends,
		.offset = offset };

	for (const struct tap *t = l->first; t != NULL; t = t->next)
		if (tap_sees(t, from) && t->ops->end != NULL)
			t->ops->end(t->arg, &chunk);
}

void
tap_wire_ended(const struct tap_list *l)
{
	for (const struct tap *t = l->first; t != NULL; t = t->next)
		if (t->ops->wire_ended != NULL)
			t->ops->wire_ended(t->arg, l->session);
}
