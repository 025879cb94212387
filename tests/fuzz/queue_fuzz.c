/* Three input bytes are one operation (op, 16-bit argument) on a queue and on its model. */
#include <stddef.h>
#include <stdint.h>

#include "../unit/queue_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model m;

	if (size < 2)
		return 0;
	model_init(&m, model_limit(data[0]), data[1] % (MODEL_READERS + 1), (data[1] & 0x80) != 0);
	for (size_t i = 2; i + 3 <= size; i += 3)
		model_step(&m, data[i], data[i + 1] * 256u + data[i + 2]);
	model_fini(&m);
	return 0;
}
