/*
 * A channel is a wire of two ends. One is driven, the other one has a kind of its own, which no address names: what the wire writes
 * there is what the driven end said, what it reads from there is what was sent. It has no descriptor; is_ready tells the loop
 * whether there is something to read, and whether the owner wants to be told anything (channel_pause).
 *
 *   made -> started -> open -> (ended: the output; input closed, in either order) -> closed
 *
 * The wire frees itself after its done; the dialogue's end goes with it (channel_end_close), the channel stays until its owner frees it.
 */
#include "dialogue/channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/mem.h"
#include "wire/tap_cast.h"
#include "wire/watch.h"
#include "wire/wire.h"
#include "wire/wire_record.h"

struct channel {
	struct channel_ops ops;
	void *arg;
	const char *name;
	struct wire_spec spec;
	unsigned driven; /* its place; the dialogue's is the other one */
	struct wire *wire;
	struct endpoint *end; /* the dialogue's, while it is open */
	char *out;            /* sent, and not read by the wire */
	size_t out_at, out_len, out_size;
	uint64_t sent;
	bool is_open, is_input_closed, is_paused, has_ended, is_closed, has_lost_stdout;
	int status;
	int program_status; /* -1: it has none, or that runs */
	struct secrets secrets;
	struct channel_cast *casts; /* the last one first */
	int cast_error;
};

/* A recording; the wire's taps keep it until it is over. */
struct channel_cast {
	struct tap_cast *cast;
	struct channel_cast *next;
};

/* The dialogue's end. */

struct channel_end_opts {
	struct channel *channel;
};

static struct channel *
channel_of(const struct endpoint *ep)
{
	return ((const struct channel_end_opts *)ep->spec->opts)->channel;
}

static bool
channel_end_is_ready(struct endpoint *ep, enum endpoint_role role)
{
	const struct channel *c = channel_of(ep);

	return role == ROLE_WRITE ? !c->is_paused : c->out_len > 0 || c->is_input_closed;
}

static int
channel_end_open(struct endpoint *ep)
{
	static const struct endpoint_io io = { .is_ready = channel_end_is_ready };
	struct channel *c = channel_of(ep);

	ep->io = &io;
	c->end = ep;
	return 0;
}

static ssize_t
channel_end_read(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct channel *c = channel_of(ep);
	const size_t n = MIN(iov[0].iov_len, c->out_len);

	(void)niov;
	if (c->out_len == 0) {
		endpoint_recheck(ep);
		return c->is_input_closed ? 0 : -EAGAIN;
	}
	memcpy(iov[0].iov_base, c->out + c->out_at, n);
	c->out_at += n;
	c->out_len -= n;
	if (c->out_len == 0) {
		c->out_at = 0;
		if (c->ops.drained != NULL)
			c->ops.drained(c, c->arg);
	}
	return (ssize_t)n;
}

static ssize_t
channel_end_write(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct channel *c = channel_of(ep);

	(void)niov;
	if (c->is_paused) {
		endpoint_recheck(ep);
		return -EAGAIN;
	}
	if (c->ops.data != NULL)
		c->ops.data(c, iov[0].iov_base, iov[0].iov_len, c->arg);
	return (ssize_t)iov[0].iov_len;
}

static void
channel_note_end(struct channel *c)
{
	if (c->has_ended)
		return;
	c->has_ended = true;
	if (c->ops.ended != NULL)
		c->ops.ended(c, c->arg);
}

static int
channel_end_shutdown(struct endpoint *ep)
{
	channel_note_end(channel_of(ep));
	return 0;
}

static void
channel_end_close(struct endpoint *ep)
{
	struct channel *c = channel_of(ep);

	if (c->end == ep)
		c->end = NULL;
}

static const struct endpoint_kind channel_end_kind = {
	.name = "dialogue",
	.syntax = "dialogue",
	.example = "dialogue",
	.help = "the other end of what a dialogue drives",
	.flags = KIND_READ | KIND_WRITE | KIND_ONCE,
	.opts_size = sizeof(struct channel_end_opts),
	.open = channel_end_open,
	.read = channel_end_read,
	.write = channel_end_write,
	.shutdown = channel_end_shutdown,
	.close = channel_end_close,
};

