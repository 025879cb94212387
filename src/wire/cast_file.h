#ifndef IPCWIRE_CAST_FILE_H
#define IPCWIRE_CAST_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/cast.h"
#include "base/output.h"

/*
 * A recording in a file. Each event is written when it comes, so that a crash costs none; the first failure ends the recording, because
 * one with a hole is of no use.
 */
struct cast_file {
	char *path; /* owned; NULL: not open */
	int fd;
	struct output output;
	struct cast_writer writer;
	uint64_t begun; /* of the clock */
	int error;      /* -errno of the first failure, told; 0 */
};

/* Makes the file with mode 0600; what has something in it is not overwritten. Returns 0 or -errno (told). */
int cast_file_open(struct cast_file *, const char *path);
void cast_file_put_header(struct cast_file *, const struct cast_header *);
/* An event at this moment. */
void cast_file_put(struct cast_file *, enum cast_code, const char *bytes, size_t len);
/* Returns 0, or -errno when the recording is not complete (told). Closing what is not open is fine. */
int cast_file_close(struct cast_file *);

#endif
