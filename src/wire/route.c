/* Topologies as routes. Every end is read by exactly one route and written by at most one. */
#include "wire/route.h"

#include <stddef.h>

/* clang-format off */
static const struct {
	char name[8];
	unsigned ends_min;
} topology_table[] = {
	[TOPOLOGY_PAIR]  = { "wire", 2 },
	[TOPOLOGY_CHAIN] = { "chain", 2 },
	[TOPOLOGY_TEE]   = { "tee", 2 },
	[TOPOLOGY_MERGE] = { "merge", 2 },
	[TOPOLOGY_HUB]   = { "hub", 1 },
};
/* clang-format on */
_Static_assert(sizeof(topology_table) / sizeof(*topology_table) == TOPOLOGY_N, "a row for every topology");

const char *
topology_name(enum topology t)
{
	return topology_table[t].name;
}

unsigned
topology_ends_min(enum topology t)
{
	return topology_table[t].ends_min;
}

unsigned
route_count(enum topology t, unsigned n)
{
	switch (t) {
	case TOPOLOGY_PAIR:
	case TOPOLOGY_MERGE:
		return 2;
	case TOPOLOGY_CHAIN:
	case TOPOLOGY_TEE:
		return n;
	case TOPOLOGY_HUB:
	case TOPOLOGY_N:
		break;
	}
	return 1;
}

static struct route
route_to_nobody(unsigned source)
{
	return (struct route){ .source = source, .nsources = 1 };
}

struct route
route_get(enum topology t, unsigned n, unsigned i)
{
	switch (t) {
	case TOPOLOGY_PAIR:
		return (struct route){ i, 1, 1 - i, 1 };
	case TOPOLOGY_CHAIN:
		return i + 1 < n ? (struct route){ i, 1, i + 1, 1 } : route_to_nobody(i);
	case TOPOLOGY_TEE:
		return i == 0 ? (struct route){ 0, 1, 1, n - 1 } : route_to_nobody(i);
	case TOPOLOGY_MERGE:
		return i == 0 ? (struct route){ 0, n - 1, n - 1, 1 } : route_to_nobody(n - 1);
	case TOPOLOGY_HUB:
	case TOPOLOGY_N:
		break;
	}
	return (struct route){ 0, n, 0, n };
}

bool
route_keeps_wire(enum topology t, struct route r)
{
	return t == TOPOLOGY_PAIR || r.nsinks > 0;
}

bool
route_reads(struct route r, unsigned position)
{
	return position >= r.source && position < r.source + r.nsources;
}

bool
route_writes(struct route r, unsigned position)
{
	return position >= r.sink && position < r.sink + r.nsinks;
}