/* The wire. */

static void
channel_add_own_end(struct channel *c)
{
	struct wire_end_spec *e = wire_spec_add_end(&c->spec);

	e->in = e->out = endpoint_spec_made(&channel_end_kind, "dialogue");
	((struct channel_end_opts *)e->in->opts)->channel = c;
}

struct channel *
channel_new(struct endpoint_spec *in, struct endpoint_spec *out, const struct channel_setup *setup, struct diag *d)
{
	struct channel *c = xcalloc(1, sizeof(*c));
	struct wire_end_spec *e;

	c->ops = *setup->ops;
	c->arg = setup->arg;
	c->name = setup->name;
	c->spec.server = -1;
	c->spec.opts = *setup->opts;
	c->spec.is_aside = setup->is_unseen;
	c->driven = setup->is_left ? 0 : 1;
	c->program_status = -1;
	if (!setup->is_left)
		channel_add_own_end(c);
	e = wire_spec_add_end(&c->spec);
	e->in = in;
	e->out = out != NULL ? out : in;
	if (setup->is_left)
		channel_add_own_end(c);
	if (wire_spec_prepare(&c->spec, d) == 0)
		return c;
	channel_free(c);
	return NULL;
}

static void
channel_wire_opened(struct wire *w, void *arg)
{
	struct channel *c = arg;

	(void)w;
	c->is_open = true;
	if (c->ops.opened != NULL)
		c->ops.opened(c, c->arg);
}

static void
channel_wire_done(struct wire *w, const struct wire_result *result, void *arg)
{
	struct channel *c = arg;

	(void)w;
	c->wire = NULL;
	c->is_closed = true;
	c->has_lost_stdout = result->is_pipe_ended;
	if (channel_spec(c)->kind->flags & KIND_CHILD)
		c->program_status = result->status;
	c->status = result->status;
	channel_note_end(c);
	if (c->ops.closed != NULL)
		c->ops.closed(c, result->status, c->arg);
}

void
channel_start(struct channel *c, struct endpoint_env *env)
{
	c->wire = wire_new(&c->spec, env, 0, NULL, channel_wire_done, c);
	wire_hide(c->wire, 1 - c->driven, &c->secrets);
	wire_when_open(c->wire, channel_wire_opened);
	wire_start(c->wire);
}

void
channel_free(struct channel *c)
{
	if (c == NULL)
		return;
	if (c->out != NULL)
		explicit_bzero(c->out, c->out_size);
	free(c->out);
	secrets_fini(&c->secrets);
	wire_spec_fini(&c->spec);
	while (c->casts != NULL) {
		struct channel_cast *one = c->casts;

		c->casts = one->next;
		tap_cast_free(one->cast);
		free(one);
	}
	free(c);
}

/* Recording. */

int
channel_record_end(struct channel *c)
{
	const int error = c->casts != NULL ? tap_cast_end(c->casts->cast) : 0;

	if (error != 0)
		c->cast_error = error;
	return c->cast_error;
}

int
channel_record(struct channel *c, const char *path)
{
	struct channel_cast *one;
	struct tap_cast *cast;
	int error = -ENOTCONN;

	channel_record_end(c);
	cast = c->wire != NULL && c->is_open ? tap_cast_new(path, 0, &error) : NULL;
	if (cast == NULL)
		return error;
	one = xmalloc(sizeof(*one));
	*one = (struct channel_cast){ .cast = cast, .next = c->casts };
	c->casts = one;
	wire_record(c->wire, cast);
	return 0;
}

/* Sending. */

