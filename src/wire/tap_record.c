/* Raw copies. The first failure ends the copy, because one with a hole is of no use; the wire goes on. */
#include "wire/tap_record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

#include "base/io.h"
#include "base/log.h"

#define RECORD_MODE 0600

int
tap_record_open(struct tap_record *r, const char *path)
{
	const struct log_who who = { .name = path };

	*r = (struct tap_record){ .path = path };
	/* Without O_NONBLOCK a FIFO that nobody reads would be waited for. */
	r->fd = io_open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, RECORD_MODE);
	if (r->fd < 0) {
		const int error = r->fd;

		*r = (struct tap_record){ .fd = -1 };
		log_errno(LOG_ERROR, &who, -error, "cannot open it for a copy of the traffic");
		return error;
	}
	output_init(&r->output, r->fd);
	return 0;
}

static void
record_failed(const struct tap_record *r)
{
	const struct log_who who = { .name = r->path };

	log_errno(LOG_ERROR, &who, -r->error, "the copy of the traffic ends after %" PRIu64 " bytes", r->copied);
}

static void
record_data(void *arg, const struct tap_chunk *c)
{
	struct tap_record *r = arg;

	for (int i = 0; i < c->niov; i++) {
		const size_t len = c->iov[i].iov_len;
		size_t done;

		if (r->error != 0) {
			r->missing += len;
			continue;
		}
		done = output_write(&r->output, c->iov[i].iov_base, len, &r->error);
		r->copied += done;
		r->missing += len - done;
		if (r->error != 0)
			record_failed(r);
	}
}

int
tap_record_close(struct tap_record *r)
{
	const struct log_who who = { .name = r->path };
	int error;

	if (r->path == NULL)
		return 0;
	output_fini(&r->output);
	error = io_close(&r->fd);
	if (error != 0 && r->error == 0) {
		r->error = error;
		record_failed(r);
	}
	if (r->missing > 0)
		log_msg(LOG_INFO, &who, "%" PRIu64 " bytes are missing in the copy of the traffic", r->missing);
	return r->error;
}

const struct tap_ops tap_record_ops = { .data = record_data };
