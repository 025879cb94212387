#ifndef IPCWIRE_TAP_RECORD_H
#define IPCWIRE_TAP_RECORD_H

#include "base/output.h"
#include "wire/tap.h"

/* -r and -R: a raw copy of one direction, appended to a file by all sessions. The tap's arg is a struct tap_record. */
struct tap_record {
	const char *path; /* borrowed; NULL: not open */
	int fd;
	struct output output;
	int error; /* -errno of the first failure, told; 0 */
	uint64_t copied, missing;
};

extern const struct tap_ops tap_record_ops;

/* Opens the file (made with mode 0600). Returns 0 or -errno (told). */
int tap_record_open(struct tap_record *, const char *path);
/* Returns 0, or -errno when the copy is not complete (told). Closing what was never opened is fine. */
int tap_record_close(struct tap_record *);

#endif
