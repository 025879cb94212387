/* Where the files are that go into children. */
#include "process/preload_find.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

static char *
preload_own_directory(void)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (len <= 0)
		return NULL;
	path[len] = '\0';
	slash = strrchr(path, '/');
	return slash != NULL ? xstrndup(path, (size_t)(slash - path)) : NULL;
}

static char *
preload_try(const char *base, const char *below)
{
	char *dir = base != NULL ? xasprintf("%s%s", base, below) : NULL;
	char *file = dir != NULL ? xasprintf("%s/" PRELOAD_OBJECT, dir) : NULL;

	if (file != NULL && access(file, R_OK) == 0) {
		free(file);
		return dir;
	}
	free(file);
	free(dir);
	return NULL;
}

/* Without "..": the path is seen in the environment of children, and in their maps. */
static char *
preload_try_beside(const char *own)
{
	const char *slash = own != NULL ? strrchr(own, '/') : NULL;
	char *prefix = slash != NULL ? xstrndup(own, (size_t)(slash - own)) : NULL;
	char *dir = preload_try(prefix, "/lib/ipcwire");

	free(prefix);
	return dir;
}

int
preload_find(char **dir)
{
	char *own = preload_own_directory();

	*dir = preload_try(own, "");
	if (*dir == NULL)
		*dir = preload_try_beside(own);
	if (*dir == NULL)
		*dir = preload_try(IPCWIRE_LIBDIR, "/ipcwire");
	free(own);
	if (*dir == NULL)
		return -ENOENT;
	return strpbrk(*dir, ": \t\n") != NULL ? -EINVAL : 0;
}
