/* CRC-32C, a byte at a time from a table that is made at the first call. */
#include "base/crc32c.h"

#include <stdbool.h>

#define CRC32C_POLYNOMIAL UINT32_C(0x82f63b78) /* reflected */

static uint32_t crc32c_table[256];

static void
crc32c_make_table(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? c >> 1 ^ CRC32C_POLYNOMIAL : c >> 1;
		crc32c_table[i] = c;
	}
}

uint32_t
crc32c(uint32_t crc, const void *data, size_t len)
{
	const unsigned char *p = data;

	if (crc32c_table[1] == 0)
		crc32c_make_table();
	crc = ~crc;
	for (; len > 0; len--)
		crc = crc >> 8 ^ crc32c_table[(crc ^ *p++) & 0xff];
	return ~crc;
}
