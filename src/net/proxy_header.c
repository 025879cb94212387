/* PROXY protocol headers (haproxy, doc/proxy-protocol.txt). */
#include "net/proxy_header.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "net/inetaddr.h"
#include "net/peername.h"

#define V1_PREFIX "PROXY "
#define V1_MAX 107 /* CR LF included */
#define V2_FIXED 16
#define V2_LOCAL 0x20
#define V2_PROXY 0x21
#define V2_TCP4 0x11
#define V2_TCP6 0x21
#define V2_UNIX 0x31
#define V2_PATH 108
#define V2_TLV_CRC32C 0x03

static const unsigned char v2_signature[12] = { '\r', '\n', '\r', '\n', '\0', '\r', '\n', 'Q', 'U', 'I', 'T', '\n' };

static const char not_proxy[] = "no PROXY protocol header";

static int
proxy_refuse(const char **why, const char *text)
{
	*why = text;
	return -1;
}

/* ---- how far it goes ---- */

static bool
proxy_begins_with(const unsigned char *p, size_t len, const void *with, size_t size)
{
	return memcmp(p, with, len < size ? len : size) == 0;
}

static size_t
v1_extent(const unsigned char *p, size_t len, bool *is_whole, const char **why)
{
	const size_t most = len < V1_MAX ? len : V1_MAX;
	const unsigned char *end = memchr(p, '\n', most);

	*is_whole = end != NULL;
	if (end != NULL)
		return (size_t)(end - p) + 1;
	if (len < V1_MAX)
		return len;
	*why = "a PROXY protocol line that is too long";
	return 0;
}

static size_t
v2_extent(const unsigned char *p, size_t len, bool *is_whole, const char **why)
{
	size_t total;

	if (len < V2_FIXED)
		return len;
	total = V2_FIXED + ((size_t)p[14] << 8 | p[15]);
	if (total > PROXY_HEADER_MAX) {
		*why = "a PROXY protocol header that is too long";
		return 0;
	}
	*is_whole = len >= total;
	return *is_whole ? total : len;
}

size_t
proxy_header_extent(const unsigned char *p, size_t len, bool *is_whole, const char **why)
{
	*is_whole = false;
	if (proxy_begins_with(p, len, v2_signature, sizeof(v2_signature)))
		return v2_extent(p, len, is_whole, why);
	if (proxy_begins_with(p, len, V1_PREFIX, strlen(V1_PREFIX)))
		return v1_extent(p, len, is_whole, why);
	*why = not_proxy;
	return 0;
}

/* ---- version 1 ---- */

/* Takes the field that ends in a space, or at the end of the line. */
static bool
v1_field(const char **at, char *field, size_t size)
{
	const size_t n = strcspn(*at, " ");

	if (n == 0 || n >= size)
		return false;
	memcpy(field, *at, n);
	field[n] = '\0';
	*at += n + (*(*at + n) == ' ');
	return true;
}

static bool
v1_port(const char **at, in_port_t *port)
{
	char text[6];

	if (!v1_field(at, text, sizeof(text)) || text[strspn(text, "0123456789")] != '\0' || atoi(text) > UINT16_MAX)
		return false;
	*port = htons((uint16_t)atoi(text));
	return true;
}

static bool
v1_address(const char **at, int family, struct sockaddr_storage *ss)
{
	char text[INET6_ADDRSTRLEN];
	void *addr = family == AF_INET ? (void *)&((struct sockaddr_in *)ss)->sin_addr :
					 (void *)&((struct sockaddr_in6 *)ss)->sin6_addr;

	ss->ss_family = (sa_family_t)family;
	return v1_field(at, text, sizeof(text)) && inet_pton(family, text, addr) == 1;
}

/* Both families have the port at the same place (ip(7), ipv6(7)). */
static in_port_t *
v1_port_of(struct sockaddr_storage *ss)
{
	return ss->ss_family == AF_INET ? &((struct sockaddr_in *)ss)->sin_port :
					  &((struct sockaddr_in6 *)ss)->sin6_port;
}

static int
v1_parse(const unsigned char *p, size_t len, struct proxy_header *h, const char **why)
{
	static const char bad[] = "a PROXY protocol line that makes no sense";
	char line[V1_MAX + 1], word[8];
	const char *at = line;
	int family;

	if (len > V1_MAX || len < 2 || p[len - 2] != '\r' || memchr(p, '\0', len) != NULL)
		return proxy_refuse(why, bad);
	memcpy(line, p, len - 2);
	line[len - 2] = '\0';
	at += strlen(V1_PREFIX);
	if (!v1_field(&at, word, sizeof(word)))
		return proxy_refuse(why, bad);
	if (strcmp(word, "UNKNOWN") == 0)
		return 0;
	family = strcmp(word, "TCP4") == 0 ? AF_INET : strcmp(word, "TCP6") == 0 ? AF_INET6 : AF_UNSPEC;
	if (family == AF_UNSPEC || !v1_address(&at, family, &h->peer) || !v1_address(&at, family, &h->own) ||
	    !v1_port(&at, v1_port_of(&h->peer)) || !v1_port(&at, v1_port_of(&h->own)) || *at != '\0' || at[-1] == ' ')
		return proxy_refuse(why, bad);
	h->peer_len = h->own_len = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	h->has_addresses = true;
	return 0;
}

