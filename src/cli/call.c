/*
 * A call: all ends open in parallel, the request is collected (standard input, as a rule), sent as one message of the peer's, and
 * the first message that comes back is the reply. Of a stream without frames the request ends with a half-close and the reply with the
 * stream. With --call=status the reply begins with the exit status of the program that made it, and a blank (listeners: reply=status).
 */
#include "cli/call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "endpoint/linger.h"
#include "endpoint/parcel.h"

enum call_step { CALL_OPENING, CALL_COLLECTS, CALL_SENDS, CALL_AWAITS, CALL_TELLS, CALL_DONE };
enum { CALL_FROM, CALL_PEER, CALL_TO, CALL_N };

struct call {
	struct endpoint_env *env;
	enum call_mode mode;
	enum call_step step;
	struct endpoint
	    *ends[CALL_N]; /* the request's source, whom it goes to, where the reply goes; the first may be the last */
	unsigned opening;
	struct parcel in[CALL_N], out;
	int status;
	struct loop_task first;
	void (*done)(int, bool, void *);
	void *arg;
};

void
call_prepare(struct wire_spec *w)
{
	struct endpoint_spec *s = w->nends == 2 && w->ends[1].in == w->ends[1].out ? w->ends[1].in : NULL;

	if (s == NULL || !(s->kind->flags & KIND_MESSAGES))
		return;
	s->is_called = s->is_two_way = true;
	s->ack = ENDPOINT_ACK_STREAM;
}

/* What only who takes messages can be asked for. */
static int
call_check_options(const struct endpoint_spec *s, struct diag *d)
{
	static const char others[][12] = { "ack", "attempts", "delay", "jobs", "reply", "until", "whole" };

	for (size_t i = 0; s->is_called && i < sizeof(others) / sizeof(*others); i++)
		if (endpoint_spec_has(s, others[i])) {
			diag_set(d, 0, "%s: %s= with --call", s->addr->text, others[i]);
			return diag_hint(d, "it is for the side that takes requests: %s:PATH,reply -- PROGRAM",
			    s->kind->name);
		}
	return 0;
}

int
call_check(const struct wire_spec *w, struct diag *d)
{
	if (w->nends == 2 && call_check_options(w->ends[1].in, d) == -1)
		return -1;
	if (w->topology != TOPOLOGY_PAIR || w->opts.forward || w->opts.backward) {
		diag_set(d, 0, "--call with %s", w->topology != TOPOLOGY_PAIR ? "more than two ends" : "one direction");
		return diag_hint(d, "a request goes to one address, and its reply comes from there");
	}
	if (wire_spec_has_programs(w)) {
		diag_set(d, 0, "--call with a program");
		return diag_hint(d,
		    "a program is called by running it: ipcwire -- PROGRAM; a server of calls is "
		    "tcp-listen:PORT,reply -- PROGRAM");
	}
	if (w->server != -1 || wire_spec_has_doors(w)) {
		diag_set(d, 0, "--call with a listener for many clients");
		return diag_hint(d, "it is for the side that asks; listeners that answer say 'reply'");
	}
	if (w->ends[1].roles == (ROLE_READ | ROLE_WRITE))
		return 0;
	diag_set(d, 0, "--call of %s, which gives no reply or takes no request", w->ends[1].in->addr->text);
	return diag_hint(d, "what is called is read and written: a socket, or A!!B");
}

static void
call_end(struct call *c, int status, bool is_pipe_ended)
{
	if (c->step == CALL_DONE)
		return;
	c->step = CALL_DONE;
	for (unsigned i = 0; i < CALL_N; i++) {
		struct endpoint *ep = c->ends[i];

		if (ep == NULL || (i == CALL_TO && ep == c->ends[CALL_FROM]))
			continue;
		if (i == CALL_PEER && ep->is_open && status == 0 && ep->rclass == CLASS_SOCKET)
			linger(ep, !c->in[CALL_PEER].is_over);
		else
			endpoint_free(ep);
	}
	memset(c->ends, 0, sizeof(c->ends));
	c->done(status, is_pipe_ended, c->arg);
}

static void
call_fail(struct call *c, unsigned end, const char *what, int error)
{
	const char *why = c->ends[end]->why;

	log_msg(LOG_ERROR, &c->ends[end]->who, "%s: %s", what, why != NULL ? why : parcel_problem(error));
	call_end(c, 1, false);
}

