/* Datagrams with their addresses: see datagram_io.h. ip(7), ipv6(7), RFC 3542. */
#include "net/datagram_io.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/un.h>

#include "base/mem.h"
#include "net/inetaddr.h"

#define DATAGRAM_DROPS_PAUSE UINT64_C(1000000000) /* ns */
#define DATAGRAM_ROOM (64u * 1024)                /* no UDP datagram is longer */

union datagram_control {
	struct cmsghdr align;
	char bytes[256];
};

struct address_key {
	const void *host;
	size_t host_len;
	uint32_t more; /* port, or user */
};

static struct address_key
address_key(const struct datagram_address *a)
{
	const struct sockaddr_in *in = (const void *)&a->peer;
	const struct sockaddr_in6 *in6 = (const void *)&a->peer;
	const struct sockaddr_un *un = (const void *)&a->peer;
	const size_t path = offsetof(struct sockaddr_un, sun_path);

	if (a->peer_len == 0)
		return (struct address_key){ "", 0, a->cred.uid };
	if (a->peer.ss_family == AF_INET)
		return (struct address_key){ &in->sin_addr, sizeof(in->sin_addr), in->sin_port };
	if (a->peer.ss_family == AF_INET6)
		return (struct address_key){ &in6->sin6_addr, sizeof(in6->sin6_addr),
			in6->sin6_port ^ in6->sin6_scope_id << 16 };
	return (struct address_key){ un->sun_path, a->peer_len > path ? a->peer_len - path : 0, a->cred.uid };
}

/* FNV-1a. */
uint32_t
datagram_address_hash(const struct datagram_address *a)
{
	const struct address_key k = address_key(a);
	const unsigned char *byte = k.host;
	uint32_t hash = 2166136261u ^ k.more;

	for (size_t i = 0; i < k.host_len; i++)
		hash = (hash ^ byte[i]) * 16777619u;
	return hash ^ hash >> 16;
}

bool
datagram_address_equals(const struct datagram_address *a, const struct datagram_address *b)
{
	const struct address_key x = address_key(a), y = address_key(b);

	return a->peer.ss_family == b->peer.ss_family && x.more == y.more && x.host_len == y.host_len &&
	    memcmp(x.host, y.host, x.host_len) == 0;
}

void
datagram_receiver_init(struct datagram_receiver *r, int fd)
{
	const int on = 1;

	*r = (struct datagram_receiver){ .size = DATAGRAM_ROOM, .own_len = sizeof(r->own) };
	r->buf = xmalloc(r->size);
	if (getsockname(fd, (struct sockaddr *)&r->own, &r->own_len) == -1)
		r->own_len = 0;
	/* Without any of these an answer comes from the address that the system chooses, and drops are not counted. */
	setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
	if (r->own.ss_family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	else if (r->own.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
}

void
datagram_receiver_fini(struct datagram_receiver *r)
{
	free(r->buf);
	r->buf = NULL;
}

void
datagram_drops_note(struct datagram_drops *d, const struct cmsghdr *c)
{
	uint32_t count;

	if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_RXQ_OVFL)
		return;
	memcpy(&count, CMSG_DATA(c), sizeof(count));
	d->n += count - d->last;
	d->last = count;
}

void
datagram_drops_tell(struct datagram_drops *d, const struct log_who *who, uint64_t now, bool is_last)
{
	if (d->n == d->told || (!is_last && d->told > 0 && now - d->told_at < DATAGRAM_DROPS_PAUSE))
		return;
	log_msg(LOG_WARN, who, "the kernel has dropped %" PRIu64 " datagrams: its buffer was full (rcvbuf=)", d->n);
	d->told = d->n;
	d->told_at = now;
}

static void
receiver_note_own(struct datagram_receiver *r, const struct cmsghdr *c, struct datagram_address *a)
{
	struct sockaddr_in *in = (void *)&a->own;
	struct sockaddr_in6 *in6 = (void *)&a->own;
	struct in6_pktinfo info6;
	struct in_pktinfo info;

	datagram_drops_note(&r->drops, c);
	if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO && a->own.ss_family == AF_INET) {
		memcpy(&info, CMSG_DATA(c), sizeof(info));
		in->sin_addr = info.ipi_spec_dst; /* ours, also where it was a broadcast */
	} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO && a->own.ss_family == AF_INET6) {
		memcpy(&info6, CMSG_DATA(c), sizeof(info6));
		if (!IN6_IS_ADDR_MULTICAST(&info6.ipi6_addr))
			in6->sin6_addr = info6.ipi6_addr;
		if (IN6_IS_ADDR_LINKLOCAL(&info6.ipi6_addr))
			in6->sin6_scope_id = info6.ipi6_ifindex;
	} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS) {
		memcpy(&a->cred, CMSG_DATA(c), sizeof(a->cred));
		a->has_cred = true;
	}
}

