/* The table of reports: a sealed memory file, which a child opens through /proc and leaves nothing open of. */
#include "process/preload_report.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "process/preload_find.h"

struct preload_reports {
	int fd;
	dev_t dev;
	ino_t ino;
};

struct preload_reports *
preload_reports_new(void)
{
	struct preload_reports *r;
	struct stat st;
	int fd = memfd_create("ipcwire-preload", MFD_CLOEXEC | MFD_ALLOW_SEALING), error;

	if (fd == -1)
		return NULL;
	if (ftruncate(fd, (off_t)(PRELOAD_SLOTS * sizeof(struct preload_record))) == -1 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == -1 || fstat(fd, &st) == -1) {
		error = errno;
		io_close(&fd);
		errno = error;
		return NULL;
	}
	r = xcalloc(1, sizeof(*r));
	*r = (struct preload_reports){ .fd = fd, .dev = st.st_dev, .ino = st.st_ino };
	return r;
}

void
preload_reports_free(struct preload_reports *r)
{
	if (r == NULL)
		return;
	io_close(&r->fd);
	free(r);
}

char *
preload_variable(const struct preload_reports *r, bool is_unbuffered)
{
	const char *mode = is_unbuffered ? "none" : "line";

	if (r == NULL)
		return xasprintf(PRELOAD_VARIABLE "=%s", mode);
	return xasprintf(PRELOAD_VARIABLE "=%s:/proc/%d/fd/%d:%u:%u:%ju", mode, (int)getpid(), r->fd, major(r->dev),
	    minor(r->dev), (uintmax_t)r->ino);
}

static off_t
preload_slot(pid_t pid)
{
	return (off_t)((size_t)pid % PRELOAD_SLOTS * sizeof(struct preload_record));
}

bool
preload_report_get(const struct preload_reports *r, pid_t pid, struct preload_record *record)
{
	return r != NULL && pread(r->fd, record, sizeof(*record), preload_slot(pid)) == (ssize_t)sizeof(*record) &&
	    record->pid == (uint32_t)pid;
}

void
preload_report_forget(const struct preload_reports *r, pid_t pid)
{
	const struct preload_record none = { 0 };
	struct preload_record old;

	if (preload_report_get(r, pid, &old) &&
	    pwrite(r->fd, &none, sizeof(none), preload_slot(pid)) != (ssize_t)sizeof(none))
		log_errno(LOG_DEBUG, NULL, errno, "cannot clear a report");
}

int
preload_is_mapped(pid_t pid, uint64_t base)
{
	char path[32], *line = NULL;
	size_t size = 0;
	int found = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return -errno;
	while (found == 0 && getline(&line, &size, f) != -1)
		if (strstr(line, "/" PRELOAD_OBJECT "\n") != NULL)
			found = base == 0 || strtoull(line, NULL, 16) == base;
	if (ferror(f))
		found = -EIO;
	free(line);
	fclose(f);
	return found;
}
