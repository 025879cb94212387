/* Options of UDP sockets: udp(7), ip(7), ipv6(7). */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "net/sockopt.h"

#define SYSTEM_NUMBER .words = "system", .def = "system", .value = "N|system"

const struct opt_desc udp_opts_table[] = {
	OPT(struct udp_opts, bind, OPT_STRING, .name = "bind", .value = "ADDRESS[:PORT]",
	    .help = "local address, numeric"),
	OPT(struct udp_opts, device, OPT_STRING, .name = "bindtodevice", .aliases = "so-bindtodevice\0interface\0if",
	    .value = "INTERFACE", .help = "use only this interface"),
	OPT(struct udp_opts, broadcast, OPT_BOOL, .name = "broadcast", .aliases = "so-broadcast",
	    .help = "a broadcast address may be sent to (SO_BROADCAST)"),
	OPT(struct udp_opts, freebind, OPT_BOOL, .name = "freebind", .aliases = "ip-freebind\0ipfreebind",
	    .help = "the local address may be missing still (IP_FREEBIND)"),
	OPT(struct udp_opts, join, OPT_LIST, .name = "join",
	    .aliases = "ip-add-membership\0ipv6-join-group\0membership", .value = "GROUP[%INTERFACE]",
	    .help = "multicast groups to receive from"),
	OPT(struct udp_opts, multicast_if, OPT_STRING, .name = "multicast-if", .aliases = "ip-multicast-if",
	    .value = "INTERFACE", .help = "multicast goes out there"),
	OPT(struct udp_opts, multicast_loop, OPT_BOOL, .name = "multicast-loop", .aliases = "ip-multicast-loop\0mcloop",
	    .def = "yes", .help = "this machine hears its own multicast"),
	OPT(struct udp_opts, multicast_ttl, OPT_INT, .name = "multicast-ttl", .aliases = "ip-multicast-ttl", .max = 255,
	    SYSTEM_NUMBER, .help = "hops of multicast; the system's is 1"),
	OPT(struct udp_opts, reuseaddr, OPT_BOOL, .name = "reuseaddr", .aliases = "so-reuseaddr",
	    .help = "others may bind the address too, as multicast has it"),
	OPT(struct udp_opts, reuseport, OPT_BOOL, .name = "reuseport", .aliases = "so-reuseport",
	    .help = "processes of one user share the port"),
	OPT(struct udp_opts, tos, OPT_INT, .name = "tos", .aliases = "ip-tos", .max = 255, SYSTEM_NUMBER,
	    .help = "type of service or traffic class"),
	OPT(struct udp_opts, ttl, OPT_INT, .name = "ttl", .aliases = "ip-ttl", .min = 1, .max = 255, SYSTEM_NUMBER,
	    .help = "time to live or hop limit"),
	OPT_END,
};

struct udp_step {
	const char *what;
	bool is_wanted;
	int level, name, value;
};

/* Returns 0 or -errno; an unknown interface: -ENODEV. */
static int
udp_outgoing(int fd, bool is_v6, const char *interface)
{
	const unsigned index = if_nametoindex(interface);
	struct ip_mreqn where = { .imr_ifindex = (int)index };
	const int index6 = (int)index;

	if (index == 0 && (is_v6 || inet_pton(AF_INET, interface, &where.imr_address) != 1))
		return -ENODEV;
	if (is_v6)
		return setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index6, sizeof(index6)) == -1 ? -errno : 0;
	return setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &where, sizeof(where)) == -1 ? -errno : 0;
}

int
sockopt_apply_udp(int fd, int family, const struct udp_opts *o, const char **what)
{
	const bool is_v6 = family == AF_INET6;
	const int level = is_v6 ? IPPROTO_IPV6 : IPPROTO_IP, unset = OPT_INT_WORD(0);
	const struct udp_step steps[] = {
		{ "broadcast", o->broadcast, SOL_SOCKET, SO_BROADCAST, 1 },
		{ "reuseaddr", o->reuseaddr, SOL_SOCKET, SO_REUSEADDR, 1 },
		{ "reuseport", o->reuseport, SOL_SOCKET, SO_REUSEPORT, 1 },
		{ "freebind", o->freebind, IPPROTO_IP, IP_FREEBIND, 1 },
		{ "ttl", o->ttl != unset, level, is_v6 ? IPV6_UNICAST_HOPS : IP_TTL, o->ttl },
		{ "tos", o->tos != unset, level, is_v6 ? IPV6_TCLASS : IP_TOS, o->tos },
		{ "multicast-ttl", o->multicast_ttl != unset, level, is_v6 ? IPV6_MULTICAST_HOPS : IP_MULTICAST_TTL,
		    o->multicast_ttl },
		{ "multicast-loop", !o->multicast_loop, level, is_v6 ? IPV6_MULTICAST_LOOP : IP_MULTICAST_LOOP, 0 },
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		*what = steps[i].what;
		if (steps[i].is_wanted &&
		    setsockopt(fd, steps[i].level, steps[i].name, &steps[i].value, sizeof(int)) == -1)
			return -errno;
	}
	*what = "bindtodevice";
	if (o->device != NULL &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, o->device, (socklen_t)strlen(o->device) + 1) == -1)
		return -errno;
	*what = "multicast-if";
	return o->multicast_if != NULL ? udp_outgoing(fd, is_v6, o->multicast_if) : 0;
}

/* "GROUP", "GROUP%INTERFACE"; for IPv4 "GROUP:ADDRESS" too. Returns 0 or -errno. */
static int
udp_join(int fd, int family, const char *text)
{
	char *group = xstrdup(text), *interface = strpbrk(group, family == AF_INET ? "%:" : "%");
	struct ip_mreqn v4 = { 0 };
	struct ipv6_mreq v6 = { 0 };
	unsigned index = 0;
	int result = -EINVAL;

	if (interface != NULL) {
		*interface++ = '\0';
		index = if_nametoindex(interface);
	}
	v4.imr_ifindex = (int)index;
	v6.ipv6mr_interface = index;
	if (interface != NULL && index == 0 && inet_pton(AF_INET, interface, &v4.imr_address) != 1)
		result = -ENODEV;
	else if (inet_pton(AF_INET, group, &v4.imr_multiaddr) == 1)
		result = setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &v4, sizeof(v4)) == -1 ? -errno : 0;
	else if (inet_pton(AF_INET6, group, &v6.ipv6mr_multiaddr) == 1)
		result = setsockopt(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &v6, sizeof(v6)) == -1 ? -errno : 0;
	free(group);
	return result;
}

int
sockopt_join(int fd, int family, const struct udp_opts *o, const char **what)
{
	int error = 0;

	for (size_t i = 0; i < o->join.len && error == 0; i++) {
		*what = o->join.items[i];
		error = udp_join(fd, family, o->join.items[i]);
	}
	return error;
}
