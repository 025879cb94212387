/* What our objects of JSON have in common. */
#include "base/json.h"

#include <string.h>

#include "base/visible.h"

void
json_put_string(FILE *f, const char *s)
{
	const size_t len = strlen(s);
	size_t n;

	fputc('"', f);
	for (size_t i = 0; i<len; i += n> 0 ? n : 1) {
		n = s[i] != '"' && s[i] != '\\' ? visible_char(s + i, len - i, true) : 0;
		if (n > 0)
			fwrite(s + i, 1, n, f);
		else
			fprintf(f, "\\u%04x", (unsigned)(unsigned char)s[i]);
	}
	fputc('"', f);
}
