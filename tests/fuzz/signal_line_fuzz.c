/* A line that is understood is, written and read again, the same message. */
#include "base/signal_line.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct signal_message m, again;
	struct diag d = { 0 };
	char buf[SIGNAL_LINE_MAX];
	int result = signal_line_parse((const char *)data, size, &m, &d);

	assert(result == -1 ? d.text != NULL && d.pos < size : d.text == NULL);
	if (result == 1) {
		const size_t len = signal_line_format(buf, &m);

		assert(len < sizeof(buf) && buf[len - 1] == '\n');
		assert(signal_line_parse(buf, len - 1, &again, &d) == 1);
		assert(again.signo == m.signo && again.has_value == m.has_value && again.value == m.value);
		assert(again.has_sender == m.has_sender && again.pid == m.pid && again.uid == m.uid);
	}
	diag_fini(&d);
	return 0;
}
