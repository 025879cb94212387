/* Headers of both versions: whole, cut anywhere, followed by payload, wrong, and what we write ourselves. */
#include "net/proxy_header.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/un.h>

#include "net/peername.h"
#include "unit.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define BYTES(s) (const unsigned char *)(s), sizeof(s) - 1

struct known {
	const char *bytes;
	size_t len;
	const char *peer, *own; /* NULL: no addresses */
};

static const struct known good[] = {
#define GOOD(s, peer, own)                  \
	{                                   \
		s, sizeof(s) - 1, peer, own \
	}
	GOOD("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", "192.0.2.1:56324", "192.0.2.2:443"),
	GOOD("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535",
	    "255.255.255.255:65535"),
	GOOD("PROXY TCP6 2001:db8::1 ::1 1 0\r\n", "[2001:db8::1]:1", "[::1]:0"),
	GOOD("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
	    "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"),
	GOOD("PROXY UNKNOWN\r\n", NULL, NULL),
	GOOD("PROXY UNKNOWN ffff::1 what ever\r\n", NULL, NULL),
	GOOD(SIGNATURE "\x20\0\0\0", NULL, NULL),
	GOOD(SIGNATURE "\x20\xff\0\3abc", NULL, NULL),
	GOOD(SIGNATURE "\x21\0\0\0", NULL, NULL),
	GOOD(SIGNATURE "\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\xdc\4\1\xbb", "192.0.2.1:56324", "192.0.2.2:443"),
	GOOD(SIGNATURE "\x21\x11\0\x13\xc0\0\2\1\xc0\0\2\2\xdc\4\1\xbb\xee\0\4test", "192.0.2.1:56324",
	    "192.0.2.2:443"),
	GOOD(SIGNATURE "\x21\x21\0\x24\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\1\0\2",
	    "[2001:db8::1]:1", "[::1]:2"),
};

static const struct known bad[] = {
#define BAD(s)                               \
	{                                    \
		s, sizeof(s) - 1, NULL, NULL \
	}
	BAD("GET / HTTP/1.0\r\n"), BAD("proxy TCP4 1.1.1.1 2.2.2.2 3 4\r\n"), BAD("PROXY TCP4 1.1.1.1 2.2.2.2 3 4\n"),
	BAD("PROXY \r\n"), BAD("PROXY  TCP4 1.1.1.1 2.2.2.2 3 4\r\n"), BAD("PROXY TCP4 1.1.1.1 2.2.2.2 3 4 \r\n"),
	BAD("PROXY TCP4 1.1.1.1 2.2.2.2 3 4 5\r\n"), BAD("PROXY TCP4 1.1.1.1 2.2.2.2 3\r\n"),
	BAD("PROXY TCP4 1.1.1.1 2.2.2.2 3 65536\r\n"), BAD("PROXY TCP4 1.1.1.1 2.2.2.2 -3 4\r\n"),
	BAD("PROXY TCP4 1.1.1.1 2.2.2.2 3 +4\r\n"), BAD("PROXY TCP4 1.1.1 2.2.2.2 3 4\r\n"),
	BAD("PROXY TCP4 1.1.1.256 2.2.2.2 3 4\r\n"), BAD("PROXY TCP4 ::1 ::1 3 4\r\n"),
	BAD("PROXY TCP6 1.1.1.1 2.2.2.2 3 4\r\n"), BAD("PROXY UDP4 1.1.1.1 2.2.2.2 3 4\r\n"), BAD("PROXY UNKNOWNX\r\n"),
	BAD("PROXY TCP4 1.1.1.1\0 2.2.2.2 3 4\r\n"),
	BAD(SIGNATURE "\x11\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\xdc\4\1\xbb"),               /* version 1 */
	BAD(SIGNATURE "\x22\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\xdc\4\1\xbb"),               /* command 2 */
	BAD(SIGNATURE "\x21\x12\0\x0c\xc0\0\2\1\xc0\0\2\2\xdc\4\1\xbb"),               /* datagrams */
	BAD(SIGNATURE "\x21\x41\0\x0c\xc0\0\2\1\xc0\0\2\2\xdc\4\1\xbb"),               /* no such family */
	BAD(SIGNATURE "\x21\x11\0\x0b\xc0\0\2\1\xc0\0\2\2\xdc\4\1"),                   /* addresses cut off */
	BAD(SIGNATURE "\x21\x11\0\x0d\xc0\0\2\1\xc0\0\2\2\xdc\4\1\xbb\xee"),           /* rest cut off */
	BAD(SIGNATURE "\x21\x11\0\x10\xc0\0\2\1\xc0\0\2\2\xdc\4\1\xbb\xee\0\2x"),      /* value cut off */
	BAD(SIGNATURE "\x21\x11\0\x13\xc0\0\2\1\xc0\0\2\2\xdc\4\1\xbb\3\0\4\0\0\0\0"), /* checksum */
	BAD(SIGNATURE "\x21\x11\0\x12\xc0\0\2\1\xc0\0\2\2\xdc\4\1\xbb\3\0\3\0\0\0"),   /* its length */
};

