/*
 * The directory of a work queue: every step is one rename(2), so that a crash at any time leaves each message in one place.
 *
 * A worker first locks the file (flock(2)), then renames it from new/ to work/: a file in work/ that nobody has locked
 * belongs to a process that is no more. The lock is on a descriptor for reading. Whoever tries locks opens for reading, too, so
 * that the closing of a descriptor for writing (the beacon) in work/ means that a worker has died, and nothing else does.
 */
#include "endpoint/jobs_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "base/io.h"
#include "base/mem.h"

#define JOBS_PATH_SIZE (JOB_NAME_SIZE + 8)
#define JOBS_BLOCK (64u * 1024)

const char *
jobs_place_name(enum jobs_place place)
{
	static const char names[][8] = { "new", "work", "dead", "tmp", "reply" };
	_Static_assert(sizeof(names) / sizeof(*names) == JOBS_PLACE_N, "a name for every place");

	return names[place];
}

void
jobs_path(enum jobs_place place, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", jobs_place_name(place), name);
}

static void
jobs_path_of(enum jobs_place place, const struct job_name *name, char path[JOBS_PATH_SIZE])
{
	char text[JOB_NAME_SIZE];

	job_name_format(name, text);
	jobs_path(place, text, path, JOBS_PATH_SIZE);
}

/* ---- the directory ---- */