static void
channel_make_room(struct channel *c, size_t len)
{
	char *bigger;
	size_t size;

	if (c->out_at > 0 && c->out_at + c->out_len + len > c->out_size) {
		memmove(c->out, c->out + c->out_at, c->out_len);
		c->out_at = 0;
	}
	if (c->out_len + len <= c->out_size)
		return;
	size = MAX(2 * c->out_size, c->out_len + len);
	bigger = xmalloc(size);
	if (c->out != NULL) {
		memcpy(bigger, c->out, c->out_len);
		explicit_bzero(c->out, c->out_size);
	}
	free(c->out);
	c->out = bigger;
	c->out_size = size;
}

static void
channel_recheck(const struct channel *c)
{
	if (c->end != NULL)
		endpoint_recheck(c->end);
}

bool
channel_send(struct channel *c, const char *bytes, size_t len)
{
	if (c->is_input_closed || c->is_closed)
		return false;
	if (len == 0)
		return true;
	channel_make_room(c, len);
	memcpy(c->out + c->out_at + c->out_len, bytes, len);
	c->out_len += len;
	c->sent += len;
	channel_recheck(c);
	return true;
}

bool
channel_send_secret(struct channel *c, const char *bytes, size_t len)
{
	secrets_add(&c->secrets, c->sent, bytes, len);
	return channel_send(c, bytes, len);
}

void
channel_close_input(struct channel *c)
{
	c->is_input_closed = true;
	channel_recheck(c);
}

void
channel_end_with_input(struct channel *c)
{
	c->is_input_closed = true;
	c->spec.opts.end = c->driven == 0 ? WIRE_END_RIGHT : WIRE_END_LEFT;
	channel_recheck(c);
	if (c->wire != NULL)
		wire_review(c->wire);
}

size_t
channel_unsent(const struct channel *c)
{
	return c->out_len;
}

void
channel_pause(struct channel *c)
{
	c->is_paused = true;
	channel_recheck(c);
}

void
channel_resume(struct channel *c)
{
	c->is_paused = false;
	channel_recheck(c);
}

void
channel_stop(struct channel *c, int status, const char *reason)
{
	if (c->wire == NULL)
		return;
	wire_unwant(c->wire, 1 - c->driven);
	wire_stop(c->wire, status, reason);
}

void
channel_give_up(struct channel *c)
{
	if (c->wire != NULL)
		wire_give_up(c->wire);
}

/* Questions. */

const struct endpoint_spec *
channel_spec(const struct channel *c)
{
	return c->spec.ends[c->driven].in;
}

const char *
channel_name(const struct channel *c)
{
	return c->name != NULL ? c->name : channel_spec(c)->addr->text;
}

bool
channel_is_open(const struct channel *c)
{
	return c->is_open;
}

bool
channel_has_ended(const struct channel *c)
{
	return c->has_ended;
}

bool
channel_is_closed(const struct channel *c)
{
	return c->is_closed;
}

bool
channel_has_lost_stdout(const struct channel *c)
{
	return c->has_lost_stdout;
}

int
channel_status(const struct channel *c)
{
	return c->status;
}

const struct endpoint *
channel_endpoint(const struct channel *c, enum endpoint_role role)
{
	return c->wire != NULL && c->is_open ? wire_endpoint(c->wire, c->driven, role) : NULL;
}

char *
channel_describe(const struct channel *c)
{
	char *text = c->wire != NULL && c->is_open ? watch_describe(c->wire) : xstrdup("");

	text[strcspn(text, "\n")] = '\0';
	return text;
}

int
channel_program_status(const struct channel *c)
{
	const struct endpoint *ep = channel_endpoint(c, ROLE_READ);

	if (c->program_status >= 0 || ep == NULL || ep->child == NULL || !ep->child->has_ended)
		return c->program_status;
	return child_exit_status(ep->child);
}

bool
channel_is_writable(const struct channel *c)
{
	return (c->spec.ends[c->driven].roles & ROLE_WRITE) != 0 && !c->is_input_closed && !c->is_closed &&
	    channel_program_status(c) == -1;
}

const struct secrets *
channel_secrets(const struct channel *c)
{
	return &c->secrets;
}
