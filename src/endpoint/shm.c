/*
 * shm:/NAME and mmap:FILE: memory that programs share by a name, POSIX shared memory or a file. Here as a whole (as=snapshot);
 * a stream of bytes between two ipcwires (as=ring) is in shm_ring.c.
 *
 * A snapshot that is written is a new object, which takes the name once it is complete: whoever opens it has all of the old
 * one or all of the new one. Programs that have it mapped keep what they have, so with in-place their memory itself is
 * written, from its beginning; it is never made shorter, as they would not survive that.
 */
#include "endpoint/shm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/newfile.h"
#include "base/ring.h"
#include "endpoint/openjob.h"

#define SHM_DIR "/dev/shm" /* where glibc and musl have them (shm_overview(7)) */

struct shm_state {
	char *path;
	struct newfile file; /* fd: only to know whether there is one */
	bool is_new;
	uint64_t written; /* in place */
	struct ring_end *ring;
};

/* clang-format off */
static const struct opt_desc shm_opts_table[] = {
	OPT(struct shm_opts, as, OPT_ENUM, .name = "as", .words = "snapshot\0ring", .def = "snapshot",
	    .help = "its whole content, or a stream from one ipcwire to another"),
	OPT(struct shm_opts, in_place, OPT_BOOL, .name = "in-place", .help = "write into what is there, not a new one in its place"),
	OPT(struct shm_opts, mode, OPT_MODE, .name = "mode", .aliases = "perm", .def = "0600",
	    .help = "permissions of what is made, less the umask"),
	OPT(struct shm_opts, size, OPT_SIZE, .name = "size", .min = 1, .max = INT64_MAX, .help = "bytes of the memory, or of the ring"),
	OPT_END,
};
/* clang-format on */

static const struct opt_group *const shm_groups[] = { &opening_group, NULL };

static bool
shm_is_ring(const struct endpoint_spec *spec)
{
	return ((const struct shm_opts *)spec->opts)->as == SHM_AS_RING;
}

static int
shm_check_ring(const struct endpoint_spec *spec, struct diag *d)
{
	const struct shm_opts *o = spec->opts;

	if (o->in_place)
		return diag_set(d, spec->addr->pos, "in-place is for as=snapshot");
	if (o->size == 0 || (o->size == ring_round(o->size) && o->size <= RING_SIZE_MAX))
		return 0;
	diag_set(d, spec->addr->pos, "the size of a ring is a power of two from 4k to 1G");
	return diag_hint(d, "for example size=%lluk", (unsigned long long)ring_round(o->size) / 1024);
}

static int
shm_check(struct endpoint_spec *spec, struct diag *d)
{
	const char *name = endpoint_spec_param(spec, 0);

	spec->is_once = shm_is_ring(spec);
	if (shm_is_ring(spec) && shm_check_ring(spec, d) == -1)
		return -1;
	if (*spec->kind->name == 'm')
		return 0;
	name += *name == '/';
	if (*name != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	    strlen(name) <= NAME_MAX)
		return 0;
	diag_set(d, spec->addr->params[0].pos, "a name of shared memory is /NAME, with no other slash in it");
	return diag_hint(d, "a file is mmap:FILE; 'ls %s' shows what there is", SHM_DIR);
}

static enum endpoint_class
shm_predict(const struct endpoint_spec *spec, enum endpoint_role role)
{
	const struct shm_opts *o = spec->opts;

	return shm_is_ring(spec) || (role == ROLE_WRITE && o->in_place) ? CLASS_NONE : CLASS_FILE;
}

const char *
shm_path(const struct endpoint *ep)
{
	const struct shm_state *st = ep->state;

	return st->path;
}

static int
shm_refused(struct endpoint *ep, int error)
{
	if (error == ENOENT) {
		log_msg(LOG_ERROR, &ep->who, "there is no such shared memory (%s)", shm_path(ep));
		return -ENOENT;
	}
	return endpoint_fail(ep, error, "cannot open it for %s", ep->roles == ROLE_READ ? "reading" : "writing");
}

/* What a ring holds is for the two that it is between. */
static int
shm_take(struct endpoint *ep, int fd)
{
	char magic[8];
	struct iovec iov = { magic, sizeof(magic) };
	ssize_t n = preadv(fd, &iov, 1, 0);
	struct stat st;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		log_msg(LOG_ERROR, &ep->who, "it is neither shared memory nor a file");
		return -EINVAL;
	}
	if (n == (ssize_t)sizeof(magic) && ring_is_one(magic, sizeof(magic))) {
		log_msg(LOG_ERROR, &ep->who, "it is a ring of ipcwire's: as=ring is missing");
		return -EINVAL;
	}
	return 0;
}

static int
shm_open_read(struct endpoint *ep)
{
	int fd = io_open(shm_path(ep), O_RDONLY | O_NONBLOCK, 0), error;

	if (fd < 0)
		return shm_refused(ep, -fd);
	error = shm_take(ep, fd);
	if (error != 0) {
		io_close(&fd);
		return error;
	}
	endpoint_set_fd(ep, ROLE_READ, fd);
	return 0;
}

