/* Where a program is: the search that execvp(3) makes, done before fork so that its failure can be told well. */
#include "process/program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static int
program_look(const char *file)
{
	struct stat st;

	if (stat(file, &st) == -1)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return access(file, X_OK) == -1 ? -errno : 0;
}

int
program_find(const char *name, const char *search, char **file)
{
	int result = -ENOENT;

	*file = NULL;
	if (strchr(name, '/') != NULL) {
		*file = xstrdup(name); /* relative ones may be meant after chdir: exec will tell */
		return 0;
	}
	if (search == NULL && (search = getenv("PATH")) == NULL)
		search = "/usr/local/bin:/usr/bin:/bin";
	while (*name != '\0') {
		size_t len = strcspn(search, ":");
		char *try = xasprintf("%.*s%s%s", (int)len, search, len > 0 ? "/" : "", name);
		int error = program_look(try);

		if (error == 0) {
			*file = try;
			return 0;
		}
		free(try);
		if (error == -EACCES)
			result = -EACCES;
		if (search[len] == '\0')
			break;
		search += len + 1;
	}
	return result;
}
