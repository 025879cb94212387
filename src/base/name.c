/* Names that users may write in any case. */
#include "base/name.h"

char
name_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
name_is(const char *known, const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (known[i] == '\0' || name_lower(known[i]) != name_lower(name[i]))
			return false;
	return known[len] == '\0';
}
