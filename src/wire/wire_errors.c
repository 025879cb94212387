/*
 * A program writes its standard error into a pipe, which is the one end of a wire of its own; the other end is the address. So all that
 * holds for wires holds for it. It opens with the program's wire, before the program is started, and ends when all who have the
 * pipe have closed it; the program's wire ends after that. A failure of it is one of the program's wire. It is not counted or shown.
 */
#include "wire/wire_errors.h"

#include <stdlib.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/exec.h"
#include "wire/wire_close.h"
#include "wire/wire_open.h"
#include "wire/wire_restart.h"
#include "wire/wire_rules.h"
#include "wire/wire_tell.h"

#define ERRORS_PATIENCE LOOP_SEC(2)

struct wire_errors {
	struct wire *program; /* the wire that it is on */
	unsigned end;         /* and where */
	struct wire *wire;    /* NULL: it is over */
	struct wire_spec spec;
	struct wire_end_spec ends[2];
	int fd; /* the program's end of the pipe; -1: only the program has it */
	bool was_open;
	struct loop_timer timer;
	struct wire_errors *next;
};

static int
errors_pipe_open(struct endpoint *ep)
{
	(void)ep;
	return 0; /* it is given */
}

static const struct endpoint_kind errors_pipe = {
	.name = "errors",
	.syntax = "errors",
	.flags = KIND_READ,
	.class = CLASS_PIPE,
	.open = errors_pipe_open,
};

static struct endpoint_spec *
errors_address(const struct wire_end_spec *e)
{
	return e->in->errors != NULL ? e->in->errors : e->out->errors;
}

/* The wire as it is asked for. The pipe's name is for messages. */
static void
errors_describe(struct wire_spec *w, struct wire_end_spec *ends, struct endpoint_spec *address, const char *program)
{
	char *name = xasprintf("standard error of %s", program);
	struct endpoint_spec *pipe = endpoint_spec_made(&errors_pipe, name);

	free(name);
	ends[0] = (struct wire_end_spec){ .in = pipe, .out = pipe, .roles = ROLE_READ };
	ends[1] = (struct wire_end_spec){ .in = address, .out = address, .roles = ROLE_WRITE };
	*w = (struct wire_spec){
		.topology = TOPOLOGY_PAIR,
		.ends = ends,
		.nends = 2,
		.server = -1,
		.is_aside = true,
		.opts = { .forward = true },
	};
}

static int
errors_check_program(const struct wire_spec *w, const struct endpoint_spec *address, const struct exec_opts *o,
    struct diag *d)
{
	if (address->kind->flags & KIND_CHILD) {
		diag_set(d, 0, "stderr=%s is a program", address->addr->text);
		return diag_hint(d, "a FIFO joins them: ipcwire -u fifo:err -- PROGRAM & beside it, and stderr=err");
	}
	if (o->pool > 0) {
		diag_set(d, 0, "stderr=%s with pool=", address->addr->text);
		return diag_hint(d, "the copies are started before there is a client to open it for");
	}
	if (w->server != -1 && ((address->kind->flags & KIND_ONCE) || address->is_once)) {
		diag_set(d, 0, "stderr=%s cannot be opened anew for each client", address->addr->text);
		return diag_hint(d, "a file can: stderr=FILE");
	}
	return 0;
}

static int
errors_check_end(const struct wire_spec *w, const struct wire_end_spec *e, struct diag *d)
{
	const struct endpoint_spec *program = e->in->kind->flags & KIND_CHILD ? e->in : e->out;
	struct endpoint_spec *address = errors_address(e);
	struct wire_end_spec ends[2];
	struct wire_spec beside;
	int result = errors_check_program(w, address, program->opts, d);

	if (result == -1)
		return -1;
	errors_describe(&beside, ends, address, program->addr->text);
	result = wire_spec_prepare(&beside, d);
	if (result == 0 && (beside.server != -1 || wire_spec_has_doors(&beside))) {
		diag_set(d, 0, "stderr=%s with many clients", address->addr->text);
		result = diag_hint(d, "without 'each' and 'share' the first client gets it");
	}
	endpoint_spec_free(ends[0].in);
	return result;
}

int
wire_errors_check(const struct wire_spec *w, struct diag *d)
{
	for (unsigned i = 0; i < w->nends; i++)
		if (errors_address(&w->ends[i]) != NULL && errors_check_end(w, &w->ends[i], d) == -1)
			return -1;
	return 0;
}

/* Running. */

static void
errors_opened(struct wire *beside, void *arg)
{
	struct wire_errors *e = arg;
	struct wire *w = e->program;

	(void)beside;
	e->was_open = true;
	if (w->state == WIRE_OPENING && --w->opening == 0)
		wire_open_all_open(w);
}