/* ---- version 2 ---- */

static uint32_t
crc32c(const unsigned char *p, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0x82f63b78) : 0);
	}
	return ~crc;
}

/* The sum is that of the header with zeros in its place. */
static bool
v2_has_sum(const unsigned char *p, size_t len, size_t sum_at)
{
	unsigned char copy[PROXY_HEADER_MAX];
	uint32_t sum;

	memcpy(copy, p, len);
	memset(copy + sum_at, 0, sizeof(sum));
	sum = htonl(crc32c(copy, len));
	return memcmp(p + sum_at, &sum, sizeof(sum)) == 0;
}

/* What follows the addresses: type, length, value. Only the checksum means something to us. */
static int
v2_check_rest(const unsigned char *p, size_t len, size_t at, const char **why)
{
	while (at < len) {
		size_t n;

		if (len - at < 3)
			return proxy_refuse(why, "a PROXY protocol header that is cut off");
		n = (size_t)p[at + 1] << 8 | p[at + 2];
		if (n > len - at - 3)
			return proxy_refuse(why, "a PROXY protocol header that is cut off");
		if (p[at] == V2_TLV_CRC32C && (n != 4 || !v2_has_sum(p, len, at + 3)))
			return proxy_refuse(why, "a PROXY protocol header whose checksum is wrong");
		at += 3 + n;
	}
	return 0;
}

static socklen_t
v2_take_ip(const unsigned char *p, bool is_own, size_t size, struct sockaddr_storage *ss)
{
	const unsigned char *addr = p + (is_own ? size : 0), *port = p + 2 * size + (is_own ? 2 : 0);

	if (size == 4) {
		struct sockaddr_in *sin = (struct sockaddr_in *)ss;

		sin->sin_family = AF_INET;
		memcpy(&sin->sin_addr, addr, size);
		memcpy(&sin->sin_port, port, 2);
		return sizeof(*sin);
	}
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)ss;

	sin6->sin6_family = AF_INET6;
	memcpy(&sin6->sin6_addr, addr, size);
	memcpy(&sin6->sin6_port, port, 2);
	return sizeof(*sin6);
}

/* Zeros at the end are padding: a path ends at the first, an abstract name, which begins with one, at the last byte that is none. */
static socklen_t
v2_take_path(const unsigned char *p, struct sockaddr_storage *ss)
{
	struct sockaddr_un *sun = (struct sockaddr_un *)ss;
	size_t n = V2_PATH;

	sun->sun_family = AF_UNIX;
	memcpy(sun->sun_path, p, V2_PATH);
	while (n > 0 && p[n - 1] == '\0')
		n--;
	if (p[0] != '\0')
		n = strnlen(sun->sun_path, V2_PATH);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
}

static const struct v2_family {
	unsigned char code;
	size_t size; /* of its addresses */
} v2_families[] = { { V2_TCP4, 12 }, { V2_TCP6, 36 }, { V2_UNIX, 216 } };

static const struct v2_family *
v2_family_of(unsigned char code)
{
	for (size_t i = 0; i < sizeof(v2_families) / sizeof(*v2_families); i++)
		if (v2_families[i].code == code)
			return &v2_families[i];
	return NULL;
}

static int
v2_parse(const unsigned char *p, size_t len, struct proxy_header *h, const char **why)
{
	const struct v2_family *f = v2_family_of(p[13]);
	const unsigned char *addresses = p + V2_FIXED;

	if (p[12] == V2_LOCAL)
		return 0;
	if (p[12] != V2_PROXY)
		return proxy_refuse(why, "a PROXY protocol header of an unknown version or command");
	if (p[13] == 0)
		return v2_check_rest(p, len, V2_FIXED, why);
	if (f == NULL)
		return proxy_refuse(why, "a PROXY protocol header for something that is no stream of TCP or UNIX");
	if (len - V2_FIXED < f->size)
		return proxy_refuse(why, "a PROXY protocol header that is cut off");
	if (v2_check_rest(p, len, V2_FIXED + f->size, why) == -1)
		return -1;
	if (f->code == V2_UNIX) {
		h->peer_len = v2_take_path(addresses, &h->peer);
		h->own_len = v2_take_path(addresses + V2_PATH, &h->own);
	} else {
		h->peer_len = v2_take_ip(addresses, false, f->code == V2_TCP4 ? 4 : 16, &h->peer);
		h->own_len = v2_take_ip(addresses, true, f->code == V2_TCP4 ? 4 : 16, &h->own);
	}
	h->has_addresses = true;
	return 0;
}

