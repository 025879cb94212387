/* Socket options: the tables, and setting them. socket(7), tcp(7), ip(7), ipv6(7). */
#include "net/sockopt.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"

#define SOCKOPT_CONGESTION_MAX 16 /* TCP_CA_NAME_MAX of the kernel */

/* A number that the system knows better unless it is given. */
#define SYSTEM_NUMBER .words = "system", .def = "system"

const struct opt_desc sock_opts_table[] = {
	OPT(struct sock_opts, priority, OPT_INT, .name = "priority", .aliases = "so-priority", .max = 15,
	    .value = "N|system", SYSTEM_NUMBER, .help = "priority of what is sent (SO_PRIORITY)"),
	OPT(struct sock_opts, sndbuf, OPT_SIZE, .name = "sndbuf", .aliases = "so-sndbuf", .max = INT_MAX,
	    .help = "send buffer of the socket"),
	OPT(struct sock_opts, rcvbuf, OPT_SIZE, .name = "rcvbuf", .aliases = "so-rcvbuf", .max = INT_MAX,
	    .help = "receive buffer of the socket"),
	OPT(struct sock_opts, linger, OPT_INT, .name = "so-linger", .aliases = "linger", .max = 65535,
	    .words = "system", .def = "system", .value = "SECONDS|system", .help = "SO_LINGER; 0 resets on close"),
	OPT_END,
};

const struct opt_desc tcp_opts_table[] = {
	OPT(struct tcp_opts, bind, OPT_STRING, .name = "bind", .value = "ADDRESS[:PORT]",
	    .help = "local address, numeric"),
	OPT(struct tcp_opts, device, OPT_STRING, .name = "bindtodevice", .aliases = "so-bindtodevice\0interface\0if",
	    .value = "INTERFACE", .help = "use only this interface"),
	OPT(struct tcp_opts, congestion, OPT_STRING, .name = "congestion", .aliases = "tcp-congestion", .value = "NAME",
	    .help = "congestion control (TCP_CONGESTION)"),
	OPT(struct tcp_opts, cork, OPT_BOOL, .name = "cork", .aliases = "tcp-cork",
	    .help = "send full segments only (TCP_CORK)"),
	OPT(struct tcp_opts, defer_accept, OPT_INT, .name = "defer-accept", .aliases = "tcp-defer-accept", .min = 1,
	    .max = 32767, .value = "SECONDS|system", SYSTEM_NUMBER,
	    .help = "a listener waits for the client's first data"),
	OPT(struct tcp_opts, freebind, OPT_BOOL, .name = "freebind", .aliases = "ip-freebind\0ipfreebind",
	    .help = "the local address may be missing still (IP_FREEBIND)"),
	OPT(struct tcp_opts, keepalive, OPT_BOOL, .name = "keepalive", .aliases = "so-keepalive",
	    .help = "probe a silent peer (SO_KEEPALIVE)"),
	OPT(struct tcp_opts, keepcnt, OPT_INT, .name = "keepcnt", .aliases = "tcp-keepcnt", .min = 1, .max = 127,
	    .value = "N|system", SYSTEM_NUMBER, .help = "with keepalive: probes without an answer until the end"),
	OPT(struct tcp_opts, keepidle, OPT_INT, .name = "keepidle", .aliases = "tcp-keepidle", .min = 1, .max = 32767,
	    .value = "SECONDS|system", SYSTEM_NUMBER, .help = "with keepalive: silence before the first probe"),
	OPT(struct tcp_opts, keepintvl, OPT_INT, .name = "keepintvl", .aliases = "tcp-keepintvl", .min = 1,
	    .max = 32767, .value = "SECONDS|system", SYSTEM_NUMBER, .help = "with keepalive: time between probes"),
	OPT(struct tcp_opts, linger2, OPT_INT, .name = "linger2", .aliases = "tcp-linger2", .min = 1, .max = 120,
	    .value = "SECONDS|system", SYSTEM_NUMBER, .help = "wait for the peer's end after ours (TCP_LINGER2)"),
	OPT(struct tcp_opts, mss, OPT_INT, .name = "maxseg", .aliases = "mss\0tcp-maxseg", .min = 88, .max = 32767,
	    .value = "N|system", SYSTEM_NUMBER, .help = "largest segment in bytes (TCP_MAXSEG)"),
	OPT(struct tcp_opts, nodelay, OPT_BOOL, .name = "nodelay", .aliases = "tcp-nodelay", .def = "yes",
	    .help = "send small pieces at once (TCP_NODELAY)"),
	OPT(struct tcp_opts, reuseaddr, OPT_BOOL, .name = "reuseaddr", .aliases = "so-reuseaddr", .def = "yes",
	    .help = "a listener may start again at once (SO_REUSEADDR)"),
	OPT(struct tcp_opts, reuseport, OPT_BOOL, .name = "reuseport", .aliases = "so-reuseport",
	    .help = "several listeners may share the port"),
	OPT(struct tcp_opts, syncnt, OPT_INT, .name = "syncnt", .aliases = "tcp-syncnt", .min = 1, .max = 127,
	    .value = "N|system", SYSTEM_NUMBER, .help = "attempts of the kernel to connect (TCP_SYNCNT)"),
	OPT(struct tcp_opts, tos, OPT_INT, .name = "tos", .aliases = "ip-tos", .max = 255, .words = "system",
	    .def = "system", .value = "N|system", .help = "type of service or traffic class"),
	OPT(struct tcp_opts, ttl, OPT_INT, .name = "ttl", .aliases = "ip-ttl", .min = 1, .max = 255, .words = "system",
	    .def = "system", .value = "N|system", .help = "time to live or hop limit"),
	OPT(struct tcp_opts, window, OPT_INT, .name = "window-clamp", .aliases = "tcp-window-clamp", .min = 1,
	    .max = INT_MAX, .value = "N|system", SYSTEM_NUMBER, .help = "largest receive window in bytes"),
	OPT_END,
};