static void
errors_done(struct wire *beside, const struct wire_result *result, void *arg)
{
	struct wire_errors *e = arg;
	struct wire *w = e->program;

	(void)beside;
	e->wire = NULL;
	loop_timer_stop(w->env->loop, &e->timer);
	if (result->status != 0)
		wire_fail(w, result->status);
	if (!e->was_open && w->state == WIRE_OPENING) {
		wire_note_reason(w, "%s could not be opened", e->ends[1].in->addr->text);
		wire_close_begin(w);
	}
	wire_close_check(w);
}

static void
errors_expired(struct loop_timer *t)
{
	struct wire_errors *e = t->arg;

	if (e->wire != NULL)
		wire_stop(e->wire, 0, NULL);
}

/* Returns 0 or -errno (told). */
static int
errors_begin(struct wire *w, unsigned end)
{
	const struct wire_end_spec *s = &w->spec->ends[end];
	const struct endpoint_spec *program = s->in->kind->flags & KIND_CHILD ? s->in : s->out;
	struct wire_errors *e = xcalloc(1, sizeof(*e));
	struct endpoint *given[2] = { NULL, NULL };
	int fds[2], error;

	e->program = w;
	e->end = end;
	e->fd = -1;
	e->next = w->errors;
	w->errors = e;
	loop_timer_init(&e->timer, errors_expired, e);
	errors_describe(&e->spec, e->ends, errors_address(s), program->addr->text);
	given[0] = endpoint_new(e->ends[0].in, w->env, ROLE_READ);
	given[0]->who.session = w->session;
	error = io_pipe(fds, 0);
	if (error != 0) {
		endpoint_fail(given[0], -error, "cannot make a pipe");
		endpoint_free(given[0]);
		return error;
	}
	endpoint_set_fd(given[0], ROLE_READ, fds[0]);
	e->fd = fds[1];
	e->wire = wire_new(&e->spec, w->env, w->session, given, errors_done, e);
	wire_when_open(e->wire, errors_opened);
	w->opening++;
	wire_start(e->wire);
	return 0;
}

void
wire_errors_open(struct wire *w)
{
	for (unsigned i = 0; i < w->spec->nends && w->state == WIRE_OPENING; i++)
		if (errors_address(&w->spec->ends[i]) != NULL && errors_begin(w, i) != 0) {
			wire_fail(w, 1);
			wire_close_begin(w);
		}
}

int
wire_errors_fd(const struct wire *w, unsigned end)
{
	for (const struct wire_errors *e = w->errors; e != NULL; e = e->next)
		if (e->end == end)
			return e->fd;
	return -1;
}

static void
errors_close_fd(struct wire_errors *e)
{
	if (e->fd != -1)
		io_close(&e->fd);
}

/* One that is started again gets it again. */
void
wire_errors_started(struct wire *w)
{
	for (struct wire_errors *e = w->errors; e != NULL; e = e->next) {
		const struct wire_end_spec *s = &w->spec->ends[e->end];

		if (!wire_restart_is_late(w->spec, e->end) && wire_restart_sees(s->in) == NULL &&
		    wire_restart_sees(s->out) == NULL)
			errors_close_fd(e);
	}
}

void
wire_errors_close(struct wire *w)
{
	for (struct wire_errors *e = w->errors; e != NULL; e = e->next) {
		errors_close_fd(e);
		if (e->wire != NULL && !e->was_open)
			wire_stop(e->wire, 0, NULL);
	}
}

bool
wire_errors_are_over(const struct wire *w)
{
	for (const struct wire_errors *e = w->errors; e != NULL; e = e->next)
		if (e->wire != NULL)
			return false;
	return true;
}

void
wire_errors_hurry(struct wire *w)
{
	for (struct wire_errors *e = w->errors; e != NULL; e = e->next)
		if (e->wire != NULL && w->is_stopped && !loop_timer_is_set(&e->timer))
			loop_timer_set(w->env->loop, &e->timer, loop_now(w->env->loop) + ERRORS_PATIENCE);
}

void
wire_errors_give_up(struct wire *w)
{
	for (struct wire_errors *e = w->errors; e != NULL; e = e->next)
		if (e->wire != NULL) {
			wire_stop(e->wire, 0, NULL);
			wire_give_up(e->wire);
		}
}

void
wire_errors_free(struct wire *w)
{
	while (w->errors != NULL) {
		struct wire_errors *e = w->errors;

		w->errors = e->next;
		endpoint_spec_free(e->ends[0].in);
		free(e);
	}
}
