/* The first byte is the mode, the next seven say how the text that follows is divided. */
#include <stddef.h>
#include <stdint.h>

#include "../unit/crlf_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *divisions;

static size_t
division(size_t i)
{
	return divisions[i % 7] + (i % 7 == 0); /* never all 0 */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 8;

	if (size < 8 || size > MODEL_MAX)
		return 0;
	divisions = data + 1;
	model_check_in((enum crlf_mode)(data[0] % 3), text, size - 8, division, division);
	model_check_out((enum crlf_mode)(data[0] % 3), text, size - 8, division, division);
	return 0;
}