static int
jobs_list(int fd, const char *dir, void (*found)(const char *, void *), void *arg)
{
	int at = openat(fd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct dirent *e;
	DIR *d = at != -1 ? fdopendir(at) : NULL;
	int error;

	if (d == NULL) {
		error = -errno;
		io_close(&at);
		return error;
	}
	while (errno = 0, (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			found(e->d_name, arg);
	error = -errno;
	closedir(d);
	return error;
}

int
jobs_dir_list(const struct jobs_dir *d, enum jobs_place place, void (*found)(const char *, void *), void *arg)
{
	return jobs_list(d->fd, jobs_place_name(place), found, arg);
}

static void
jobs_count(const char *name, void *arg)
{
	(void)name;
	++*(unsigned *)arg;
}

/* Nothing is made in a directory that is somebody else's. */
static int
jobs_dir_is_ours(const struct jobs_dir *d)
{
	struct stat st;
	unsigned n = 0;
	int error;

	if (fstatat(d->fd, jobs_place_name(JOBS_NEW), &st, 0) == 0)
		return S_ISDIR(st.st_mode) ? 0 : -ENOTEMPTY;
	error = jobs_list(d->fd, ".", jobs_count, &n);
	/* Another process may be making it at this moment. */
	if (error == 0 && n > 0 && fstatat(d->fd, jobs_place_name(JOBS_NEW), &st, 0) == -1)
		return -ENOTEMPTY;
	return error;
}

/* Who may read files there may look for them; a mode of 0600 makes 0700. */
static mode_t
jobs_dir_mode(mode_t mode)
{
	return mode | (mode & 0444) >> 2;
}

static int
jobs_dir_make(const struct jobs_dir *d, const char *name)
{
	const mode_t mode = jobs_dir_mode(d->mode);

	if (mkdirat(d->fd, name, 0700) == -1)
		return errno == EEXIST ? 0 : -errno;
	return mode != 0700 && fchmodat(d->fd, name, mode, 0) == -1 ? -errno : 0;
}

static int
jobs_dir_complete(struct jobs_dir *d, const char *path, enum jobs_step *step)
{
	int error;

	*step = JOBS_STEP_OPEN;
	d->fd = io_open(path, O_RDONLY | O_DIRECTORY, 0);
	if (d->fd < 0)
		return d->fd;
	if ((error = jobs_dir_is_ours(d)) != 0)
		return error;
	*step = JOBS_STEP_COMPLETE;
	for (int i = 0; i < JOBS_PLACE_N && error == 0; i++)
		error = jobs_dir_make(d, jobs_place_name((enum jobs_place)i));
	return error;
}

int
jobs_dir_open(const char *path, mode_t mode, struct jobs_dir **result, enum jobs_step *step)
{
	struct jobs_dir *d = xcalloc(1, sizeof(*d));
	int error = 0;

	*d = (struct jobs_dir){ .refs = 1, .fd = -1, .mode = mode };
	*step = JOBS_STEP_MAKE;
	if (mkdir(path, 0700) == 0) {
		if (jobs_dir_mode(mode) != 0700 && chmod(path, jobs_dir_mode(mode)) == -1)
			error = -errno;
	} else if (errno != EEXIST)
		error = -errno;
	if (error == 0)
		error = jobs_dir_complete(d, path, step);
	if (error != 0) {
		jobs_dir_unref(d);
		return error;
	}
	*result = d;
	return 0;
}

struct jobs_dir *
jobs_dir_ref(struct jobs_dir *d)
{
	d->refs++;
	return d;
}

void
jobs_dir_unref(struct jobs_dir *d)
{
	if (d == NULL || --d->refs > 0)
		return;
	if (d->fd >= 0)
		io_close(&d->fd);
	free(d);
}

int
jobs_dir_lock(struct jobs_dir *d)
{
	return flock(d->fd, LOCK_EX | LOCK_NB) == -1 ? -errno : 0;
}

void
jobs_dir_unlock(struct jobs_dir *d)
{
	flock(d->fd, LOCK_UN);
}

struct job_name
jobs_dir_new_name(struct jobs_dir *d)
{
	struct timespec now;
	uint64_t time;

	clock_gettime(CLOCK_REALTIME, &now);
	time = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	if (time <= d->newest) /* the clock was set back, or is coarse */
		time = d->newest + 1;
	d->newest = time;
	return (struct job_name){ .time = time, .pid = (uint32_t)getpid(), .serial = d->serial++ };
}

/* ---- a claim ---- */

static void
jobs_claim_end(struct jobs_claim *c)
{
	io_close(&c->fd);
	io_close(&c->beacon);
}

static int
jobs_move(const struct jobs_dir *d, enum jobs_place from, const struct job_name *old, enum jobs_place to,
    const struct job_name *new)
{
	char source[JOBS_PATH_SIZE], target[JOBS_PATH_SIZE];

	jobs_path_of(from, old, source);
	jobs_path_of(to, new, target);
	return renameat(d->fd, source, d->fd, target) == -1 ? -errno : 0;
}

/* Opens a file and locks it. Returns the descriptor or -errno. */
static int
jobs_open_locked(const struct jobs_dir *d, enum jobs_place place, const struct job_name *name)
{
	char path[JOBS_PATH_SIZE];
	int fd, error;

	jobs_path_of(place, name, path);
	fd = openat(d->fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd == -1)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	error = -errno;
	io_close(&fd);
	return error;
}

int
jobs_claim(struct jobs_dir *d, const struct job_name *name, struct jobs_claim *c)
{
	char path[JOBS_PATH_SIZE];
	int fd = jobs_open_locked(d, JOBS_NEW, name), error;

	*c = (struct jobs_claim){ .name = *name, .fd = -1, .beacon = -1 };
	if (fd < 0)
		return fd;
	c->fd = fd;
	c->name.attempts++;
	c->name.due = 0;
	error = jobs_move(d, JOBS_NEW, name, JOBS_WORK, &c->name);
	if (error != 0) {
		jobs_claim_end(c);
		return error;
	}
	jobs_path_of(JOBS_WORK, &c->name, path);
	c->beacon = openat(d->fd, path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (c->beacon != -1)
		return 0;
	error = -errno;
	jobs_claim_return(d, c, name->attempts, name->due);
	return error;
}

static ssize_t
jobs_read(int fd, void *buf, size_t size, uint64_t at)
{
	ssize_t n;

	do
		n = pread(fd, buf, size, (off_t)at);
	while (n == -1 && errno == EINTR);
	return n == -1 ? -errno : n;
}

/* The sum of all that follows the first line. */
static int
jobs_sum(const struct jobs_claim *c, uint32_t *sum, uint64_t *len)
{
	char *buf = xmalloc(JOBS_BLOCK);
	ssize_t n;

	*sum = 0;
	*len = 0;
	while ((n = jobs_read(c->fd, buf, JOBS_BLOCK, c->head.size + *len)) > 0) {
		*sum = crc32c(*sum, buf, (size_t)n);
		*len += (uint64_t)n;
	}
	free(buf);
	return (int)n;
}

const char *
jobs_claim_check(struct jobs_claim *c, int *error)
{
	char line[JOB_HEAD_SIZE];
	const char *wrong;
	struct stat st;
	uint64_t len;
	uint32_t sum;
	ssize_t n;

	*error = 0;
	if (fstat(c->fd, &st) == 0 && !S_ISREG(st.st_mode))
		return "it is no regular file";
	n = jobs_read(c->fd, line, sizeof(line), 0);
	wrong = n < 0 ? "it cannot be read" : job_head_parse(line, (size_t)n, &c->head);
	*error = n < 0 ? (int)n : 0;
	if (wrong != NULL)
		return wrong;
	*error = jobs_sum(c, &sum, &len);
	if (*error != 0)
		return "it cannot be read";
	if (len < c->head.length)
		return "it was cut off";
	if (len > c->head.length)
		return "it is longer than it says";
	return sum != c->head.crc ? "its checksum is wrong" : NULL;
}

int
jobs_claim_done(struct jobs_dir *d, struct jobs_claim *c)
{
	char path[JOBS_PATH_SIZE];
	int error;

	jobs_path_of(JOBS_WORK, &c->name, path);
	error = unlinkat(d->fd, path, 0) == -1 ? -errno : 0;
	jobs_claim_end(c);
	return error;
}

/*
 * The lock goes first: who sees the file in new/ can take it at once. Somebody who recovers messages may be quicker then; it is
 * where it should be all the same.
 */
int
jobs_claim_return(struct jobs_dir *d, struct jobs_claim *c, uint32_t attempts, uint64_t due)
{
	struct job_name name = c->name;
	int error;

	name.attempts = attempts;
	name.due = due;
	flock(c->fd, LOCK_UN);
	error = jobs_move(d, JOBS_WORK, &c->name, JOBS_NEW, &name);
	jobs_claim_end(c);
	return error == -ENOENT ? 0 : error;
}

int
jobs_claim_bury(struct jobs_dir *d, struct jobs_claim *c)
{
	int error = jobs_move(d, JOBS_WORK, &c->name, JOBS_DEAD, &c->name);

	jobs_claim_end(c);
	return error;
}

/* ---- messages of the dead ---- */

struct jobs_recover_state {
	struct jobs_dir *dir;
	struct jobs_recovery *recovery;
	int error;
};

static void
jobs_recover_one(const char *text, void *arg)
{
	struct jobs_recover_state *s = arg;
	struct jobs_recovery *r = s->recovery;
	struct job_name name;
	bool is_dead;
	int fd, error;

	if (!job_name_parse(text, &name))
		return;
	fd = jobs_open_locked(s->dir, JOBS_WORK, &name);
	if (fd == -EWOULDBLOCK)
		r->held++;
	if (fd == -EWOULDBLOCK || fd == -ENOENT)
		return;
	if (fd < 0) {
		s->error = fd;
		return;
	}
	is_dead = r->attempts != 0 && name.attempts >= r->attempts;
	flock(fd, LOCK_UN); /* as in jobs_claim_return */
	error = jobs_move(s->dir, JOBS_WORK, &name, is_dead ? JOBS_DEAD : JOBS_NEW, &name);
	if (error == 0)
		r->found(&name, is_dead ? JOBS_BURIED : JOBS_RETURNED, r->arg);
	else if (error != -ENOENT)
		s->error = error;
	io_close(&fd);
}

int
jobs_recover(struct jobs_dir *d, struct jobs_recovery *r)
{
	struct jobs_recover_state s = { .dir = d, .recovery = r };
	int error;

	r->held = 0;
	error = jobs_dir_list(d, JOBS_WORK, jobs_recover_one, &s);
	return error != 0 ? error : s.error;
}
