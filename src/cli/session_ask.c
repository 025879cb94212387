/* Asking a session: connecting, messages there and back. */
#include "cli/session_ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "dialogue/session_dir.h"

void
session_asker_init(struct session_asker *a, const char *name, struct command_call *call)
{
	*a = (struct session_asker){ .call = call, .name = name, .fd = -1, .attached_fd = -1 };
}

int
session_asker_open(struct session_asker *a)
{
	const struct log_who who = { .name = a->name };

	if (!session_is_name(a->name)) {
		log_msg(LOG_ERROR, &who, "no name of a session: it has letters, digits, '.', '_' and '-' only");
		return -1;
	}
	a->fd = session_dir_connect(a->name, false);
	return a->fd < 0 ? -1 : 0;
}

void
session_asker_close(struct session_asker *a)
{
	if (a->fd >= 0)
		io_close(&a->fd);
}

/* Exactly so many bytes; false: there are not so many. */
static bool
ask_read(int fd, char *bytes, size_t len)
{
	for (size_t done = 0; done < len;) {
		struct iovec iov = { bytes + done, len - done };
		const ssize_t n = io_readv(fd, &iov, 1);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static bool
ask_write(int fd, const struct session_out *o)
{
	for (size_t done = 0; done < o->len;) {
		struct iovec iov = { o->bytes + done, o->len - done };
		const ssize_t n = io_sendv(fd, &iov, 1);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

/* The next message; its bytes are the caller's to free. */
static bool
ask_receive(int fd, struct session_message *m, char **bytes)
{
	unsigned char head[4];
	size_t len;

	*bytes = NULL;
	if (!ask_read(fd, (char *)head, sizeof(head)))
		return false;
	len = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
	if (len > SESSION_MESSAGE_MAX)
		return false;
	*bytes = xmalloc(4 + len);
	memcpy(*bytes, head, sizeof(head));
	return ask_read(fd, *bytes + 4, len) && session_message_parse(m, *bytes, 4 + len) > 0;
}

static void
ask_show_error(const struct session_asker *a, const struct session_field *f)
{
	const struct log_who who = { .name = a->name };
	/* Lines that belong to the one before have no name in front. */
	const bool is_more = f->len > 0 && f->bytes[0] == ' ';

	log_msg(LOG_ERROR, is_more ? NULL : &who, "%.*s", (int)f->len, f->bytes);
}

/* Returns true when that was the last one. */
static bool
ask_take(struct session_asker *a, const struct session_message *m, int *status)
{
	int64_t number = 1;

	switch (m->type) {
	case SESSION_OUT:
		if (m->nfields > 0)
			fwrite(m->fields[0].bytes, 1, m->fields[0].len, stdout);
		return false;
	case SESSION_ERROR:
		if (m->nfields > 0)
			ask_show_error(a, &m->fields[0]);
		return false;
	case SESSION_ATTACHED:
		a->attached_fd = a->fd;
		*status = 0;
		return true;
	case SESSION_STATUS:
		session_field_number(m, 0, &number);
		*status = (int)number;
		return true;
	case SESSION_ASK:
		break;
	}
	return false;
}

int
session_asker_ask(struct session_asker *a, struct session_out *o)
{
	const struct log_who who = { .name = a->name };
	struct session_message m;
	bool is_over = false, is_there = ask_write(a->fd, o);
	char *bytes;
	int status = 1;

	o->len = 0;
	while (is_there && !is_over) {
		is_there = ask_receive(a->fd, &m, &bytes);
		if (is_there) {
			is_over = ask_take(a, &m, &status);
			session_message_fini(&m);
		}
		free(bytes);
	}
	if (!is_over)
		log_msg(LOG_ERROR, &who, "the session has gone away");
	return status;
}

void
session_asker_begin(struct session_out *o, const char *what, int64_t limit)
{
	session_out_begin(o, SESSION_ASK);
	session_out_field(o, what, strlen(what));
	session_out_number(o, limit);
}

int
session_asker_ask_for(struct session_asker *a, const char *what, int64_t limit)
{
	struct session_out o = { 0 };
	int status;

	session_asker_begin(&o, what, limit);
	session_out_end(&o);
	status = session_asker_ask(a, &o);
	session_out_fini(&o);
	return status;
}
