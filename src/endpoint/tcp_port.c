/* Ports and families of TCP addresses. */
#include "endpoint/tcp_port.h"

#include <ctype.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/diag.h"
#include "endpoint/socket_groups.h"

int
tcp_port_check(const struct endpoint_spec *spec, size_t i, struct diag *d)
{
	const char *port = endpoint_spec_param(spec, i);
	size_t len = strlen(port);
	char *quoted;

	if (len > 0 && strspn(port, "0123456789") == len) {
		unsigned long n = len <= 5 ? strtoul(port, NULL, 10) : 0;

		return n >= 1 && n <= 65535 ? 0 : diag_set(d, spec->addr->params[i].pos, "port must be 1 to 65535");
	}
	if (len > 0 && getservbyname(port, spec->kind->flags & KIND_PACKET ? "udp" : "tcp") != NULL)
		return 0;
	quoted = diag_quote(port, len);
	diag_set(d, spec->addr->params[i].pos, len > 0 ? "unknown port %s" : "empty port", quoted);
	free(quoted);
	return diag_hint(d,
	    "a port is a number from 1 to 65535 or a name of services(5); IPv6 addresses go in [brackets]");
}

int
tcp_family_of(const struct endpoint_kind *kind)
{
	return kind->name[3] == '4' ? AF_INET : kind->name[3] == '6' ? AF_INET6 : AF_UNSPEC;
}

const char *
tcp_bind_of(const struct endpoint_spec *spec)
{
	const struct tcp_opts *o = endpoint_spec_group(spec, &tcp_group);
	const struct udp_opts *u = endpoint_spec_group(spec, &udp_group);

	return o != NULL ? o->bind : u->bind;
}
