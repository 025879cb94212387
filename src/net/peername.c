/* Socket addresses as text for people, logs and the environment: numeric, printable. */
#include "net/peername.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <vis.h>

socklen_t
peername_unmap(struct sockaddr_storage *out, const struct sockaddr_storage *ss, socklen_t len)
{
	const struct sockaddr_in6 *sin6 = (const struct sockaddr_in6 *)ss;
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = sin6->sin6_port };

	*out = *ss;
	if (ss->ss_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr))
		return len;
	memcpy(&sin.sin_addr, &sin6->sin6_addr.s6_addr[12], sizeof(sin.sin_addr));
	memcpy(out, &sin, sizeof(sin));
	return sizeof(sin);
}

bool
peername_split(const struct sockaddr_storage *ss, socklen_t len, char host[PEERNAME_MAX], char port[16])
{
	struct sockaddr_storage plain;

	if (ss->ss_family != AF_INET && ss->ss_family != AF_INET6)
		return false;
	len = peername_unmap(&plain, ss, len);
	return getnameinfo((const struct sockaddr *)&plain, len, host, PEERNAME_MAX, port, 16,
		   NI_NUMERICHOST | NI_NUMERICSERV) == 0;
}

static void
peername_unix(const struct sockaddr_storage *ss, socklen_t len, char text[PEERNAME_MAX])
{
	const struct sockaddr_un *sun = (const struct sockaddr_un *)ss;
	size_t n = len > offsetof(struct sockaddr_un, sun_path) ? len - offsetof(struct sockaddr_un, sun_path) : 0;
	char path[sizeof(sun->sun_path) + 1];

	memcpy(path, sun->sun_path, n);
	path[n] = '\0';
	if (n == 0)
		snprintf(text, PEERNAME_MAX, "unnamed");
	else if (path[0] != '\0')
		strvis(text, path, VIS_OCTAL | VIS_NL | VIS_TAB | VIS_NOLOCALE);
	else {
		text[0] = '@';
		strvisx(text + 1, path + 1, n - 1, VIS_OCTAL | VIS_NL | VIS_TAB | VIS_NOLOCALE);
	}
}

void
peername_format(const struct sockaddr_storage *ss, socklen_t len, char text[PEERNAME_MAX])
{
	char host[PEERNAME_MAX], port[16];

	if (ss->ss_family == AF_UNIX)
		peername_unix(ss, len, text);
	else if (!peername_split(ss, len, host, port))
		snprintf(text, PEERNAME_MAX, "unknown");
	else
		snprintf(text, PEERNAME_MAX, strchr(host, ':') != NULL ? "[%.400s]:%s" : "%.400s:%s", host, port);
}
