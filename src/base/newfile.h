#ifndef IPCWIRE_NEWFILE_H
#define IPCWIRE_NEWFILE_H

#include <stdbool.h>
#include <sys/types.h>

/* A file that gets its name when it is complete. Until then nobody sees it, and nothing of it stays behind. */
struct newfile {
	int fd;     /* the caller's; -1 before */
	char *temp; /* where the file system knows no files without a name: a name beside the final one; or NULL */
};

/* For reading and writing, in the directory of the path. Returns 0 or -errno. */
int newfile_open(struct newfile *, const char *path, mode_t mode);
/* Gives it the name; replaces: what has it now, else that is -EEXIST. Returns 0 or -errno. */
int newfile_publish(struct newfile *, const char *path, bool replaces);
/* Forgets it; without a name by now it is gone. The descriptor is not closed. */
void newfile_fini(struct newfile *);

#endif