/* The exit status at the beginning of a reply. Returns the bytes that it takes, or 0: there is none. */
static size_t
call_status(const struct parcel *p, int *status)
{
	size_t n = 0;

	*status = 0;
	while (n < p->message && n < 3 && p->bytes[p->at + n] >= '0' && p->bytes[p->at + n] <= '9')
		*status = *status * 10 + p->bytes[p->at + n++] - '0';
	return n > 0 && n < p->message && p->bytes[p->at + n] == ' ' && *status <= 255 ? n + 1 : 0;
}

static void
call_got_request(struct call *c)
{
	const struct parcel *p = &c->in[CALL_FROM];
	const struct iovec iov = { p->bytes + p->at, p->message };
	const int error = parcel_pack(&c->out, c->ends[CALL_PEER], &iov, 1);

	if (error != 0)
		call_fail(c, CALL_PEER, "the request cannot be sent", error);
	else
		c->step = CALL_SENDS;
}

static void
call_got_reply(struct call *c)
{
	const struct parcel *p = &c->in[CALL_PEER];
	const bool is_line = c->ends[CALL_PEER]->spec->common.frame == FRAME_LINE;
	const size_t skip = c->mode == CALL_STATUS ? call_status(p, &c->status) : 0;
	char newline[] = "\n";
	const struct iovec iov[] = { { p->bytes + p->at + skip, p->message - skip }, { newline, is_line ? 1 : 0 } };
	int error;

	if (c->mode == CALL_STATUS && skip == 0) {
		log_msg(LOG_ERROR, &c->ends[CALL_PEER]->who,
		    "the reply does not begin with a status; the listener has to say reply=status");
		call_end(c, 1, false);
		return;
	}
	error = parcel_pack(&c->out, c->ends[CALL_TO], iov, 2);
	if (error != 0)
		call_fail(c, CALL_TO, "the reply cannot be written", error);
	else
		c->step = CALL_TELLS;
}

/* The steps. Each returns true when the next one may follow at once. */

static bool
call_collect(struct call *c)
{
	const int found = parcel_read(&c->in[CALL_FROM], c->ends[CALL_FROM]);

	if (found < 0)
		call_fail(c, CALL_FROM, "no whole request", found);
	else if (found == PARCEL_END) {
		log_msg(LOG_ERROR, &c->ends[CALL_FROM]->who, "no request: the input is empty");
		call_end(c, 1, false);
	} else if (found == PARCEL_WHOLE)
		call_got_request(c);
	return c->step == CALL_SENDS;
}

static bool
call_send(struct call *c)
{
	struct endpoint *peer = c->ends[CALL_PEER];
	int result = parcel_write(&c->out, peer);

	if (result == PARCEL_WHOLE && parcel_is_all(peer, ROLE_WRITE))
		result = endpoint_shutdown(peer) < 0 ? -errno : PARCEL_WHOLE;
	if (result < 0)
		call_fail(c, CALL_PEER, "the request was not taken", result);
	else if (result == PARCEL_WHOLE)
		c->step = CALL_AWAITS;
	return c->step == CALL_AWAITS;
}

static bool
call_await(struct call *c)
{
	const int found = parcel_read(&c->in[CALL_PEER], c->ends[CALL_PEER]);

	if (found == PARCEL_WHOLE)
		call_got_reply(c);
	else if (found == PARCEL_END) {
		log_msg(LOG_ERROR, &c->ends[CALL_PEER]->who, "closed without a reply");
		call_end(c, 1, false);
	} else if (found < 0)
		call_fail(c, CALL_PEER, "no whole reply", found);
	return c->step == CALL_TELLS;
}

static bool
call_tell(struct call *c)
{
	const int result = parcel_write(&c->out, c->ends[CALL_TO]);

	if (result == -EPIPE)
		call_end(c, 0, true);
	else if (result < 0)
		call_fail(c, CALL_TO, "the reply was not taken", result);
	else if (result == PARCEL_WHOLE)
		call_end(c, c->status, false);
	return false;
}

static bool (*const call_steps[])(struct call *) = {
	[CALL_COLLECTS] = call_collect,
	[CALL_SENDS] = call_send,
	[CALL_AWAITS] = call_await,
	[CALL_TELLS] = call_tell,
};

