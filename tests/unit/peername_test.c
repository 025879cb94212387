/* peername: IPv4 addresses are written as getnameinfo(3) does. */
#include "net/peername.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

static void
check_inet(uint32_t address, uint16_t port)
{
	struct sockaddr_storage ss = { 0 };
	struct sockaddr_in *sin = (struct sockaddr_in *)&ss;
	char host[PEERNAME_MAX], service[16], text[PEERNAME_MAX], want_host[64], want_port[16], want[128];

	sin->sin_family = AF_INET;
	sin->sin_addr.s_addr = htonl(address);
	sin->sin_port = htons(port);
	getnameinfo((struct sockaddr *)sin, sizeof(*sin), want_host, sizeof(want_host), want_port, sizeof(want_port),
	    NI_NUMERICHOST | NI_NUMERICSERV);
	CHECK(peername_split(&ss, sizeof(*sin), host, service));
	CHECK_STR(host, want_host);
	CHECK_STR(service, want_port);
	peername_format(&ss, sizeof(*sin), text);
	snprintf(want, sizeof(want), "%s:%s", want_host, want_port);
	CHECK_STR(text, want);
}

static void
writes_inet(void)
{
	uint32_t address = 12345;

	check_inet(0, 0);
	check_inet(INADDR_LOOPBACK, 80);
	check_inet(INADDR_BROADCAST, 65535);
	for (unsigned i = 0; i < 5000; i++) {
		address = address * 1664525 + 1013904223;
		check_inet(address, (uint16_t)(address >> 7));
	}
}

static void
writes_inet6(void)
{
	struct sockaddr_storage ss = { 0 };
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)&ss;
	char text[PEERNAME_MAX];

	sin6->sin6_family = AF_INET6;
	sin6->sin6_port = htons(7000);
	sin6->sin6_addr = in6addr_loopback;
	peername_format(&ss, sizeof(*sin6), text);
	CHECK_STR(text, "[::1]:7000");
	inet_pton(AF_INET6, "::ffff:10.0.0.1", &sin6->sin6_addr);
	peername_format(&ss, sizeof(*sin6), text);
	CHECK_STR(text, "10.0.0.1:7000");
}

static const struct unit_test tests[] = {
	TEST(writes_inet),
	TEST(writes_inet6),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
