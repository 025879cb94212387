/* CR LF for messages while the terminal is raw. */
#include "base/crlines.h"

#include "base/mem.h"

static bool crlines_needed; /* of the process, as its standard error is */

void
crlines_set(bool is_needed)
{
	__atomic_store_n(&crlines_needed, is_needed, __ATOMIC_RELAXED);
}

bool
crlines_are_needed(void)
{
	return __atomic_load_n(&crlines_needed, __ATOMIC_RELAXED);
}

char *
crlines_make(const char *text, size_t *len)
{
	char *copy = xcalloc(*len + 1, 2), *to = copy;

	for (size_t i = 0; i < *len; i++) {
		if (text[i] == '\n')
			*to++ = '\r';
		*to++ = text[i];
	}
	*len = (size_t)(to - copy);
	return copy;
}
