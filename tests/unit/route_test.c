/* Topologies: every pair of positions that hears each other, and what every end is promised. */
#include "wire/route.h"

#include "unit.h"

/* Row by source, column by sink: '1' where bytes go; n ends. */
static const struct {
	enum topology topology;
	unsigned n;
	const char *hears;
} tables[] = {
	{ TOPOLOGY_PAIR, 2, "01 10" }, { TOPOLOGY_CHAIN, 2, "01 00" }, { TOPOLOGY_CHAIN, 4, "0100 0010 0001 0000" },
	{ TOPOLOGY_TEE, 2, "01 00" }, { TOPOLOGY_TEE, 4, "0111 0000 0000 0000" }, { TOPOLOGY_MERGE, 2, "01 00" },
	{ TOPOLOGY_MERGE, 4, "0001 0001 0001 0000" }, { TOPOLOGY_HUB, 1, "1" },
	{ TOPOLOGY_HUB, 3, "111 111 111" }, /* that nobody hears himself is the pump's */
};

static bool
is_heard(enum topology t, unsigned n, unsigned from, unsigned to)
{
	for (unsigned i = 0; i < route_count(t, n); i++)
		if (route_reads(route_get(t, n, i), from) && route_writes(route_get(t, n, i), to))
			return true;
	return false;
}

static void
knows_who_hears_whom(void)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (unsigned from = 0; from < tables[i].n; from++)
			for (unsigned to = 0; to < tables[i].n; to++)
				CHECK_INT(is_heard(tables[i].topology, tables[i].n, from, to),
				    tables[i].hears[from * (tables[i].n + 1) + to] == '1');
}

static void
reads_every_end_once_and_writes_it_at_most_once(void)
{
	for (int t = 0; t < TOPOLOGY_N; t++) {
		const unsigned most = t == TOPOLOGY_PAIR ? 2 : 9;

		for (unsigned n = topology_ends_min((enum topology)t); n <= most; n++)
			for (unsigned end = 0; end < n; end++) {
				unsigned reads = 0, writes = 0;

				for (unsigned i = 0; i < route_count((enum topology)t, n); i++) {
					reads += route_reads(route_get((enum topology)t, n, i), end);
					writes += route_writes(route_get((enum topology)t, n, i), end);
				}
				CHECK_INT(reads, 1);
				CHECK(writes <= 1);
			}
	}
}

static void
lets_answers_to_nobody_end_no_topology(void)
{
	const struct route nobody = { .source = 1, .nsources = 1 };

	CHECK(route_keeps_wire(TOPOLOGY_PAIR, nobody));
	CHECK(!route_keeps_wire(TOPOLOGY_TEE, nobody));
	CHECK(route_keeps_wire(TOPOLOGY_TEE, route_get(TOPOLOGY_TEE, 3, 0)));
}

static const struct unit_test tests[] = {
	TEST(knows_who_hears_whom),
	TEST(reads_every_end_once_and_writes_it_at_most_once),
	TEST(lets_answers_to_nobody_end_no_topology),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
