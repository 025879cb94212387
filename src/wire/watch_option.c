/* "5s", "fail", "5s,fail". */
#include "wire/watch_option.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/opt.h"

struct watch_option {
	int64_t time_ns; /* -1: not given */
	bool fails;
};

static int
option_word(const char *word, size_t pos, struct watch_option *o, struct diag *d)
{
	if (strcmp(word, "fail") == 0 && !o->fails) {
		o->fails = true;
		return 0;
	}
	if (o->time_ns != -1)
		return diag_set(d, pos, "it is one TIME, fail, or both with a comma");
	if (opt_parse_time(word, &o->time_ns, d) == -1) {
		diag_shift(d, pos);
		return diag_hint(d, "write a TIME, fail, or TIME,fail; --no-watch turns it off");
	}
	if (o->time_ns > 0)
		return 0;
	diag_set(d, pos, "the time must be above 0");
	return diag_hint(d, "--no-watch turns it off");
}

int
watch_option_parse(const char *text, int64_t *time_ns, bool *fails, struct diag *d)
{
	struct watch_option o = { .time_ns = -1 };

	for (size_t pos = 0; text != NULL;) {
		const size_t len = strcspn(text + pos, ",");
		char *word = xstrndup(text + pos, len);
		const int result = option_word(word, pos, &o, d);

		free(word);
		if (result == -1)
			return -1;
		pos += len;
		if (text[pos++] == '\0')
			break;
	}
	*time_ns = o.time_ns != -1 ? o.time_ns : WATCH_DEFAULT_NS;
	*fails = o.fails;
	return 0;
}