#define N(a) (sizeof(a) / sizeof(*(a)))

static void
check_name(const struct sockaddr_storage *ss, socklen_t len, const char *want)
{
	char text[PEERNAME_MAX];

	peername_format(ss, len, text);
	CHECK_STR(text, want);
}

static void
takes_whole_headers(void)
{
	for (size_t i = 0; i < N(good); i++) {
		const unsigned char *p = (const unsigned char *)good[i].bytes;
		struct proxy_header h;
		const char *why = NULL;

		if (!CHECK_INT(proxy_header_parse(p, good[i].len, &h, &why), 0)) {
			printf("# number %zu: %s\n", i, why);
			continue;
		}
		CHECK_INT(h.has_addresses, good[i].peer != NULL);
		if (!h.has_addresses)
			continue;
		check_name(&h.peer, h.peer_len, good[i].peer);
		check_name(&h.own, h.own_len, good[i].own);
	}
}

/* Cut anywhere, all of it belongs to the header; with payload behind it, not a byte more. */
static void
finds_the_end(void)
{
	for (size_t i = 0; i < N(good); i++) {
		unsigned char buf[256];
		const char *why = NULL;
		bool is_whole;

		memcpy(buf, good[i].bytes, good[i].len);
		memcpy(buf + good[i].len, "\r\npayload\n", 10);
		for (size_t len = 1; len < good[i].len; len++) {
			CHECK_INT(proxy_header_extent(buf, len, &is_whole, &why), len);
			CHECK(!is_whole);
		}
		for (size_t len = good[i].len; len <= good[i].len + 10; len++) {
			CHECK_INT(proxy_header_extent(buf, len, &is_whole, &why), good[i].len);
			CHECK(is_whole);
		}
	}
}

static void
refuses_others(void)
{
	for (size_t i = 0; i < N(bad); i++) {
		struct proxy_header h;
		const char *why = NULL;

		if (!CHECK_INT(proxy_header_parse((const unsigned char *)bad[i].bytes, bad[i].len, &h, &why), -1))
			printf("# number %zu\n", i);
		CHECK(why != NULL);
		CHECK(!h.has_addresses);
	}
}

static void
refuses_at_the_first_wrong_byte(void)
{
	static unsigned char line[200];
	const char *why = NULL;
	bool is_whole;

	CHECK_INT(proxy_header_extent(BYTES("G"), &is_whole, &why), 0);
	CHECK_INT(proxy_header_extent(BYTES("PRI"), &is_whole, &why), 0);
	CHECK_INT(proxy_header_extent(BYTES("\r\n\r\nx"), &is_whole, &why), 0);
	memset(line, 'x', sizeof(line));
	memcpy(line, "PROXY ", 6);
	CHECK_INT(proxy_header_extent(line, 106, &is_whole, &why), 106);
	CHECK_INT(proxy_header_extent(line, 107, &is_whole, &why), 0);
	CHECK_STR(why, "a PROXY protocol line that is too long");
	CHECK_INT(proxy_header_extent(BYTES(SIGNATURE "\x21\x11\x0f\xf0"), &is_whole, &why), 16);
	CHECK_INT(proxy_header_extent(BYTES(SIGNATURE "\x21\x11\x0f\xf1"), &is_whole, &why), 0);
}

