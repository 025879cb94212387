/* Files that get their name when they are complete: without one by O_TMPFILE, or under another one. */
#include "base/newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"

static char *
newfile_dir(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return xstrdup(".");
	return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

/* Hidden, and nobody else's: the process has it once. */
static char *
newfile_temp(const char *path)
{
	static atomic_uint n;
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;

	return xasprintf("%.*s.%s.%ld-%u", (int)(name - path), path, name, (long)getpid(), atomic_fetch_add(&n, 1));
}

int
newfile_open(struct newfile *f, const char *path, mode_t mode)
{
	char *dir = newfile_dir(path);
	int error = 0;

	*f = (struct newfile){ .fd = io_open(dir, O_TMPFILE | O_RDWR, mode) };
	free(dir);
	if (f->fd == -EOPNOTSUPP || f->fd == -EISDIR) {
		f->temp = newfile_temp(path);
		f->fd = io_open(f->temp, O_RDWR | O_CREAT | O_EXCL, mode);
	}
	if (f->fd < 0) {
		error = f->fd;
		free(f->temp);
		*f = (struct newfile){ .fd = -1 };
	}
	return error;
}

static int
newfile_link(const struct newfile *f, const char *path)
{
	char own[64];

	if (f->temp != NULL)
		return link(f->temp, path) == -1 ? -errno : 0;
	snprintf(own, sizeof(own), "/proc/self/fd/%d", f->fd);
	return linkat(AT_FDCWD, own, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == -1 ? -errno : 0;
}

int
newfile_publish(struct newfile *f, const char *path, bool replaces)
{
	int error;

	if (!replaces) {
		error = newfile_link(f, path);
		if (error == 0)
			newfile_fini(f);
		return error;
	}
	if (f->temp == NULL) {
		char *temp = newfile_temp(path);

		error = newfile_link(f, temp);
		if (error != 0) {
			free(temp);
			return error;
		}
		f->temp = temp;
	}
	if (rename(f->temp, path) == -1)
		return -errno;
	free(f->temp);
	f->temp = NULL;
	return 0;
}

void
newfile_fini(struct newfile *f)
{
	if (f->temp != NULL)
		unlink(f->temp);
	free(f->temp);
	f->temp = NULL;
}
