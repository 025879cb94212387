/* A file, line by line: no line crashes the reader, and what it reads comes back from what the writer makes of it. */
#include "base/cast.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(int condition)
{
	if (!condition)
		abort();
}

static void
there_and_back(struct cast_writer *w, struct cast_reader *again, const struct cast_event *e)
{
	struct cast_event copy;
	struct diag d = { 0 };
	const char *line, *end;
	int result = 0;

	w->len = 0;
	cast_put(w, e->at, (enum cast_code)e->code, e->data, e->len);
	cast_put_held(w, e->at);
	for (size_t got = 0, at = 0; at < w->len; at = (size_t)(end + 1 - w->text)) {
		line = w->text + at;
		end = memchr(line, '\n', w->len - at);
		check(end != NULL);
		result = cast_read(again, line, (size_t)(end - line), &copy, &d);
		check(result >= 0);
		if (result == 0)
			continue;
		check(copy.code == e->code && got + copy.len <= e->len &&
		    memcmp(copy.data, e->data + got, copy.len) == 0);
		got += copy.len;
		check(end + 1 < w->text + w->len || got == e->len);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cast_reader r = { .at = 0 }, again = { .at = 0 };
	struct cast_writer w = { .len = 0 };
	struct cast_event e;
	struct diag d = { 0 };
	const char *p = (const char *)data, *end = p + size;

	check(cast_read(&again, "{\"version\":3}", 13, &e, &d) == 0);
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const size_t len = nl != NULL ? (size_t)(nl - p) : (size_t)(end - p);
		const int result = cast_read(&r, p, len, &e, &d);

		check(result != -1 || (d.text != NULL && d.pos <= len));
		if (result == 1 && e.code != '?' && e.code > ' ' && e.code < 0x7f && e.code != '"' && e.code != '\\')
			there_and_back(&w, &again, &e);
		diag_fini(&d);
		p += len + 1;
	}
	cast_reader_fini(&r);
	cast_reader_fini(&again);
	cast_writer_fini(&w);
	return 0;
}
