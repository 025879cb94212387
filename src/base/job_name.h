#ifndef IPCWIRE_JOB_NAME_H
#define IPCWIRE_JOB_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The name of a message's file in a work queue:
 *
 *	SECONDS.NANOSECONDS-PID-SERIAL,ATTEMPTS[,SECONDS.NANOSECONDS]
 *
 * When and by whom it was written, which is what it is known by; how often it was handed to a worker; and, of one that waits
 * after a failure, when it may be handed out again. Pure.
 */
struct job_name {
	uint64_t time; /* ns since 1970 */
	uint32_t pid, serial;
	uint32_t attempts;
	uint64_t due; /* ns since 1970; 0: now */
};

#define JOB_NAME_SIZE 96 /* of the longest one, with its NUL */

void job_name_format(const struct job_name *, char text[JOB_NAME_SIZE]);
/* What it is known by: without attempts and due time. */
void job_name_id(const struct job_name *, char text[JOB_NAME_SIZE]);
/* False: no such name. */
bool job_name_parse(const char *text, struct job_name *);
/* By which time it has its place in the queue. */
uint64_t job_name_place(const struct job_name *);
/* The order in which messages are handed out; 0 only for the same name. */
int job_name_compare(const struct job_name *, const struct job_name *);

#endif
