#ifndef IPCWIRE_PROCREAD_H
#define IPCWIRE_PROCREAD_H

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "process/procfs.h"

/* Reading /proc/PID: texts for procfs.h, links, lists, and memory. Results are 0 or a count, errors -errno. */

/* The file NAME of the process (0: of /proc itself) as a string; -EFBIG when it does not fit. */
ssize_t procread_text(pid_t pid, const char *name, char *buf, size_t size);
/* The same, as long as it is, up to 4 MiB; the caller frees it. NULL: errno tells. */
char *procread_long_text(pid_t pid, const char *name);
/* The numbers that are names in a directory, one for each call; -1 at its end. */
int procread_next_number(DIR *);
DIR *procread_dir(pid_t pid, const char *name);
/* What a descriptor is, and the flags it was opened with. */
int procread_fd(pid_t pid, int fd, struct procfs_link *, int *flags);
/* Memory of the process; -EFAULT when less than all of it can be read. */
int procread_memory(pid_t pid, uint64_t address, void *to, size_t len);
/* True when its machine code is of our kind, so that the numbers of its system calls are ours; -errno. */
int procread_is_like_us(pid_t pid);

#endif
