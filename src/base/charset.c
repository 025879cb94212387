/* setlocale(3), late. */
#include "base/charset.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>

void
charset_use(void)
{
	static bool is_used;

	if (is_used)
		return;
	is_used = true;
	setlocale(LC_CTYPE, "");
}

bool
charset_is_utf8(void)
{
	charset_use();
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
