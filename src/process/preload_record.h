#ifndef IPCWIRE_PRELOAD_RECORD_H
#define IPCWIRE_PRELOAD_RECORD_H

#include <stdint.h>

/*
 * What the preload object (preload/preload.c, inside a child) and ipcwire agree on. The object is told by a variable
 *
 *	IPCWIRE_PRELOAD=line:/proc/PID/fd/N:MAJOR:MINOR:INODE        or none:..., or without what follows the first colon
 *
 * what to do with stdout and where to report: a memory file of ours, opened by that path only if it still is the file with
 * that device and inode (in another PID namespace the path is somebody else's). It is a table of PRELOAD_SLOTS records; a
 * process writes the one at its pid modulo their number, whole, and keeps no descriptor.
 */
#define PRELOAD_VARIABLE "IPCWIRE_PRELOAD"
#define PRELOAD_SLOTS 65536

enum preload_flag {
	PRELOAD_GLIBC = 1 << 0,
	PRELOAD_MUSL = 1 << 1,
	PRELOAD_DONE = 1 << 2,   /* stdout has the buffering that was asked for; else one of these: */
	PRELOAD_TTY = 1 << 3,    /* it is a terminal */
	PRELOAD_CLOSED = 1 << 4, /* there is no descriptor 1 */
	PRELOAD_NULL = 1 << 5,   /* it is /dev/null */
	PRELOAD_SANITIZER = 1 << 6,
	PRELOAD_NO_STDIO = 1 << 7, /* the program has no C library with a stdout */
};

struct preload_record {
	uint32_t pid;    /* as the process knows itself */
	uint32_t flags;  /* of enum preload_flag */
	uint64_t base;   /* where the object is mapped: what tells this program from a later one of the same pid */
	uint64_t out;    /* the FILE of its stdout, 0: none */
	uint64_t unused; /* 0 */
};

_Static_assert(sizeof(struct preload_record) == 32, "the same for every program");

#endif
