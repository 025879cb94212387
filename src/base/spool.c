/*
 * Theory of operation. File byte `off - base` is stream byte off; the file is only appended to, holds
 * [base, end), and is punched behind the slowest reader. When that one reaches end the file is cut to
 * nothing and base moves to end. Written and read in big pieces through buffers of queue memory: one block
 * for the writer, taken by spool_space and given back when spool_commit has written it, and for each reader
 * a view [at, at + len) of the stream, loaded when its cursor is not inside.
 *
 * If the file takes no more the rest of the block stays: block_len > 0, stream bytes [end, end + block_len),
 * and the spool is full. Each time room was made in the file the write is tried again. A view is filled from
 * file and block alike, so readers do not know.
 */
#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/queue.h"

#define PUNCH_STEP (16u * 1024 * 1024)

struct spool_view {
	unsigned char *buf; /* NULL: none */
	size_t size, len;
	uint64_t at;
};

struct spool {
	int fd;
	unsigned nviews;
	uint64_t base, end;   /* what the file holds */
	uint64_t punched;     /* no disk blocks before this */
	unsigned char *block; /* NULL: none */
	size_t block_size;
	size_t block_at, block_len; /* bytes of it that the file did not take */
	struct spool_view *views;
};

static int
file_open(const char *dir)
{
	char path[4096];
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	/* Some file systems know no O_TMPFILE and say one of these. */
	if (fd == -1 && errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT)
		return -errno;
	if (fd != -1)
		return fd;
	if ((size_t)snprintf(path, sizeof(path), "%s/ipcwire-XXXXXX", dir) >= sizeof(path))
		return -ENAMETOOLONG;
	if ((fd = mkostemp(path, O_CLOEXEC)) == -1)
		return -errno;
	unlink(path);
	return fd;
}

int
spool_open(struct spool **result, const char *dir, unsigned nreaders)
{
	int fd = file_open(dir);
	struct spool *s;

	if (fd < 0)
		return fd;
	s = xcalloc(1, sizeof(*s));
	s->fd = fd;
	spool_set_readers(s, nreaders);
	*result = s;
	return 0;
}

void
spool_set_readers(struct spool *s, unsigned nreaders)
{
	s->views = xreallocarray(s->views, nreaders, sizeof(*s->views));
	for (; s->nviews < nreaders; s->nviews++)
		s->views[s->nviews] = (struct spool_view){ 0 };
}

static void
block_give(struct spool *s)
{
	queue_memory_give(s->block, s->block_size);
	s->block = NULL;
	s->block_len = 0;
}

static void
view_give(struct spool_view *v)
{
	if (v->buf != NULL)
		queue_memory_give(v->buf, v->size);
	*v = (struct spool_view){ 0 };
}

void
spool_close(struct spool *s)
{
	if (s->block != NULL)
		block_give(s);
	for (unsigned i = 0; i < s->nviews; i++)
		view_give(&s->views[i]);
	close(s->fd);
	free(s->views);
	free(s);
}

bool
spool_is_empty(const struct spool *s)
{
	return s->base == s->end && s->block_len == 0;
}

bool
spool_is_full(const struct spool *s)
{
	return s->block_len > 0;
}

bool
spool_is_offered(const struct spool *s)
{
	return s->block != NULL && s->block_len == 0;
}

uint64_t
spool_end(const struct spool *s)
{
	return s->end + s->block_len;
}

int
spool_space(struct spool *s, uint64_t at, size_t min, struct iovec *iov)
{
	if (spool_is_full(s))
		return 0;
	if (spool_is_empty(s))
		s->base = s->end = s->punched = at;
	if (s->block != NULL && s->block_size < min)
		block_give(s);
	if (s->block == NULL) {
		s->block_size = queue_memory_size(MAX(min, QUEUE_SMALL));
		if ((s->block = queue_memory_take(s->block_size)) == NULL)
			return -ENOMEM;
	}
	*iov = (struct iovec){ .iov_base = s->block, .iov_len = s->block_size };
	return 1;
}

