/* The file is complete, and as safe as sync= asks for, before its name is in new/. */
#include "endpoint/jobs_write.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "endpoint/jobs_lock.h"

#define WRITE_BUFFER (64u * 1024)
#define WRITE_PATH (JOB_NAME_SIZE + JOB_REPLY_SIZE)

void
jobs_write_init(struct jobs_writer *w, struct jobs_dir *dir, enum jobs_sync sync)
{
	*w = (struct jobs_writer){ .dir = dir, .sync = sync, .fd = -1 };
}

void
jobs_write_begin(struct jobs_writer *w, const struct job_head *like)
{
	char line[JOB_HEAD_SIZE];

	if (w->buf == NULL)
		w->buf = xmalloc(WRITE_BUFFER);
	w->name = jobs_dir_new_name(w->dir);
	w->head = like != NULL ? *like : (struct job_head){ 0 };
	if (w->head.has_asker)
		job_name_id(&w->name, w->head.reply);
	w->len = job_head_format(&w->head, line);
	memcpy(w->buf, line, w->len);
	w->is_open = true;
}

static void
jobs_write_path(const struct jobs_writer *w, enum jobs_place place, char path[WRITE_PATH])
{
	char name[JOB_NAME_SIZE];

	job_name_format(&w->name, name);
	jobs_path(place, name, path, WRITE_PATH);
}

static int
jobs_write_open(struct jobs_writer *w)
{
	char path[WRITE_PATH];
	int error;

	do {
		jobs_write_path(w, JOBS_TMP, path);
		w->fd = openat(w->dir->fd, path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (w->fd == -1 && errno != EEXIST)
			return -errno;
		if (w->fd == -1)
			w->name = jobs_dir_new_name(w->dir); /* another endpoint of ours in the same nanosecond */
	} while (w->fd == -1);
	error = w->dir->mode != 0600 && fchmod(w->fd, w->dir->mode) == -1 ? -errno : 0;
	if (error == 0)
		error = jobs_lock_hold(w->fd);
	if (error != 0) {
		unlinkat(w->dir->fd, path, 0);
		io_close(&w->fd);
	}
	return error;
}

/* All that is in memory goes to the file; what did not is kept. */
static int
jobs_write_spill(struct jobs_writer *w)
{
	size_t done = 0;
	int error = w->fd == -1 ? jobs_write_open(w) : 0;

	while (error == 0 && done < w->len) {
		const struct iovec iov = { w->buf + done, w->len - done };
		ssize_t n = io_writev(w->fd, &iov, 1);

		if (n < 0)
			error = (int)n;
		else
			done += (size_t)n;
	}
	memmove(w->buf, w->buf + done, w->len - done);
	w->len -= done;
	return error;
}

int
jobs_write_add(struct jobs_writer *w, const void *data, size_t len)
{
	const char *p = data;
	int error;

	if (!w->is_open)
		jobs_write_begin(w, NULL);
	while (len > 0) {
		const size_t room = WRITE_BUFFER - w->len, n = len < room ? len : room;

		memcpy(w->buf + w->len, p, n);
		w->len += n;
		w->head.crc = crc32c(w->head.crc, p, n);
		w->head.length += n;
		p += n;
		len -= n;
		if (w->len == WRITE_BUFFER && (error = jobs_write_spill(w)) != 0)
			return error;
	}
	return 0;
}

/* The first line, now that length and sum are known. In memory it stands at the beginning as long as there is no file. */
static int
jobs_write_head(struct jobs_writer *w)
{
	char line[JOB_HEAD_SIZE];
	const size_t n = job_head_format(&w->head, line);
	ssize_t written;

	if (w->fd == -1) {
		memcpy(w->buf, line, n);
		return jobs_write_spill(w);
	}
	if ((written = jobs_write_spill(w)) != 0)
		return (int)written;
	do
		written = pwrite(w->fd, line, n, 0);
	while (written == -1 && errno == EINTR);
	return written == (ssize_t)n ? 0 : written == -1 ? -errno : -EIO;
}

static int
jobs_write_sync(const struct jobs_writer *w)
{
	int error = FAULT("jobs.sync");

	if (error != 0)
		return -error;
	return w->sync != JOBS_SYNC_NONE && fdatasync(w->fd) == -1 ? -errno : 0;
}

static int
jobs_write_sync_dir(const struct jobs_writer *w, enum jobs_place place)
{
	int fd, error = 0;

	if (w->sync != JOBS_SYNC_FULL)
		return 0;
	fd = openat(w->dir->fd, jobs_place_name(place), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || fsync(fd) == -1)
		error = -errno;
	io_close(&fd);
	return error;
}

static void
jobs_write_end(struct jobs_writer *w)
{
	char path[WRITE_PATH];

	if (w->fd != -1) {
		jobs_write_path(w, JOBS_TMP, path);
		unlinkat(w->dir->fd, path, 0);
		io_close(&w->fd);
	}
	w->is_open = false;
	w->len = 0;
	w->head.length = 0;
}

/* A file of that name is never replaced. */
static int
jobs_write_name(struct jobs_writer *w, enum jobs_place place, const char *name)
{
	char from[WRITE_PATH], to[WRITE_PATH];

	jobs_write_path(w, JOBS_TMP, from);
	if (name != NULL)
		jobs_path(place, name, to, sizeof(to));
	else
		jobs_write_path(w, place, to);
	if (syscall(SYS_renameat2, w->dir->fd, from, w->dir->fd, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL) /* a file system that cannot do that */
		return -errno;
	return renameat(w->dir->fd, from, w->dir->fd, to) == -1 ? -errno : 0;
}

int
jobs_write_commit(struct jobs_writer *w, enum jobs_place place, const char *name)
{
	int error;

	if (!w->is_open)
		jobs_write_begin(w, NULL);
	error = jobs_write_head(w);
	if (error == 0)
		error = jobs_write_sync(w);
	if (error == 0)
		error = jobs_write_name(w, place, name);
	if (error != 0)
		return error;
	error = jobs_write_sync_dir(w, place);
	if (w->keeps != NULL) {
		*w->keeps = w->fd;
		w->fd = -1;
	} else
		io_close(&w->fd);
	jobs_write_end(w);
	return error;
}

uint64_t
jobs_write_len(const struct jobs_writer *w)
{
	return w->is_open ? w->head.length : 0;
}

void
jobs_write_fini(struct jobs_writer *w)
{
	if (w->dir != NULL)
		jobs_write_end(w);
	free(w->buf);
	*w = (struct jobs_writer){ .fd = -1 };
}
