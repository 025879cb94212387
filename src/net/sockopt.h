#ifndef IPCWIRE_SOCKOPT_H
#define IPCWIRE_SOCKOPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/opt.h"

/* Options of stream sockets, as tables for endpoint kinds. */

struct sock_opts {               /* every socket */
	uint64_t sndbuf, rcvbuf; /* 0: the system's */
	int linger;              /* seconds, or the system's (OPT_INT_WORD(0)) */
	int priority;            /* or the system's */
};

struct tcp_opts { /* every TCP socket */
	bool nodelay, keepalive, cork, freebind;
	/* Numbers, or the system's (OPT_INT_WORD(0)). */
	int ttl, tos, keepidle, keepintvl, keepcnt, linger2, mss, syncnt, window, defer_accept;
	char *device;
	char *bind;
	char *congestion; /* NULL: as is best there */
	bool reuseaddr, reuseport;
};

struct udp_opts { /* every UDP socket */
	bool broadcast, freebind, reuseaddr, reuseport, multicast_loop;
	int ttl, tos, multicast_ttl; /* or the system's (OPT_INT_WORD(0)) */
	char *device, *bind, *multicast_if;
	struct opt_list join;
};

extern const struct opt_desc sock_opts_table[];
extern const struct opt_desc udp_opts_table[];
extern const struct opt_desc tcp_opts_table[];

/* Both set what is asked for on a socket. Return 0; or -errno, *what naming the option then. */
int sockopt_apply(int fd, const struct sock_opts *, const char **what);
int sockopt_apply_tcp(int fd, int family, const struct tcp_opts *, const char **what);
/*
 * Of a connection within this machine, before it is made: unless another congestion control is asked for, none that paces what is
 * sent (BBR), as the system's may do. Nothing is lost there, so pacing only waits.
 */
void sockopt_do_not_pace(int fd, const struct tcp_opts *);
/* Before it is bound; and, the groups to be joined, once it is. */
int sockopt_apply_udp(int fd, int family, const struct udp_opts *, const char **what);
int sockopt_join(int fd, int family, const struct udp_opts *, const char **what);

#endif
