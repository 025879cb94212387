#ifndef IPCWIRE_CAST_OPTS_H
#define IPCWIRE_CAST_OPTS_H

#include <stdint.h>

/* The options of cast:FILE in its spec, for those who make one. */
struct cast_opts {
	double speed;       /* 0: as fast as it goes */
	int64_t idle_limit; /* 0: the recording's own */
};

/* The address of a recording in a file of any name. The caller frees it. */
char *cast_address(const char *path);

#endif
