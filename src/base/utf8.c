/* Which bytes are UTF-8. */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

#define UTF8_HIGH UINT64_C(0x8080808080808080)

/* By the first byte: the length, and the range of the second one; those after it are 0x80 to 0xbf. */
static const struct utf8_row {
	unsigned char first, last, len, low, high;
} rows[] = {
	{ 0xc2, 0xdf, 2, 0x80, 0xbf },
	{ 0xe0, 0xe0, 3, 0xa0, 0xbf },
	{ 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f },
	{ 0xee, 0xef, 3, 0x80, 0xbf },
	{ 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf },
	{ 0xf4, 0xf4, 4, 0x80, 0x8f },
};

/* How many bytes of the character of this row there are; 0: it is none. */
static size_t
utf8_follow(const struct utf8_row *row, const unsigned char *s, size_t len)
{
	size_t n = 1;

	for (; n < row->len && n < len; n++)
		if (s[n] < (n == 1 ? row->low : 0x80) || s[n] > (n == 1 ? row->high : 0xbf))
			return 0;
	return n;
}

static size_t
utf8_char(const unsigned char *s, size_t len, size_t *have)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (s[0] >= rows[i].first && s[0] <= rows[i].last) {
			*have = utf8_follow(&rows[i], s, len);
			return *have > 0 ? rows[i].len : 0;
		}
	return 0;
}

size_t
utf8_valid(const char *s, size_t len)
{
	size_t at = 0, n, have = 0;
	uint64_t eight;

	while (at < len) {
		for (; len - at >= sizeof(eight); at += sizeof(eight)) {
			memcpy(&eight, s + at, sizeof(eight));
			if ((eight & UTF8_HIGH) != 0)
				break;
		}
		for (; at < len && (unsigned char)s[at] < 0x80; at++)
			;
		if (at == len)
			break;
		n = utf8_char((const unsigned char *)s + at, len - at, &have);
		if (n == 0 || have < n)
			break;
		at += n;
	}
	return at;
}

size_t
utf8_begun(const char *s, size_t len)
{
	size_t have = 0, n = len > 0 ? utf8_char((const unsigned char *)s, len, &have) : 0;

	return have < n && have == len ? n : 0;
}
