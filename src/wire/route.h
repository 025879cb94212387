#ifndef IPCWIRE_ROUTE_H
#define IPCWIRE_ROUTE_H

#include <stdbool.h>

/* Topologies: which positions of a wire hear which. A position is the place of an address on the command line. Pure. */

enum topology {
	TOPOLOGY_PAIR,  /* two ends, each hears the other */
	TOPOLOGY_CHAIN, /* each end's output is the next one's input */
	TOPOLOGY_TEE,   /* the first one's output goes to all the others */
	TOPOLOGY_MERGE, /* all outputs go to the last one */
	TOPOLOGY_HUB,   /* every end hears all the others */
	TOPOLOGY_N
};

/* Bytes from a run of positions to a run of positions. nsinks 0: read, counted and discarded. */
struct route {
	unsigned source, nsources;
	unsigned sink, nsinks;
};

const char *topology_name(enum topology);
/* What is said of it when there are too few ends; "a wire has two ends". */
unsigned topology_ends_min(enum topology);

/* The number of routes among n positions, and each of them. */
unsigned route_count(enum topology, unsigned n);
struct route route_get(enum topology, unsigned n, unsigned i);
/* True when the wire is not over before this route is. */
bool route_keeps_wire(enum topology, struct route);
/* A position is in a run. */
bool route_reads(struct route, unsigned position);
bool route_writes(struct route, unsigned position);

#endif
