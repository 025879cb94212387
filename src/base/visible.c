/* Which characters a line for people may contain. */
#include "base/visible.h"

#include <stdint.h>
#include <string.h>

/* Beyond ASCII: controls, blanks without width, marks that turn the direction of writing, characters of no meaning. */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{ 0x80, 0x9f }, { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
	{ 0xd800, 0xf8ff }, /* surrogates, private use */
	{ 0xfdd0, 0xfdef }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffc },
	{ 0xfffe, 0xffff }, { 0xe0000, 0x10ffff }, /* tags, private use */
};

/* Strict UTF-8: the length of the sequence at s, or 0. */
static size_t
decode(const unsigned char *s, size_t len, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = (*s & 0xe0) == 0xc0 ? 2 : (*s & 0xf0) == 0xe0 ? 3 : (*s & 0xf8) == 0xf0 ? 4 : 0;

	if (n == 0 || n > len)
		return 0;
	*c = *s & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	return *c >= least[n] ? n : 0;
}

size_t
visible_char(const char *s, size_t len, bool is_utf8)
{
	const unsigned char first = (unsigned char)*s;
	uint32_t c = 0;
	size_t n;

	if (first < 0x80)
		return first >= 0x20 && first != 0x7f;
	n = is_utf8 ? decode((const unsigned char *)s, len, &c) : 0;
	for (size_t i = 0; n > 0 && i < sizeof(unseen) / sizeof(*unseen); i++)
		if (c >= unseen[i].first && c <= unseen[i].last)
			return 0;
	return c <= 0x10ffff ? n : 0;
}

size_t
visible_put(char *buf, size_t size, const char *s, size_t len, bool is_utf8, size_t *taken)
{
	size_t at = 0, i = 0;

	while (i < len) {
		const size_t n = visible_char(s + i, len - i, is_utf8), need = n > 0 ? n : 4;
		const unsigned char c = (unsigned char)s[i];

		if (at + need >= size)
			break;
		if (n > 0)
			memcpy(buf + at, s + i, n);
		else {
			buf[at] = '\\';
			buf[at + 1] = (char)('0' + (c >> 6));
			buf[at + 2] = (char)('0' + (c >> 3 & 7));
			buf[at + 3] = (char)('0' + (c & 7));
		}
		at += need;
		i += n > 0 ? n : 1;
	}
	buf[at] = '\0';
	*taken = i;
	return at;
}
