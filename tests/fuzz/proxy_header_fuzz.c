/* A header is never longer than what there is; one that is taken is taken again when we write it. */
#include "net/proxy_header.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_again(const struct proxy_header *h)
{
	unsigned char out[PROXY_HEADER_OUT_MAX];
	struct proxy_header again;
	const char *why = NULL;
	size_t len = proxy_header_write(PROXY_V2, h, out);

	assert(len <= sizeof(out));
	assert(proxy_header_parse(out, len, &again, &why) == 0);
	assert(proxy_header_write(PROXY_V1, h, out) <= 107);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proxy_header h;
	const char *why = NULL;
	bool is_whole;
	size_t extent;

	if (size == 0)
		return 0;
	extent = proxy_header_extent(data, size, &is_whole, &why);
	assert(extent <= size && extent <= PROXY_HEADER_MAX);
	assert(extent != 0 || why != NULL);
	assert(extent == 0 || is_whole || extent == size);
	if (is_whole && proxy_header_parse(data, extent, &h, &why) == 0)
		check_again(&h);
	return 0;
}
