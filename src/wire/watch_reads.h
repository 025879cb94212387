#ifndef IPCWIRE_WATCH_READS_H
#define IPCWIRE_WATCH_READS_H

#include "endpoint/endpoint.h"

enum watch_reading {
	WATCH_READING,        /* somebody at that end waits for what we send, and for nothing that is on its way */
	WATCH_NOT_READING,    /* not now */
	WATCH_READING_UNSEEN, /* it cannot be told, *why says why not */
};

/*
 * Whether the program at an end (in: what is read of it, out: what is written to it; the same or two, or one NULL), or one that it has
 * started, waits for input: it is blocked in a call that its input, pipe, socket or terminal, would end, with or without a time limit;
 * all that was written to it has been read, and all that it wrote has been read by us. Of a socket it is the process behind it, when that
 * is on this machine. Looks at /proc: some 100 us for a process.
 */
enum watch_reading watch_reads(const struct endpoint *in, const struct endpoint *out, const char **why);

#endif
