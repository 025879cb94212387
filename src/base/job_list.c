/* A sorted array. Names come at its end and go at its beginning, as a rule, so that nearly nothing is ever moved. */
#include "base/job_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
job_list_fini(struct job_list *l)
{
	free(l->names);
	*l = (struct job_list){ 0 };
}

void
job_list_clear(struct job_list *l)
{
	l->first = l->end = 0;
}

size_t
job_list_len(const struct job_list *l)
{
	return l->end - l->first;
}

const struct job_name *
job_list_first(const struct job_list *l)
{
	return l->first < l->end ? &l->names[l->first] : NULL;
}

/* Where it is or ought to be. */
static size_t
job_list_find(const struct job_list *l, const struct job_name *n)
{
	size_t low = l->first, high = l->end;

	if (low < high && job_name_compare(&l->names[high - 1], n) < 0)
		return high;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (job_name_compare(&l->names[middle], n) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
job_list_is_at(const struct job_list *l, size_t i, const struct job_name *n)
{
	return i < l->end && job_name_compare(&l->names[i], n) == 0;
}

static void
job_list_make_room(struct job_list *l)
{
	if (l->end < l->size)
		return;
	if (l->first > l->size / 2) {
		memmove(l->names, l->names + l->first, job_list_len(l) * sizeof(*l->names));
		l->end -= l->first;
		l->first = 0;
		return;
	}
	l->size = l->size != 0 ? 2 * l->size : 64;
	l->names = xreallocarray(l->names, l->size, sizeof(*l->names));
}

bool
job_list_add(struct job_list *l, const struct job_name *n)
{
	size_t i;

	job_list_make_room(l);
	i = job_list_find(l, n);
	if (job_list_is_at(l, i, n))
		return false;
	if (i == l->first && l->first > 0)
		i = --l->first;
	else {
		memmove(l->names + i + 1, l->names + i, (l->end - i) * sizeof(*l->names));
		l->end++;
	}
	l->names[i] = *n;
	return true;
}

bool
job_list_remove(struct job_list *l, const struct job_name *n)
{
	const size_t i = job_list_find(l, n);

	if (!job_list_is_at(l, i, n))
		return false;
	if (i - l->first < l->end - i) {
		memmove(l->names + l->first + 1, l->names + l->first, (i - l->first) * sizeof(*l->names));
		l->first++;
	} else {
		memmove(l->names + i, l->names + i + 1, (l->end - i - 1) * sizeof(*l->names));
		l->end--;
	}
	return true;
}

void
job_list_append(struct job_list *l, const struct job_name *n)
{
	job_list_make_room(l);
	l->names[l->end++] = *n;
}

static int
job_list_order(const void *a, const void *b)
{
	return job_name_compare(a, b);
}

void
job_list_sort(struct job_list *l)
{
	if (l->end > l->first)
		qsort(l->names + l->first, job_list_len(l), sizeof(*l->names), job_list_order);
}