/* The end of what is written: the size is set, and a new object gets its name. */
static int
shm_complete(struct endpoint *ep)
{
	const struct shm_opts *o = ep->spec->opts;
	struct shm_state *s = ep->state;
	struct stat st;
	int error = 0;

	if (ep->is_cut && s->is_new) {
		log_msg(LOG_INFO, &ep->who, "its input has failed, so it stays as it was");
		return 0;
	}
	if (fstat(ep->wfd, &st) == -1)
		return -errno;
	if (o->size != 0 && (uint64_t)st.st_size > o->size && s->is_new)
		return endpoint_explain(ep, EFBIG, "%lld bytes are more than size=%llu; it is as it was",
		    (long long)st.st_size, (unsigned long long)o->size);
	if (o->size > (uint64_t)st.st_size && ftruncate(ep->wfd, (off_t)o->size) == -1)
		return -errno;
	if (s->is_new) {
		error = newfile_publish(&s->file, shm_path(ep), true);
		if (error != 0)
			return endpoint_explain(ep, -error, "cannot give it its name %s: %s", shm_path(ep),
			    strerror(-error));
	}
	return 0;
}

static ssize_t
shm_write_in_place(struct endpoint *ep, struct iovec *iov, int niov)
{
	const struct shm_opts *o = ep->spec->opts;
	struct shm_state *s = ep->state;
	struct iovec part = iov[0];
	ssize_t n;

	(void)niov;
	if (o->size != 0 && s->written == o->size)
		return endpoint_explain(ep, EFBIG, "more than size=%llu bytes", (unsigned long long)o->size);
	if (o->size != 0)
		part.iov_len = MIN(part.iov_len, o->size - s->written);
	n = io_writev(ep->wfd, &part, 1);
	s->written += n > 0 ? (uint64_t)n : 0;
	return n;
}

static int
shm_open_in_place(struct endpoint *ep)
{
	static const struct endpoint_io io = { .write = shm_write_in_place, .shutdown = shm_complete };
	const struct shm_opts *o = ep->spec->opts;
	int fd = io_open(shm_path(ep), O_RDWR | O_CREAT | O_NONBLOCK, (mode_t)o->mode), error;

	if (fd < 0)
		return shm_refused(ep, -fd);
	error = shm_take(ep, fd);
	if (error != 0) {
		io_close(&fd);
		return error;
	}
	endpoint_set_fd(ep, ROLE_WRITE, fd);
	ep->wclass = CLASS_NONE;
	ep->io = &io;
	return 0;
}

/* What stands there now must be something that may be replaced. */
static int
shm_look(struct endpoint *ep)
{
	int fd = io_open(shm_path(ep), O_RDONLY | O_NONBLOCK, 0), error;

	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return shm_refused(ep, -fd);
	error = shm_take(ep, fd);
	io_close(&fd);
	return error;
}

static int
shm_open_write(struct endpoint *ep)
{
	static const struct endpoint_io io = { .shutdown = shm_complete };
	const struct shm_opts *o = ep->spec->opts;
	struct shm_state *s = ep->state;
	int error = shm_look(ep);

	if (error != 0)
		return error;
	error = newfile_open(&s->file, shm_path(ep), (mode_t)o->mode);
	if (error != 0)
		return shm_refused(ep, -error);
	s->is_new = true;
	endpoint_set_fd(ep, ROLE_WRITE, s->file.fd);
	ep->io = &io;
	return 0;
}

static int
shm_open(struct endpoint *ep)
{
	const struct shm_opts *o = ep->spec->opts;
	const char *name = endpoint_spec_param(ep->spec, 0);
	struct shm_state *s = ep->state;

	s->path = *ep->kind->name == 'm' ? xstrdup(name) : xasprintf(SHM_DIR "/%s", name + (*name == '/'));
	if (ep->roles == (ROLE_READ | ROLE_WRITE)) {
		log_msg(LOG_ERROR, &ep->who,
		    "shared memory is read or written, not both; 'shm:A!!shm:B' has one for each");
		return -EINVAL;
	}
	if (o->as == SHM_AS_RING)
		return shm_ring_open(ep, &s->ring);
	if (ep->roles == ROLE_READ)
		return shm_open_read(ep);
	return o->in_place ? shm_open_in_place(ep) : shm_open_write(ep);
}

static void
shm_close(struct endpoint *ep)
{
	struct shm_state *s = ep->state;

	shm_ring_close(s->ring);
	s->ring = NULL;
	newfile_fini(&s->file);
	free(s->path);
	s->path = NULL;
}

#define SHM_KIND                                                                                          \
	.args_min = 1, .args_max = 1, .opts = shm_opts_table, .groups = shm_groups,                       \
	.opts_size = sizeof(struct shm_opts), .state_size = sizeof(struct shm_state), .check = shm_check, \
	.predict = shm_predict, .open = shm_open, .close = shm_close

const struct endpoint_kind endpoint_shm = {
	.name = "shm",
	.aliases = "shared-memory",
	.syntax = "shm:/NAME",
	.example = "shm:/app",
	.help = "POSIX shared memory: its content, or a ring",
	.flags = KIND_READ | KIND_WRITE | KIND_ONE_WAY | KIND_COLONS,
	SHM_KIND,
};

const struct endpoint_kind endpoint_mmap = {
	.name = "mmap",
	.syntax = "mmap:FILE",
	.example = "mmap:/tmp/app",
	.help = "a file that programs map: its content, or a ring",
	.flags = KIND_READ | KIND_WRITE | KIND_ONE_WAY | KIND_PATH,
	SHM_KIND,
};