static int
sockopt_set(int fd, int level, int name, int value)
{
	int error = FAULT("sockopt");

	if (error != 0)
		return -error;
	return setsockopt(fd, level, name, &value, sizeof(value)) == -1 ? -errno : 0;
}

static int
sockopt_set_word(int fd, int level, int name, const char *word)
{
	return setsockopt(fd, level, name, word, (socklen_t)strlen(word)) == -1 ? -errno : 0;
}

struct sockopt_step {
	const char *what;
	bool is_wanted;
	int level, name, value;
};

static int
sockopt_steps(int fd, const struct sockopt_step *steps, size_t n, const char **what)
{
	for (size_t i = 0; i < n; i++) {
		int error = steps[i].is_wanted ? sockopt_set(fd, steps[i].level, steps[i].name, steps[i].value) : 0;

		if (error != 0) {
			*what = steps[i].what;
			return error;
		}
	}
	return 0;
}

int
sockopt_apply(int fd, const struct sock_opts *o, const char **what)
{
	const struct sockopt_step steps[] = {
		{ "priority", o->priority != OPT_INT_WORD(0), SOL_SOCKET, SO_PRIORITY, o->priority },
		{ "sndbuf", o->sndbuf != 0, SOL_SOCKET, SO_SNDBUF, (int)o->sndbuf },
		{ "rcvbuf", o->rcvbuf != 0, SOL_SOCKET, SO_RCVBUF, (int)o->rcvbuf },
	};
	struct linger linger = { .l_onoff = 1, .l_linger = o->linger };
	int error = sockopt_steps(fd, steps, sizeof(steps) / sizeof(*steps), what);

	if (error != 0 || o->linger == OPT_INT_WORD(0))
		return error;
	*what = "so-linger";
	return setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)) == -1 ? -errno : 0;
}

int
sockopt_apply_tcp(int fd, int family, const struct tcp_opts *o, const char **what)
{
	const bool is_v6 = family == AF_INET6;
	const int level = is_v6 ? IPPROTO_IPV6 : IPPROTO_IP, unset = OPT_INT_WORD(0);
	const struct sockopt_step steps[] = {
		{ "nodelay", o->nodelay, IPPROTO_TCP, TCP_NODELAY, 1 },
		{ "keepalive", o->keepalive, SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ "reuseport", o->reuseport, SOL_SOCKET, SO_REUSEPORT, 1 },
		{ "cork", o->cork, IPPROTO_TCP, TCP_CORK, 1 },
		{ "freebind", o->freebind, IPPROTO_IP, IP_FREEBIND, 1 },
		{ "keepidle", o->keepidle != unset, IPPROTO_TCP, TCP_KEEPIDLE, o->keepidle },
		{ "keepintvl", o->keepintvl != unset, IPPROTO_TCP, TCP_KEEPINTVL, o->keepintvl },
		{ "keepcnt", o->keepcnt != unset, IPPROTO_TCP, TCP_KEEPCNT, o->keepcnt },
		{ "linger2", o->linger2 != unset, IPPROTO_TCP, TCP_LINGER2, o->linger2 },
		{ "maxseg", o->mss != unset, IPPROTO_TCP, TCP_MAXSEG, o->mss },
		{ "syncnt", o->syncnt != unset, IPPROTO_TCP, TCP_SYNCNT, o->syncnt },
		{ "window-clamp", o->window != unset, IPPROTO_TCP, TCP_WINDOW_CLAMP, o->window },
		{ "defer-accept", o->defer_accept != unset, IPPROTO_TCP, TCP_DEFER_ACCEPT, o->defer_accept },
		{ "ttl", o->ttl != unset, level, is_v6 ? IPV6_UNICAST_HOPS : IP_TTL, o->ttl },
		{ "tos", o->tos != unset, level, is_v6 ? IPV6_TCLASS : IP_TOS, o->tos },
	};
	int error = sockopt_steps(fd, steps, sizeof(steps) / sizeof(*steps), what);

	if (error == 0 && o->congestion != NULL) {
		*what = "congestion";
		error = sockopt_set_word(fd, IPPROTO_TCP, TCP_CONGESTION, o->congestion);
	}
	if (error != 0 || o->device == NULL)
		return error;
	*what = "bindtodevice";
	return sockopt_set_word(fd, SOL_SOCKET, SO_BINDTODEVICE, o->device);
}

/* What every socket begins with. Asked for once. */
static bool
sockopt_system_paces(int fd)
{
	static atomic_int known; /* 1: it does not, 2: it does */
	char name[SOCKOPT_CONGESTION_MAX] = "";
	socklen_t len = sizeof(name) - 1;

	if (known == 0)
		known = getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &len) == 0 && strncmp(name, "bbr", 3) == 0 ?
		    2 :
		    1;
	return known == 2;
}

void
sockopt_do_not_pace(int fd, const struct tcp_opts *o)
{
	static const char name[] = "reno"; /* always there; without it it is only slower */

	if (o->congestion == NULL && sockopt_system_paces(fd))
		(void)setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, sizeof(name) - 1);
}
