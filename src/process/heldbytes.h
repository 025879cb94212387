#ifndef IPCWIRE_HELDBYTES_H
#define IPCWIRE_HELDBYTES_H

#include <stddef.h>
#include <sys/types.h>

/*
 * What a process has printed into the buffer of its C library's stdout and not written yet: read out of its memory, from
 * where glibc keeps it. Nothing in the process is changed or stopped.
 */

#define HELDBYTES_SHOWN 64

enum heldbytes_state {
	HELDBYTES_SEEN,   /* len bytes, 0 or more, are held, for certain */
	HELDBYTES_UNSEEN, /* it cannot be told; why says the reason */
	HELDBYTES_STATE_N
};

struct heldbytes {
	enum heldbytes_state state;
	const char
	    *why; /* static text: UNSEEN, or what else about SEEN: a runtime that has buffers of its own; or NULL */
	const char *runtime; /* static text: "Python", ...; NULL: none that is known for buffers of its own */
	size_t len;
	char shown[HELDBYTES_SHOWN]; /* the first of them */
};

void heldbytes_look(pid_t pid, struct heldbytes *);

#endif
