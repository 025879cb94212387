/* Links to pseudo-terminals, whose numbers are used again: so a link that leads somewhere is taken for somebody's. */
#include "process/pty_link.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

/* The link may be replaced: it led to a terminal that is not there any more. That it is ours by chance is as good. */
static bool
pty_link_is_stale(const char *path, const char *terminal)
{
	char target[PATH_MAX];
	const ssize_t n = readlink(path, target, sizeof(target) - 1);
	struct stat st;

	if (n <= 0)
		return false;
	target[n] = '\0';
	if (strcmp(target, terminal) == 0)
		return true;
	return strncmp(target, "/dev/pts/", 9) == 0 && stat(path, &st) == -1 && errno == ENOENT;
}

static bool
pty_link_is_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

/* In one step: there is no moment without a link. */
static int
pty_link_replace(const char *terminal, const char *path)
{
	char *temp = xasprintf("%s.%ld", path, (long)getpid());
	int error = symlink(terminal, temp) == -1 ? -errno : 0;

	if (error == 0 && rename(temp, path) == -1) {
		error = -errno;
		unlink(temp);
	}
	free(temp);
	return error;
}

int
pty_link_make(const char *terminal, const char *path, bool is_early)
{
	if (symlink(terminal, path) == 0)
		return 0;
	if (errno != EEXIST)
		return -errno;
	if (is_early ? !pty_link_is_link(path) : !pty_link_is_stale(path, terminal))
		return -EEXIST;
	return pty_link_replace(terminal, path);
}
