/*
 * A writer holds a lock on his file in tmp/ (jobs_lock.h), but for a moment after he has made it: so a file without one is left alone
 * for a while.
 */
#include "endpoint/jobs_sweep.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "endpoint/jobs_lock.h"

#define SWEEP_AGE 60 /* s */

struct sweep {
	const struct jobs_dir *dir;
	const struct log_who *who;
};

static bool
sweep_is_left(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && time(NULL) - st.st_mtime > SWEEP_AGE &&
	    !jobs_lock_is_held(fd);
}

static void
sweep_look(const char *name, void *arg)
{
	const struct sweep *s = arg;
	char path[sizeof("tmp/") + 255];
	int fd;

	jobs_path(JOBS_TMP, name, path, sizeof(path));
	fd = openat(s->dir->fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd == -1)
		return;
	if (sweep_is_left(fd) && unlinkat(s->dir->fd, path, 0) == 0)
		log_msg(LOG_INFO, s->who, "%s removed: its writer died before the message was complete", path);
	io_close(&fd);
}

void
jobs_sweep(const struct jobs_dir *d, const struct log_who *who)
{
	struct sweep s = { .dir = d, .who = who };

	jobs_dir_list(d, JOBS_TMP, sweep_look, &s);
}
