/* The header is 232 bytes at most: the empty buffer of a new connection takes it at once. */
#include "endpoint/proxy_out.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/io.h"
#include "net/inetaddr.h"
#include "net/proxy_header.h"

struct proxy_out_opts {
	int proxy; /* enum proxy_out_mode */
};

enum proxy_out_mode { PROXY_OUT_NO, PROXY_OUT_SEND, PROXY_OUT_SEND_V2 };

/* clang-format off */
static const struct opt_desc proxy_out_opts_table[] = {
	OPT(struct proxy_out_opts, proxy, OPT_ENUM, .name = "proxy",
	    .words = "no\0send\0send-v2", .def = "no", .bare = "send", .value = "send|send-v2",
	    .help = "begin with a PROXY protocol header about our client"),
	OPT_END,
};
/* clang-format on */

const struct opt_group proxy_out_group = {
	.name = "proxying",
	.help = "connections of a proxy",
	.opts = proxy_out_opts_table,
	.size = sizeof(struct proxy_out_opts),
};

/* A client is one that we have accepted, or that our caller has (inetd, Accept=yes). */
static void
proxy_out_describe(const struct endpoint *client, struct proxy_header *h)
{
	const int fd = client == NULL ? -1 : client->rfd != -1 ? client->rfd : client->wfd;

	if (fd == -1 || !(client->is_accepted || client->is_inherited))
		return;
	if (client->proxied != NULL) {
		*h = *client->proxied;
		return;
	}
	h->peer_len = sizeof(h->peer);
	h->own_len = sizeof(h->own);
	h->has_addresses = getpeername(fd, (struct sockaddr *)&h->peer, &h->peer_len) == 0 &&
	    getsockname(fd, (struct sockaddr *)&h->own, &h->own_len) == 0 &&
	    (client->is_accepted || inetaddr_is_family(h->peer.ss_family));
}

int
proxy_out_introduce(struct endpoint *connection, const struct endpoint *client)
{
	const struct proxy_out_opts *o = endpoint_spec_group(connection->spec, &proxy_out_group);
	unsigned char buf[PROXY_HEADER_OUT_MAX];
	struct proxy_header h = { .has_addresses = false };
	struct iovec iov = { .iov_base = buf };
	ssize_t n;

	if (o == NULL || o->proxy == PROXY_OUT_NO)
		return 0;
	proxy_out_describe(client, &h);
	iov.iov_len = proxy_header_write(o->proxy == PROXY_OUT_SEND_V2 ? PROXY_V2 : PROXY_V1, &h, buf);
	n = io_sendv(connection->wfd, &iov, 1);
	if (n == (ssize_t)iov.iov_len)
		return 0;
	return endpoint_fail(connection, n < 0 ? (int)-n : ENOBUFS, "cannot send the PROXY protocol header");
}
