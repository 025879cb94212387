#ifndef IPCWIRE_JOB_HEAD_H
#define IPCWIRE_JOB_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The first line of a message's file in a work queue, for cat(1) as much as for us; the message itself follows:
 *
 *	ipcwire-message 1 length=00000000000000000005 crc32c=c9420bd1 [reply=NAME [asker=waits]] [status=003]
 *
 * Words that are not known are passed over, so that later versions may add some. Pure.
 */
#define JOB_REPLY_SIZE 128
#define JOB_HEAD_SIZE 256 /* of the longest one, newline included */

struct job_head {
	uint64_t length;            /* of the message */
	uint32_t crc;               /* its CRC-32C */
	char reply[JOB_REPLY_SIZE]; /* what the answer is to be called; "": none is wanted */
	bool has_asker;             /* who asked holds a lock on the file while he waits (jobs_lock.h) */
	bool has_status;            /* of an answer: the exit status of what made it */
	unsigned status;            /* up to 255 */
	size_t size;                /* of the line, with its newline; set by the parser */
};

/* Returns the length of the line, the same for all lengths and sums. */
size_t job_head_format(const struct job_head *, char line[JOB_HEAD_SIZE]);
/* From the first len bytes of a file. Returns NULL, or what is wrong with them. */
const char *job_head_parse(const char *data, size_t len, struct job_head *);
/* A name for an answer: letters, digits, '.', '_', '-'; it does not begin with '.'. */
bool job_head_is_reply(const char *name, size_t len);

#endif
