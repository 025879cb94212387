/* What a program moves over a connection that was handed to it nobody else counts. */
#include "net/tcpcount.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

/* A FIN counts as a byte received. One that is closed and was not reset has had its FIN. */
static bool
tcp_has_received_end(unsigned state, bool is_reset)
{
	enum {
		CLOSE = 7,
		CLOSE_WAIT = 8,
		LAST_ACK = 9,
		CLOSING = 11,
		TIME_WAIT = 6
	}; /* as in netinet/tcp.h, which bites with linux/tcp.h */

	if (state == CLOSE)
		return !is_reset;
	return state == CLOSE_WAIT || state == LAST_ACK || state == CLOSING || state == TIME_WAIT;
}

bool
tcp_count(int fd, bool is_reset, uint64_t *received, uint64_t *sent)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	memset(&info, 0, sizeof(info));
	if (fd == -1 || getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == -1 ||
	    len < offsetof(struct tcp_info, tcpi_bytes_retrans) + sizeof(info.tcpi_bytes_retrans))
		return false;
	*received = info.tcpi_bytes_received;
	if (tcp_has_received_end(info.tcpi_state, is_reset) && *received > 0)
		--*received;
	*sent = info.tcpi_bytes_sent - info.tcpi_bytes_retrans;
	return true;
}