/* The sum of this header was computed by another implementation. */
static void
checks_the_sum(void)
{
	unsigned char p[] = SIGNATURE "\x21\x11\0\x13\xc0\0\2\1\xc0\0\2\2\xdc\4\1\xbb\3\0\4"
				      "\326\310\307\137";
	struct proxy_header h;
	const char *why = NULL;

	CHECK_INT(proxy_header_parse(p, sizeof(p) - 1, &h, &why), 0);
	p[18]++;
	CHECK_INT(proxy_header_parse(p, sizeof(p) - 1, &h, &why), -1);
	CHECK_STR(why, "a PROXY protocol header whose checksum is wrong");
}

static socklen_t
unix_name(struct sockaddr_storage *ss, const char *name, size_t len)
{
	struct sockaddr_un *sun = (struct sockaddr_un *)ss;

	sun->sun_family = AF_UNIX;
	memcpy(sun->sun_path, name, len);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

static void
writes_unix(void)
{
	static char longest[108];
	unsigned char out[PROXY_HEADER_OUT_MAX];
	struct proxy_header h = { .has_addresses = true }, back;
	const char *why = NULL;
	size_t len;

	h.peer_len = unix_name(&h.peer, "\0abstract", 9);
	h.own_len = unix_name(&h.own, "/run/x", 7);
	len = proxy_header_write(PROXY_V2, &h, out);
	CHECK_INT(len, 232);
	CHECK_INT(proxy_header_parse(out, len, &back, &why), 0);
	check_name(&back.peer, back.peer_len, "@abstract");
	check_name(&back.own, back.own_len, "/run/x");
	len = proxy_header_write(PROXY_V1, &h, out);
	CHECK_INT(len, 15);
	CHECK(memcmp(out, "PROXY UNKNOWN\r\n", 15) == 0);
	memset(longest, 'p', sizeof(longest));
	h.peer_len = unix_name(&h.peer, "", 0);
	h.own_len = unix_name(&h.own, longest, sizeof(longest));
	len = proxy_header_write(PROXY_V2, &h, out);
	CHECK_INT(proxy_header_parse(out, len, &back, &why), 0);
	check_name(&back.peer, back.peer_len, "unnamed");
	CHECK_INT(back.own_len, offsetof(struct sockaddr_un, sun_path) + sizeof(longest));
}

/* Whatever is taken is written as it was. */
static void
writes_what_it_takes(void)
{
	for (size_t i = 0; i < N(good); i++) {
		for (int v = PROXY_V1; v <= PROXY_V2; v++) {
			unsigned char out[PROXY_HEADER_OUT_MAX];
			struct proxy_header h, back;
			const char *why = NULL;
			size_t len;

			CHECK_INT(proxy_header_parse((const unsigned char *)good[i].bytes, good[i].len, &h, &why), 0);
			len = proxy_header_write((enum proxy_version)v, &h, out);
			CHECK_INT(proxy_header_parse(out, len, &back, &why), 0);
			CHECK_INT(back.has_addresses, h.has_addresses);
			if (!back.has_addresses)
				continue;
			check_name(&back.peer, back.peer_len, good[i].peer);
			check_name(&back.own, back.own_len, good[i].own);
		}
	}
}

/* An IPv4 client of a socket for both families is one of IPv4. */
static void
writes_mapped_addresses_plainly(void)
{
	unsigned char out[PROXY_HEADER_OUT_MAX + 1];
	struct proxy_header h = { .has_addresses = true, .peer_len = sizeof(struct sockaddr_in6) };
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)&h.peer;

	sin6->sin6_family = AF_INET6;
	sin6->sin6_addr.s6_addr[10] = sin6->sin6_addr.s6_addr[11] = 0xff;
	sin6->sin6_addr.s6_addr[12] = 10;
	sin6->sin6_addr.s6_addr[15] = 1;
	sin6->sin6_port = htons(9);
	h.own = h.peer;
	h.own_len = h.peer_len;
	out[proxy_header_write(PROXY_V1, &h, out)] = '\0';
	CHECK_STR((char *)out, "PROXY TCP4 10.0.0.1 10.0.0.1 9 9\r\n");
}

static const struct unit_test tests[] = {
	TEST(takes_whole_headers),
	TEST(finds_the_end),
	TEST(refuses_others),
	TEST(refuses_at_the_first_wrong_byte),
	TEST(checks_the_sum),
	TEST(writes_unix),
	TEST(writes_what_it_takes),
	TEST(writes_mapped_addresses_plainly),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