int
proxy_header_parse(const unsigned char *p, size_t len, struct proxy_header *h, const char **why)
{
	bool is_whole;

	*h = (struct proxy_header){ .has_addresses = false };
	if (proxy_header_extent(p, len, &is_whole, why) != len)
		return proxy_refuse(why, not_proxy);
	if (!is_whole)
		return proxy_refuse(why, "a PROXY protocol header that is cut off");
	return p[0] == v2_signature[0] ? v2_parse(p, len, h, why) : v1_parse(p, len, h, why);
}

/* ---- writing ---- */

/* Both addresses, of one family that versions can say; AF_UNSPEC: they are not. */
static sa_family_t
proxy_common_family(const struct proxy_header *h, struct proxy_header *plain)
{
	if (!h->has_addresses)
		return AF_UNSPEC;
	plain->peer_len = peername_unmap(&plain->peer, &h->peer, h->peer_len);
	plain->own_len = peername_unmap(&plain->own, &h->own, h->own_len);
	return plain->peer.ss_family == plain->own.ss_family ? plain->peer.ss_family : AF_UNSPEC;
}

static size_t
v1_write(const struct proxy_header *h, sa_family_t family, unsigned char *out)
{
	char peer[PEERNAME_MAX], own[PEERNAME_MAX], peer_port[16], own_port[16];
	char line[2 * PEERNAME_MAX];
	int n;

	if (!inetaddr_is_family(family) || !peername_split(&h->peer, h->peer_len, peer, peer_port) ||
	    !peername_split(&h->own, h->own_len, own, own_port))
		n = snprintf(line, sizeof(line), V1_PREFIX "UNKNOWN\r\n");
	else {
		peer[strcspn(peer, "%")] = own[strcspn(own, "%")] = '\0'; /* a scope means something here alone */
		n = snprintf(line, sizeof(line), V1_PREFIX "%s %.45s %.45s %.5s %.5s\r\n",
		    family == AF_INET ? "TCP4" : "TCP6", peer, own, peer_port, own_port);
	}
	memcpy(out, line, (size_t)n);
	return (size_t)n;
}

static void
v2_put_ip(unsigned char *p, bool is_own, const struct sockaddr_storage *ss)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)ss;
	const struct sockaddr_in6 *sin6 = (const struct sockaddr_in6 *)ss;
	const bool is_4 = ss->ss_family == AF_INET;
	const size_t size = is_4 ? 4 : 16;

	memcpy(p + (is_own ? size : 0), is_4 ? (const void *)&sin->sin_addr : (const void *)&sin6->sin6_addr, size);
	memcpy(p + 2 * size + (is_own ? 2 : 0), is_4 ? &sin->sin_port : &sin6->sin6_port, 2);
}

static void
v2_put_path(unsigned char *p, const struct sockaddr_storage *ss, socklen_t len)
{
	const size_t head = offsetof(struct sockaddr_un, sun_path), n = len > head ? len - head : 0;

	memcpy(p, ((const struct sockaddr_un *)ss)->sun_path, n < V2_PATH ? n : V2_PATH);
}

static size_t
v2_write(const struct proxy_header *h, sa_family_t family, unsigned char *out)
{
	const struct v2_family *f = family == AF_INET ? v2_family_of(V2_TCP4) :
	    family == AF_INET6                        ? v2_family_of(V2_TCP6) :
	    family == AF_UNIX                         ? v2_family_of(V2_UNIX) :
							NULL;
	unsigned char *addresses = out + V2_FIXED;

	memset(out, 0, PROXY_HEADER_OUT_MAX);
	memcpy(out, v2_signature, sizeof(v2_signature));
	out[12] = f != NULL ? V2_PROXY : V2_LOCAL;
	if (f == NULL)
		return V2_FIXED;
	out[13] = f->code;
	out[15] = (unsigned char)f->size;
	if (f->code == V2_UNIX) {
		v2_put_path(addresses, &h->peer, h->peer_len);
		v2_put_path(addresses + V2_PATH, &h->own, h->own_len);
	} else {
		v2_put_ip(addresses, false, &h->peer);
		v2_put_ip(addresses, true, &h->own);
	}
	return V2_FIXED + f->size;
}

size_t
proxy_header_write(enum proxy_version version, const struct proxy_header *h, unsigned char *out)
{
	struct proxy_header plain = { .has_addresses = h->has_addresses };
	const sa_family_t family = proxy_common_family(h, &plain);

	return version == PROXY_V1 ? v1_write(&plain, family, out) : v2_write(&plain, family, out);
}
