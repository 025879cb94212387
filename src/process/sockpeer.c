/* UNIX sockets: the kernel is asked by sock_diag(7), by inode. TCP: both ends stand in /proc/net/tcp or tcp6. */
#include "process/sockpeer.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/io.h"
#include "process/procfs.h"
#include "process/procread.h"

struct diag_request {
	struct nlmsghdr header;
	struct unix_diag_req what;
};

static int
diag_ask(int fd, uint64_t inode)
{
	struct diag_request r = {
		.header = { .nlmsg_len = sizeof(r), .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST },
		.what = { .sdiag_family = AF_UNIX,
		    .udiag_states = ~0U,
		    .udiag_ino = (uint32_t)inode,
		    .udiag_show = UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN,
		    .udiag_cookie = { ~0U, ~0U } }
	};

	return send(fd, &r, sizeof(r), 0) == (ssize_t)sizeof(r) ? 0 : -errno;
}

static void
diag_read_attributes(const struct nlmsghdr *h, uint32_t *peer, uint32_t *unread)
{
	const struct unix_diag_msg *m = NLMSG_DATA(h);
	size_t left = h->nlmsg_len - NLMSG_LENGTH(sizeof(*m));

	for (const struct rtattr *a = (const void *)(m + 1); RTA_OK(a, left);
	     left -= RTA_ALIGN(a->rta_len), a = (const void *)((const char *)a + RTA_ALIGN(a->rta_len))) {
		const void *value = (const char *)a + RTA_LENGTH(0);

		if (a->rta_type == UNIX_DIAG_PEER && a->rta_len == RTA_LENGTH(sizeof(*peer)))
			memcpy(peer, value, sizeof(*peer));
		else if (a->rta_type == UNIX_DIAG_RQLEN && a->rta_len >= RTA_LENGTH(sizeof(*unread)))
			memcpy(unread, value, sizeof(*unread)); /* udiag_rqueue is first */
	}
}

static int
diag_hear(int fd, uint64_t inode, uint32_t *peer, uint32_t *unread)
{
	union {
		struct nlmsghdr header;
		char bytes[4096];
	} answer;
	ssize_t n = recv(fd, &answer, sizeof(answer), MSG_DONTWAIT);
	const struct unix_diag_msg *m = NLMSG_DATA(&answer.header);

	if (n < 0)
		return -errno;
	if (!NLMSG_OK(&answer.header, (size_t)n) || answer.header.nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    answer.header.nlmsg_len < NLMSG_LENGTH(sizeof(*m)) || m->udiag_ino != (uint32_t)inode)
		return -ENOENT;
	diag_read_attributes(&answer.header, peer, unread);
	return 0;
}

static int
diag_look(int fd, uint64_t inode, uint32_t *peer, uint32_t *unread)
{
	int error = diag_ask(fd, inode);

	*peer = *unread = 0;
	return error != 0 ? error : diag_hear(fd, inode, peer, unread);
}

int
sockpeer_find_unix(uint64_t inode, struct sockpeer *s)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG), error;
	uint32_t peer, back, unread, incoming;

	if (fd == -1)
		return -errno;
	error = diag_look(fd, inode, &peer, &incoming);
	if (error == 0)
		error = peer != 0 ? diag_look(fd, peer, &back, &unread) : -ENOENT;
	if (error == 0)
		*s = (struct sockpeer){ .inode = peer, .unread = unread, .incoming = incoming };
	io_close(&fd);
	return error;
}

/* The row of that inode (other NULL), or the other end of that connection. */
static bool
inet_find(const char *text, uint64_t inode, const struct procfs_inet *other, struct procfs_inet *found)
{
	while (text != NULL && (text = procfs_next_inet(text, found)) != NULL)
		if (other != NULL ? procfs_inet_is_pair(found, other) : found->inode == inode)
			return true;
	return false;
}

int
sockpeer_find_tcp(uint64_t inode, struct sockpeer *s)
{
	char *texts[2] = { procread_long_text(0, "net/tcp"), procread_long_text(0, "net/tcp6") };
	struct procfs_inet own, peer;
	int error = -ENOENT;

	if (texts[0] == NULL && texts[1] == NULL)
		error = -errno;
	else if ((inet_find(texts[0], inode, NULL, &own) || inet_find(texts[1], inode, NULL, &own)) &&
	    (inet_find(texts[0], 0, &own, &peer) || inet_find(texts[1], 0, &own, &peer)) && peer.inode != 0) {
		*s = (struct sockpeer){ .inode = peer.inode,
			.unread = own.unsent + peer.unread,
			.incoming = own.unread };
		error = 0;
	}
	free(texts[0]);
	free(texts[1]);
	return error;
}
