#ifndef IPCWIRE_READY_H
#define IPCWIRE_READY_H

#include <stdbool.h>

struct endpoint;
struct endpoint_env;

/*
 * When a run is ready: all listeners that it begins with are up; or, when it has none, its wire runs. Told once; whoever
 * opens a listener or starts a wire says so, and need not know who asked.
 */
struct ready {
	unsigned awaited; /* listeners that are not up yet */
	bool is_told;
	void (*announce)(void *arg);                                          /* NULL: nobody asked */
	void (*count)(unsigned long running, unsigned long total, void *arg); /* NULL: nobody asked */
	void *arg;
};

/* A listener is up: its clients get through to us. Counted once for each. */
void ready_listener(struct endpoint *);
/* The wire runs; that counts when no listener is awaited. */
void ready_wire(struct endpoint_env *);
/* So many sessions run, so many there were. */
void ready_count(struct endpoint_env *, unsigned long running, unsigned long total);

#endif
