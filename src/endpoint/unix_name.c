/* Names of UNIX sockets. */
#include "endpoint/unix_name.h"

#include <string.h>
#include <sys/socket.h>

#include "net/unixpath.h"

bool
unix_is_abstract(const struct endpoint_kind *kind)
{
	return kind->name[0] == 'a';
}

int
unix_type_of(const struct endpoint_kind *kind)
{
	static const struct {
		char part[12];
		int type;
	} types[] = { { "-seqpacket", SOCK_SEQPACKET }, { "-dgram", SOCK_DGRAM }, { "-recv", SOCK_DGRAM },
		{ "-sendto", SOCK_DGRAM } };

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strstr(kind->name, types[i].part) != NULL)
			return types[i].type;
	return SOCK_STREAM;
}

const char *
unix_type_name(int type)
{
	return type == SOCK_STREAM ? "stream" : type == SOCK_SEQPACKET ? "seqpacket" : "datagram";
}

int
unix_name_check(struct endpoint_spec *spec, struct diag *d)
{
	size_t len = strlen(endpoint_spec_param(spec, 0)), most = UNIXPATH_MAX;

	if (len <= most)
		return 0;
	diag_set(d, spec->addr->params[0].pos, "the name of a UNIX socket has at most %zu bytes, this one %zu", most,
	    len);
	return unix_is_abstract(spec->kind) ? -1 :
					      diag_hint(d, "change to its directory first and use a relative path");
}