/* UNIX messages may be longer than the room for them. */
static int
receiver_make_room(struct datagram_receiver *r, int fd)
{
	ssize_t n = io_message_size(fd);

	if (n < 0)
		return (int)n;
	if ((size_t)n > r->size) {
		r->buf = xreallocarray(r->buf, (size_t)n, 1);
		r->size = (size_t)n;
	}
	return 0;
}

ssize_t
datagram_receive(struct datagram_receiver *r, int fd, struct datagram_address *a)
{
	union datagram_control control;
	struct iovec iov;
	struct msghdr msg = { .msg_name = &a->peer,
		.msg_namelen = sizeof(a->peer),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	const bool is_local = r->own.ss_family == AF_UNIX;
	const int error = is_local ? receiver_make_room(r, fd) : 0;
	ssize_t n;

	if (error != 0)
		return error;
	if (is_local)
		msg.msg_controllen = DATAGRAM_CREDENTIALS;
	*a = (struct datagram_address){ .own = r->own, .own_len = r->own_len };
	iov = (struct iovec){ r->buf, r->size };
	n = io_recvmsg(fd, &msg);
	if (n < 0)
		return n;
	a->peer_len = msg.msg_namelen;
	if (a->peer_len == 0) /* it has no name: unix(7) */
		a->peer.ss_family = r->own.ss_family;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c != NULL; c = CMSG_NXTHDR(&msg, c))
		receiver_note_own(r, c, a);
	return n;
}

ssize_t
datagram_receive_message(struct datagram_receiver *r, int fd, struct io_message *m)
{
	/* What UDP could not take is refused by it, cut or not: no need to look first. */
	int error = r->own.ss_family == AF_UNIX ? receiver_make_room(r, fd) : 0;
	struct iovec iov = { r->buf, r->size };

	return error != 0 ? error : io_recv_message(fd, &iov, 1, m);
}

static size_t
send_from(const struct datagram_address *a, union datagram_control *control)
{
	const struct sockaddr_in *in = (const void *)&a->own;
	const struct sockaddr_in6 *in6 = (const void *)&a->own;
	struct in_pktinfo info = { .ipi_spec_dst = in->sin_addr };
	struct in6_pktinfo info6 = { .ipi6_addr = in6->sin6_addr };
	struct cmsghdr *c = &control->align;

	memset(control, 0, sizeof(*control));
	if (a->own_len == 0 || inetaddr_is_unspecified((const struct sockaddr *)&a->own))
		return 0;
	if (a->own.ss_family == AF_INET) {
		*c = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(info)),
			.cmsg_level = IPPROTO_IP,
			.cmsg_type = IP_PKTINFO };
		memcpy(CMSG_DATA(c), &info, sizeof(info));
		return CMSG_SPACE(sizeof(info));
	}
	if (a->own.ss_family == AF_INET6) {
		*c = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(info6)),
			.cmsg_level = IPPROTO_IPV6,
			.cmsg_type = IPV6_PKTINFO };
		memcpy(CMSG_DATA(c), &info6, sizeof(info6));
		return CMSG_SPACE(sizeof(info6));
	}
	return 0;
}

int
datagram_send(int fd, const struct datagram_address *a, struct iovec *iov, int niov)
{
	union datagram_control control;
	struct sockaddr_storage peer = a->peer;
	struct msghdr msg = { .msg_name = &peer,
		.msg_namelen = a->peer_len,
		.msg_iov = iov,
		.msg_iovlen = (size_t)niov };
	ssize_t n;

	if (a->peer_len <= offsetof(struct sockaddr_un, sun_path) && (a->peer_len == 0 || a->peer.ss_family == AF_UNIX))
		return -ENOTCONN;
	msg.msg_controllen = send_from(a, &control);
	msg.msg_control = msg.msg_controllen > 0 ? &control : NULL;
	n = io_sendmsg(fd, &msg);
	return n < 0 ? (int)n : 0;
}
