/* C escapes in texts that are sent. */
#include "dialogue/escapes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/words.h"

int
escapes_carry_out(char **text, size_t *len, struct diag *diag)
{
	char *raw = xmalloc(2 * *len + 1), *to = raw, *result;
	int error;

	for (const char *p = *text; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0')
			*to++ = *p++;
		else if (*p == '\'' || *p == '"')
			*to++ = '\\';
		*to++ = *p;
	}
	*to = '\0';
	error = words_unescape(raw, &result, len, diag);
	free(raw);
	if (error != 0)
		return error;
	free(*text);
	*text = result;
	return 0;
}
