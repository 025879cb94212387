/* An end of a wire as the watch sees it. */
#include "wire/watch_end.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "endpoint/exec.h"

/* A UNIX socket's peer is here, that of a TCP socket if both addresses are one. */
bool
watch_end_is_local(const struct endpoint *ep)
{
	struct sockaddr_storage own = { 0 }, peer = { 0 };
	socklen_t own_len = sizeof(own), peer_len = sizeof(peer);

	if (ep == NULL || ep->child != NULL || ep->rclass != CLASS_SOCKET || ep->rfd == -1)
		return false;
	if (!ep->is_tcp)
		return true;
	if (getsockname(ep->rfd, (struct sockaddr *)&own, &own_len) == -1 ||
	    getpeername(ep->rfd, (struct sockaddr *)&peer, &peer_len) == -1 || own.ss_family != peer.ss_family)
		return false;
	if (own.ss_family == AF_INET)
		return ((struct sockaddr_in *)&own)->sin_addr.s_addr == ((struct sockaddr_in *)&peer)->sin_addr.s_addr;
	return memcmp(&((struct sockaddr_in6 *)&own)->sin6_addr, &((struct sockaddr_in6 *)&peer)->sin6_addr,
		   sizeof(struct in6_addr)) == 0;
}

static void
watch_end_program(struct watch_end *v, const struct endpoint *program)
{
	const struct exec_opts *o = program->spec->opts;
	const enum buffer_mode mode = endpoint_buffer(program->spec).mode;

	v->name = program->who.name;
	if (program->spec->is_given)
		v->after = strchr(program->who.name, ':') != NULL ? strchr(program->who.name, ':') + 1 : NULL;
	if (mode != BUFFER_NONE && mode != BUFFER_LINE)
		v->unbuffer = "buffer=line";
	else if (!endpoint_spec_has(program->spec, "how"))
		v->unbuffer = "how=pty-full";
	if (program->child == NULL || program->child->has_ended)
		return;
	v->pid = program->child->pid;
	v->fdin = program->gets_nothing_in ? -1 : o->fdin;
	v->fdout = program->gets_nothing_out ? -1 : o->fdout;
}

void
watch_end_fill(struct watch_end *v, const struct endpoint *in, const struct endpoint *out)
{
	const struct endpoint *any = in != NULL ? in : out;

	*v = (struct watch_end){ .name = "",
		.fdin = -1,
		.fdout = -1,
		.rfd = -1,
		.wfd = -1,
		.from = WATCH_NO_FLOW,
		.to = WATCH_NO_FLOW };
	if (any == NULL)
		return;
	v->name = any->who.name;
	if (in != NULL)
		v->rfd = in->rfd;
	if (out != NULL)
		v->wfd = out->wfd;
	v->is_inherited = (in != NULL && in->is_inherited) || (out != NULL && out->is_inherited);
	v->is_anonymous = strcmp(any->kind->name, "pipe") == 0 && any->spec->addr->nparams == 0;
	v->is_local_socket = watch_end_is_local(in);
	if (in != NULL && (in->kind->flags & KIND_CHILD))
		watch_end_program(v, in);
	else if (out != NULL && (out->kind->flags & KIND_CHILD))
		watch_end_program(v, out);
}
