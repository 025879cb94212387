/* Recordings in files. */
#include "wire/cast_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"

#define CAST_FILE_MODE 0600

/* A FIFO or device has nothing that could be overwritten. */
static int
cast_file_check(int fd, const char *path)
{
	const struct log_who who = { .name = path };
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
		log_msg(LOG_ERROR, &who,
		    "it has something in it, and a recording overwrites nothing; remove it, or take another name");
		return -EEXIST;
	}
	return 0;
}

int
cast_file_open(struct cast_file *f, const char *path)
{
	const struct log_who who = { .name = path };
	int error;

	*f = (struct cast_file){ .begun = loop_clock() };
	/* Without O_NONBLOCK a FIFO that nobody reads would be waited for. */
	f->fd = io_open(path, O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY, CAST_FILE_MODE);
	if (f->fd < 0) {
		error = f->fd;
		f->fd = -1;
		log_errno(LOG_ERROR, &who, -error, "cannot open it for a recording");
		return error;
	}
	error = cast_file_check(f->fd, path);
	if (error != 0) {
		io_close(&f->fd);
		return error;
	}
	f->path = xstrdup(path);
	output_init(&f->output, f->fd);
	return 0;
}

static void
cast_file_failed(struct cast_file *f, int error)
{
	const struct log_who who = { .name = f->path };

	f->error = error;
	log_errno(LOG_ERROR, &who, -error, "the recording ends here");
}

static void
cast_file_flush(struct cast_file *f)
{
	struct cast_writer *w = &f->writer;
	int error = 0;

	if (f->error == 0 && w->len > 0 && output_write(&f->output, w->text, w->len, &error) < w->len)
		cast_file_failed(f, error);
	w->len = 0;
}

void
cast_file_put_header(struct cast_file *f, const struct cast_header *h)
{
	cast_put_header(&f->writer, h);
	cast_file_flush(f);
}

void
cast_file_put(struct cast_file *f, enum cast_code code, const char *bytes, size_t len)
{
	if (f->error != 0)
		return;
	cast_put(&f->writer, loop_clock() - f->begun, code, bytes, len);
	cast_file_flush(f);
}

int
cast_file_close(struct cast_file *f)
{
	int error;

	if (f->path == NULL)
		return 0;
	cast_put_held(&f->writer, loop_clock() - f->begun);
	cast_file_flush(f);
	output_fini(&f->output);
	error = io_close(&f->fd);
	if (error != 0 && f->error == 0)
		cast_file_failed(f, error);
	error = f->error;
	cast_writer_fini(&f->writer);
	free(f->path);
	*f = (struct cast_file){ .fd = -1 };
	return error;
}
