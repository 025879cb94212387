/*
 * Recordings of wires. The file is made before anything is opened, so that a name that cannot be had ends the run early; its header comes
 * with the first event, for only then is it known how large the terminal is. Its size is asked for whenever something was said: a
 * program draws anew when it is told of another size.
 */
#include "wire/tap_cast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/child.h"
#include "wire/cast_file.h"
#include "wire/wire_state.h"

#define CAST_COLS 80
#define CAST_ROWS 24

struct tap_cast {
	struct cast_file file;
	const struct wire *wire; /* borrowed; NULL: it is gone */
	bool has_header, has_ended;
	int error;  /* once it has ended */
	int driven; /* the place of the end whose words are output; -1: all are */
	char *command;
	unsigned short cols, rows;
};

/* ---- what is recorded, and where ---- */

static bool
cast_is_persons(const struct wire_end_spec *e)
{
	return (e->in->kind->flags & (KIND_ONCE | KIND_LISTEN)) != 0;
}

static int
cast_driven(const struct wire_spec *s)
{
	if (s->nends != 2)
		return -1;
	if (s->opts.forward || s->opts.backward)
		return s->opts.forward ? 0 : 1;
	return cast_is_persons(&s->ends[1]) && !cast_is_persons(&s->ends[0]) ? 0 : 1;
}

/* The pattern with what it stands for. The caller frees it. */
static char *
cast_path(const char *pattern, unsigned long session)
{
	char *path = xstrdup(""), *longer;

	for (const char *p = pattern; *p != '\0'; p++) {
		if (*p == '%' && p[1] == 's')
			longer = xasprintf("%s%lu", path, session);
		else if (*p == '%' && p[1] == 'p')
			longer = xasprintf("%s%ld", path, (long)getpid());
		else
			longer = xasprintf("%s%c", path, *p);
		if (*p == '%' && p[1] != '\0' && strchr("sp%", p[1]) != NULL)
			p++;
		free(path);
		path = longer;
	}
	return path;
}

static bool
cast_has_session(const char *pattern)
{
	for (const char *p = pattern; (p = strchr(p, '%')) != NULL && p[1] != '\0'; p += 2)
		if (p[1] == 's')
			return true;
	return false;
}

int
tap_cast_check(const struct wire_spec *s, struct diag *d)
{
	const char *pattern = s->opts.record;

	if (pattern == NULL)
		return 0;
	if (*pattern == '\0')
		return diag_set(d, 0, "--record: the name of the file is empty");
	if (s->server == -1 || cast_has_session(pattern))
		return 0;
	diag_set(d, 0, "--record with a listener that has each: every session has a recording of its own");
	return diag_hint(d, "%%s in the name is the number of the session: --record=session-%%s.cast");
}

struct tap_cast *
tap_cast_new(const char *pattern, unsigned long session, int *error)
{
	struct tap_cast *c = xcalloc(1, sizeof(*c));
	char *path = cast_path(pattern, session);

	*error = cast_file_open(&c->file, path);
	free(path);
	if (*error != 0) {
		free(c);
		return NULL;
	}
	return c;
}

/* ---- the terminal ---- */

static bool
cast_ask(const struct tap_cast *c, unsigned end, enum endpoint_role role, struct winsize *size)
{
	const struct endpoint *ep = wire_endpoint(c->wire, end, role);
	const int fd = ep == NULL ? -1 : role == ROLE_READ ? ep->rfd : ep->wfd;

	return fd != -1 && (role == ROLE_READ ? ep->rclass : ep->wclass) == CLASS_TTY &&
	    ioctl(fd, TIOCGWINSZ, size) == 0 && size->ws_col != 0 && size->ws_row != 0;
}

/* That of the end that is driven, else the other one's. */
static void
cast_ask_size(const struct tap_cast *c, struct winsize *size)
{
	const unsigned driven = c->driven < 0 ? 0 : (unsigned)c->driven;

	*size = (struct winsize){ .ws_col = 0 };
	if (!cast_ask(c, driven, ROLE_READ, size) && !cast_ask(c, 1 - driven, ROLE_WRITE, size) &&
	    !cast_ask(c, 1 - driven, ROLE_READ, size))
		*size = (struct winsize){ .ws_col = CAST_COLS, .ws_row = CAST_ROWS };
}

static void
cast_head(struct tap_cast *c, const struct winsize *size)
{
	const struct cast_header header = { .cols = size->ws_col,
		.rows = size->ws_row,
		.timestamp = time(NULL),
		.type = getenv("TERM"),
		.command = c->command };

	c->has_header = true;
	cast_file_put_header(&c->file, &header);
}

/* Before each event: the header, and what has become of the size. */
static void
cast_look(struct tap_cast *c)
{
	struct winsize size;
	char text[16];

	cast_ask_size(c, &size);
	if (!c->has_header)
		cast_head(c, &size);
	else if (size.ws_col != c->cols || size.ws_row != c->rows)
		cast_file_put(&c->file, CAST_RESIZE, text,
		    (size_t)snprintf(text, sizeof(text), "%ux%u", size.ws_col, size.ws_row));
	c->cols = size.ws_col;
	c->rows = size.ws_row;
}

/* ---- the tap ---- */

static void
cast_data(void *arg, const struct tap_chunk *chunk)
{
	struct tap_cast *c = arg;
	const bool is_input = c->driven >= 0 && chunk->from != (unsigned)c->driven;

	if (c->has_ended)
		return;
	cast_look(c);
	for (int i = 0; i < chunk->niov; i++)
		cast_file_put(&c->file, is_input ? CAST_INPUT : CAST_OUTPUT, chunk->iov[i].iov_base,
		    chunk->iov[i].iov_len);
}

/* The status of the program that is driven. */
static void
cast_exit(struct tap_cast *c)
{
	const struct endpoint *ep = wire_endpoint(c->wire, c->driven < 0 ? 0 : (unsigned)c->driven, ROLE_READ);
	char text[16];

	if (ep != NULL && ep->child != NULL && ep->child->has_ended)
		cast_file_put(&c->file, CAST_EXIT, text,
		    (size_t)snprintf(text, sizeof(text), "%d", child_exit_status(ep->child)));
}

static void
cast_wire_ended(void *arg, unsigned long session)
{
	struct tap_cast *c = arg;

	(void)session;
	if (!c->has_ended) {
		cast_look(c);
		cast_exit(c);
		tap_cast_end(c);
	}
	c->wire = NULL;
}

void
tap_cast_join(struct tap_cast *c, const struct wire *w, struct tap_list *taps)
{
	static const struct tap_ops ops = { .data = cast_data, .wire_ended = cast_wire_ended };

	c->wire = w;
	c->driven = cast_driven(w->spec);
	c->command = xstrdup(w->spec->ends[c->driven < 0 ? 0 : c->driven].in->addr->text);
	tap_add(taps, &ops, c, ~0u);
}

int
tap_cast_end(struct tap_cast *c)
{
	if (!c->has_ended)
		c->error = cast_file_close(&c->file);
	c->has_ended = true;
	return c->error;
}

void
tap_cast_free(struct tap_cast *c)
{
	if (c == NULL)
		return;
	tap_cast_end(c);
	free(c->command);
	free(c);
}
