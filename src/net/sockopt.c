/* Socket options: the tables, and setting them. socket(7), tcp(7), ip(7), ipv6(7). */
#include "net/sockopt.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"

#define SYSTEM_WORD ((const char *const[]){ "system", NULL })
#define ALIASES(...) ((const char *const[]){ __VA_ARGS__, NULL })

const struct opt_desc sock_opts_table[] = {
	OPT(struct sock_opts, sndbuf, OPT_SIZE, .name = "sndbuf", .aliases = ALIASES("so-sndbuf"), .max = INT_MAX,
	    .help = "send buffer of the socket"),
	OPT(struct sock_opts, rcvbuf, OPT_SIZE, .name = "rcvbuf", .aliases = ALIASES("so-rcvbuf"), .max = INT_MAX,
	    .help = "receive buffer of the socket"),
	OPT(struct sock_opts, linger, OPT_INT, .name = "so-linger", .aliases = ALIASES("linger"), .max = 65535,
	    .words = SYSTEM_WORD, .def = "system", .value = "SECONDS|system", .help = "SO_LINGER; 0 resets on close"),
	OPT_END,
};

const struct opt_desc tcp_opts_table[] = {
	OPT(struct tcp_opts, bind, OPT_STRING, .name = "bind", .value = "ADDRESS[:PORT]",
	    .help = "local address, numeric"),
	OPT(struct tcp_opts, device, OPT_STRING, .name = "bindtodevice",
	    .aliases = ALIASES("so-bindtodevice", "interface", "if"), .value = "INTERFACE",
	    .help = "use only this interface"),
	OPT(struct tcp_opts, keepalive, OPT_BOOL, .name = "keepalive", .aliases = ALIASES("so-keepalive"),
	    .help = "probe a silent peer (SO_KEEPALIVE)"),
	OPT(struct tcp_opts, nodelay, OPT_BOOL, .name = "nodelay", .aliases = ALIASES("tcp-nodelay"), .def = "yes",
	    .help = "send small pieces at once (TCP_NODELAY)"),
	OPT(struct tcp_opts, reuseaddr, OPT_BOOL, .name = "reuseaddr", .aliases = ALIASES("so-reuseaddr"), .def = "yes",
	    .help = "a listener may start again at once (SO_REUSEADDR)"),
	OPT(struct tcp_opts, reuseport, OPT_BOOL, .name = "reuseport", .aliases = ALIASES("so-reuseport"),
	    .help = "several listeners may share the port"),
	OPT(struct tcp_opts, tos, OPT_INT, .name = "tos", .aliases = ALIASES("ip-tos"), .max = 255,
	    .words = SYSTEM_WORD, .def = "system", .value = "N|system", .help = "type of service or traffic class"),
	OPT(struct tcp_opts, ttl, OPT_INT, .name = "ttl", .aliases = ALIASES("ip-ttl"), .min = 1, .max = 255,
	    .words = SYSTEM_WORD, .def = "system", .value = "N|system", .help = "time to live or hop limit"),
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
		{ "ttl", o->ttl != unset, level, is_v6 ? IPV6_UNICAST_HOPS : IP_TTL, o->ttl },
		{ "tos", o->tos != unset, level, is_v6 ? IPV6_TCLASS : IP_TOS, o->tos },
	};
	int error = sockopt_steps(fd, steps, sizeof(steps) / sizeof(*steps), what);

	if (error != 0 || o->device == NULL)
		return error;
	*what = "bindtodevice";
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, o->device, (socklen_t)strlen(o->device)) == -1 ? -errno : 0;
}
