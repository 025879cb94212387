#ifndef IPCWIRE_PROGRAM_H
#define IPCWIRE_PROGRAM_H

/*
 * Finds a program as execvp(3) does: a name with a slash is itself, any other is looked up in the search
 * path (NULL: PATH of the environment). Returns 0 and the file in *file (the caller frees it); -ENOENT when there
 * is none, -EACCES when the only ones found may not be executed, *file NULL then.
 */
int program_find(const char *name, const char *search, char **file);

#endif
