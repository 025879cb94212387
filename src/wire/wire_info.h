#ifndef IPCWIRE_WIRE_INFO_H
#define IPCWIRE_WIRE_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/wire.h"

/* What there is to tell of a wire at one moment. */

#define WIRE_FLOWS 2 /* forward and backward */

struct wire_flow {
	struct plan_path path;
	bool is_known;     /* false: nobody counts the bytes (direct) */
	uint64_t in, out;  /* bytes read, and taken by the next hop */
	uint64_t waiting;  /* bytes read that were not taken yet */
	uint64_t size;     /* what the source will have given at its end; UINT64_MAX: unknown */
	uint64_t messages; /* reads that gave something */
	uint64_t calls;    /* system calls of ours that read, write or splice */
};

struct wire_info {
	unsigned long session; /* 0: the only one */
	const char *state;
	const char *names[WIRE_FLOWS];      /* first and last end: the peer, or the address; the wire's */
	struct wire_flow flows[WIRE_FLOWS]; /* forward, and (a pair) backward */
	uint64_t age, idle;                 /* ns */
	uint64_t missed;                    /* bytes that those who are there now did not get for being slow */
	bool is_member;                     /* a client that is one of a wire's ends: flows are from it, and to it */
	bool is_elsewhere;  /* another process has it: its bytes, idle time and plan are not known here */
	const char *reason; /* of its end, the wire's; "" as long as none is known */
};

void wire_get_info(const struct wire *, struct wire_info *);
/* The clients that are ends of it now, and each of them. */
unsigned wire_nmembers(const struct wire *);
/* There were so many since the start. */
unsigned long wire_nmembers_ever(const struct wire *);
void wire_get_member_info(const struct wire *, unsigned i, struct wire_info *);
/* A line for each listener among the ends that has refused clients: how many, and why. The caller frees it. */
char *wire_describe_refusals(const struct wire *, bool is_utf8);

#endif
