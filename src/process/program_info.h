#ifndef IPCWIRE_PROGRAM_INFO_H
#define IPCWIRE_PROGRAM_INFO_H

#include <stdbool.h>

#include "process/program_elf.h"

/* What a program is, found out by looking at its file: "#!" lines are followed to the program that runs in the end. */
struct program_info {
	int error;  /* 0; or -errno: nothing is known but the name */
	char *name; /* how it is called, without directories: "awk" */
	char *file; /* what runs in the end: "/usr/bin/mawk", links resolved; or NULL */
	bool is_script;
	bool is_secure; /* set-uid, set-gid, or with capabilities: the loader takes nothing from us */
	struct program_elf elf;
};

/*
 * Looks at `file` (a relative one is looked for in dir, NULL: the current directory), called `name`; interpreters that
 * "#!/usr/bin/env" looks for are searched in `search` (NULL: PATH).
 */
void program_inspect(struct program_info *, const char *name, const char *file, const char *dir, const char *search);
void program_info_fini(struct program_info *);

#endif
