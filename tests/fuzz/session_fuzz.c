/* Whatever bytes a client sends: messages lie within them, and what was made of their fields is the same again. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dialogue/session_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	struct session_message m;
	int64_t n, number;

	while ((n = session_message_parse(&m, at, (size_t)(end - at))) > 0) {
		struct session_out o = { 0 };

		session_out_begin(&o, m.type);
		for (size_t i = 0; i < m.nfields; i++) {
			(void)session_field_number(&m, i, &number);
			session_out_field(&o, m.fields[i].bytes, m.fields[i].len);
		}
		session_out_end(&o);
		if (n > end - at || o.len != (size_t)n || memcmp(o.bytes, at, o.len) != 0)
			abort();
		session_out_fini(&o);
		session_message_fini(&m);
		at += n;
	}
	return 0;
}