/* Each step waits for one end; the others are left alone. */
static void
call_wait(struct call *c)
{
	static const struct {
		unsigned end;
		bool reads;
	} waits[] = {
		[CALL_COLLECTS] = { CALL_FROM, true },
		[CALL_SENDS] = { CALL_PEER, false },
		[CALL_AWAITS] = { CALL_PEER, true },
		[CALL_TELLS] = { CALL_TO, false },
	};
	int error = 0;

	for (unsigned i = 0; i < CALL_N && error == 0; i++)
		if (i != waits[c->step].end && c->ends[i] != c->ends[waits[c->step].end])
			error = endpoint_want(c->ends[i], false, false, false);
	if (error == 0)
		error = endpoint_want(c->ends[waits[c->step].end], waits[c->step].reads, !waits[c->step].reads, false);
	if (error != 0)
		call_fail(c, waits[c->step].end, "cannot wait for it", error);
}

static void
call_run(struct call *c)
{
	while (c->step != CALL_DONE && call_steps[c->step](c))
		;
	if (c->step != CALL_DONE)
		call_wait(c);
}

static void
call_ready(struct endpoint *ep, uint32_t events, bool is_read_side)
{
	struct call *c = ep->owner;

	(void)events;
	(void)is_read_side;
	if (c->step > CALL_OPENING && c->step < CALL_DONE)
		call_run(c);
}

static void
call_begin(struct loop_task *t)
{
	struct call *c = t->arg;

	if (c->step == CALL_OPENING) {
		c->step = CALL_COLLECTS;
		call_run(c);
	}
}

static int
call_make_ready(struct call *c)
{
	int error = endpoint_make_relayed(c->ends[CALL_FROM], ROLE_READ);

	if (error == 0)
		error = endpoint_make_relayed(c->ends[CALL_TO], ROLE_WRITE);
	if (error == 0)
		error = endpoint_make_relayed(c->ends[CALL_PEER], ROLE_READ);
	if (error == 0 && c->ends[CALL_PEER]->wfd != c->ends[CALL_PEER]->rfd)
		error = endpoint_make_relayed(c->ends[CALL_PEER], ROLE_WRITE);
	return error;
}

static void
call_opened(struct endpoint *ep, int result)
{
	struct call *c = ep->owner;

	if (c->step != CALL_OPENING)
		return;
	if (result < 0)
		call_end(c, ep->status, false);
	else if (--c->opening == 0 && call_make_ready(c) != 0)
		call_end(c, 1, false);
	else if (c->opening == 0)
		loop_defer(c->env->loop, &c->first);
}

static struct endpoint *
call_endpoint(struct call *c, const struct endpoint_spec *spec, unsigned roles)
{
	struct endpoint *ep = endpoint_new(spec, c->env, roles);

	ep->owner = c;
	ep->opened = call_opened;
	ep->ready = call_ready;
	return ep;
}

struct call *
call_new(const struct wire_spec *w, struct endpoint_env *env, enum call_mode mode, void (*done)(int, bool, void *),
    void *arg)
{
	struct call *c = xcalloc(1, sizeof(*c));
	const struct wire_end_spec *mine = &w->ends[0];
	const bool is_one = mine->in == mine->out;

	c->env = env;
	c->mode = mode;
	c->done = done;
	c->arg = arg;
	loop_task_init(&c->first, call_begin, c);
	c->ends[CALL_FROM] = call_endpoint(c, mine->in, is_one ? ROLE_READ | ROLE_WRITE : ROLE_READ);
	c->ends[CALL_PEER] = call_endpoint(c, w->ends[1].in, ROLE_READ | ROLE_WRITE);
	c->ends[CALL_TO] = is_one ? c->ends[CALL_FROM] : call_endpoint(c, mine->out, ROLE_WRITE);
	return c;
}

void
call_start(struct call *c)
{
	c->opening = c->ends[CALL_TO] == c->ends[CALL_FROM] ? 2 : 3;
	for (unsigned i = 0; i < CALL_N && c->step == CALL_OPENING; i++) {
		struct endpoint *ep = c->ends[i];
		int result;

		if (i == CALL_TO && ep == c->ends[CALL_FROM])
			continue;
		result = endpoint_open(ep);
		if (result != 1)
			call_opened(ep, result);
	}
}

void
call_stop(struct call *c, int status, const char *reason)
{
	const struct endpoint *peer = c->ends[CALL_PEER];

	if (reason != NULL && c->step == CALL_AWAITS && peer->why != NULL)
		log_msg(LOG_ERROR, &peer->who, "%s: %s", reason, peer->why);
	else if (reason != NULL && c->step != CALL_DONE)
		log_msg(LOG_ERROR, NULL, "%s", reason);
	call_end(c, status, false);
}

void
call_free(struct call *c)
{
	if (c == NULL)
		return;
	for (unsigned i = 0; i < CALL_N; i++)
		parcel_fini(&c->in[i]);
	parcel_fini(&c->out);
	free(c);
}