/* Moves the kept bytes to the file, as far as it takes them. */
static int
block_write(struct spool *s)
{
	ssize_t n;

	while (s->block_len > 0) {
		if ((n = FAULT("spool.write")) != 0)
			return (int)-n;
		n = pwrite(s->fd, s->block + s->block_at, s->block_len, (off_t)(s->end - s->base));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -errno;
		if (n == 0)
			return -ENOSPC;
		s->end += (uint64_t)n;
		s->block_at += (size_t)n;
		s->block_len -= (size_t)n;
	}
	block_give(s);
	return 0;
}

int
spool_commit(struct spool *s, size_t nbytes)
{
	s->block_at = 0;
	s->block_len = nbytes;
	return block_write(s);
}

/* Reads stream bytes from file and block into the view. */
static int
view_load(const struct spool *s, struct spool_view *v, uint64_t at)
{
	ssize_t n;

	v->at = at;
	v->len = 0;
	while (v->len < v->size && at + v->len < s->end) {
		size_t want = (size_t)MIN(s->end - at - v->len, v->size - v->len);

		if ((n = FAULT("spool.read")) != 0)
			return (int)-n;
		n = pread(s->fd, v->buf + v->len, want, (off_t)(at + v->len - s->base));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 ? -EIO : -errno;
		v->len += (size_t)n;
	}
	if (v->len < v->size && s->block_len > 0) {
		size_t skip = (size_t)(at + v->len - s->end), len = MIN(s->block_len - skip, v->size - v->len);

		memcpy(v->buf + v->len, s->block + s->block_at + skip, len);
		v->len += len;
	}
	return 0;
}

int
spool_data(struct spool *s, unsigned r, uint64_t at, size_t min, struct iovec *iov)
{
	struct spool_view *v = &s->views[r];
	int error;

	min = (size_t)MIN(MAX(min, 1), spool_end(s) - at);
	if (v->buf != NULL && v->size < min)
		view_give(v);
	if (v->buf == NULL) {
		v->size = queue_memory_size(MAX(min, QUEUE_SMALL));
		v->len = 0;
		if ((v->buf = queue_memory_take(v->size)) == NULL)
			return -ENOMEM;
	}
	if (at < v->at || at + min > v->at + v->len) {
		if ((error = view_load(s, v, at)) < 0) {
			view_give(v);
			return error;
		}
	}
	*iov = (struct iovec){ .iov_base = v->buf + (at - v->at), .iov_len = v->len - (size_t)(at - v->at) };
	return 1;
}

void
spool_taken(struct spool *s, unsigned r, uint64_t at)
{
	struct spool_view *v = &s->views[r];

	if (v->buf != NULL && at >= v->at + v->len)
		view_give(v);
}

/* Gives disk blocks back. Where the file system cannot, the file is as long as the backlog ever was. */
static bool
file_punch(struct spool *s, uint64_t at)
{
	uint64_t to = at - (at - s->base) % QUEUE_SMALL;

	if (at < s->punched + PUNCH_STEP)
		return false;
	fallocate(s->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)(s->punched - s->base),
	    (off_t)(to - s->punched));
	s->punched = to;
	return true;
}

static bool
file_empty(struct spool *s, uint64_t at)
{
	size_t skip = (size_t)(at - s->end);
	int error = 0;

	s->block_at += skip;
	s->block_len -= skip;
	if (s->base != s->end)
		error = ftruncate(s->fd, 0);
	s->base = s->end = s->punched = at;
	if (s->block_len == 0 && s->block != NULL)
		block_give(s);
	return error == 0;
}

void
spool_release(struct spool *s, uint64_t at)
{
	bool has_room = at >= s->end ? file_empty(s, at) : file_punch(s, at);

	if (has_room && s->block_len > 0)
		block_write(s);
}
