/* Socket addresses as text for people, logs and the environment: numeric, printable. */
#include "net/peername.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <vis.h>

#include "net/inetaddr.h"

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

/* The same as getnameinfo(3), which is asked several times for every client. Returns where the text ends. */
static char *
peername_put_number(char *text, unsigned n)
{
	char digits[8];
	size_t len = 0;

	do {
		digits[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	while (len > 0)
		*text++ = digits[--len];
	*text = '\0';
	return text;
}

static void
peername_split_inet(const struct sockaddr_in *sin, char *host, char *port)
{
	unsigned char bytes[4];

	memcpy(bytes, &sin->sin_addr, sizeof(bytes));
	for (int i = 0; i < 4; i++) {
		host = peername_put_number(host, bytes[i]);
		if (i < 3)
			*host++ = '.';
	}
	peername_put_number(port, ntohs(sin->sin_port));
}

bool
peername_split(const struct sockaddr_storage *ss, socklen_t len, char host[PEERNAME_MAX], char port[16])
{
	struct sockaddr_storage plain;

	if (!inetaddr_is_family(ss->ss_family))
		return false;
	len = peername_unmap(&plain, ss, len);
	if (plain.ss_family == AF_INET) {
		peername_split_inet((const struct sockaddr_in *)&plain, host, port);
		return true;
	}
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
	else if (strchr(host, ':') != NULL)
		snprintf(text, PEERNAME_MAX, "[%.400s]:%s", host, port);
	else {
		text = stpcpy(text, host);
		*text++ = ':';
		strlcpy(text, port, sizeof(port));
	}
}
