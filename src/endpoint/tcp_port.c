/* Ports and families of TCP addresses. */
#include "endpoint/tcp_port.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/diag.h"
#include "endpoint/socket_groups.h"
#include "net/resolve.h"

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

struct local_address {
	struct addrinfo *list;
	const char *reason;
};

static void
local_found(struct addrinfo *list, const char *reason, void *arg)
{
	*(struct local_address *)arg = (struct local_address){ list, reason };
}

int
tcp_find_local(struct endpoint *ep, int family, struct addrinfo **list)
{
	const char *written = tcp_bind_of(ep->spec);
	struct local_address found = { 0 };
	char *host, *port;

	*list = NULL;
	if (written == NULL)
		return 0;
	resolve_split(written, &host, &port);
	resolve_start(ep->env->blocking,
	    &(struct resolve_request){ .host = host,
		.service = port,
		.family = family,
		.is_passive = true,
		.is_numeric = true,
		.is_datagram = (ep->kind->flags & KIND_PACKET) != 0 },
	    local_found, &found);
	free(host);
	free(port);
	*list = found.list;
	if (found.list != NULL)
		return 0;
	log_msg(LOG_ERROR, &ep->who, "bind=%s: %s; a numeric address is needed", written, found.reason);
	return -EINVAL;
}
