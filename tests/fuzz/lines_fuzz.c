/* Mode, size and flush, then steps: wait, release, or bytes that come in two areas; on the policy and on its model. */
#include <stddef.h>
#include <stdint.h>

#include "../unit/lines_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct model m;
	size_t i = 3;

	if (size < 3)
		return 0;
	model_init(&m, (enum buffer_mode)(data[0] % BUFFER_MODE_N), data[1], data[2] == 255 ? LINES_NEVER : data[2]);
	while (i < size) {
		unsigned op = data[i] & 3, arg = data[i] >> 2;

		i++;
		if (op == 0) {
			model_wait(&m, arg);
		} else if (op == 1 && arg < 8) {
			model_release(&m);
		} else {
			size_t n = arg < size - i ? arg : size - i;

			if (m.in + n > MODEL_BYTES)
				break;
			model_add(&m, (const char *)data + i, n, op == 2 ? n : n / 2);
			i += n;
		}
	}
	return 0;
}
