/* Names of UNIX sockets. */
#include "endpoint/unix_name.h"

#include <string.h>

#include "net/unixpath.h"

bool
unix_is_abstract(const struct endpoint_kind *kind)
{
	return kind->name[0] == 'a';
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
