/*
 * Listeners with `reply`: one request, one run of the program, its output the reply.
 *
 * A session owns its client and waits for a whole request (endpoint/parcel.h). Each request is a wire of its own between the
 * program and an endpoint in memory that gives the request and collects the output; when that wire has ended, what was collected goes
 * back as one message, and the next request may be read: one at a time, so that replies come in the order of requests. A request
 * that never becomes whole, a program that cannot be started, and a reply that has no place in a frame end the connection without
 * a reply: of a stream where the end would be taken for an empty one, by a reset.
 */
#include "serve/reply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "endpoint/linger.h"
#include "endpoint/parcel.h"
#include "endpoint/registry.h"
#include "endpoint/socket_groups.h"
#include "serve/server_state.h"
#include "wire/watch.h"

enum reply_step { REPLY_READS, REPLY_RUNS, REPLY_WRITES };

struct reply {
	struct wire_spec spec;
	struct wire_end_spec ends[2];
	struct endpoint_spec memory;
	struct addr addr;
	struct loop *loop;
	struct loop_task reaper;
};

struct reply_session {
	struct session base; /* first */
	const struct listen_opts *opts;
	enum reply_step step;
	struct endpoint *client;
	struct parcel in, output, out;
	size_t given;     /* of the request, to the program */
	bool has_started; /* the program of this run */
	bool is_too_long; /* its output */
	bool is_leaving;  /* the client needs no reply any more */
	struct wire *run;
	uint64_t began, heard; /* the client; something of it; ns */
	bool has_heard;
	const char *limit; /* that the timer stands for */
	struct loop_timer timer;
};

struct reply_memory { /* the state of the endpoint in memory */
	struct reply_session *session;
};

/* The endpoint in memory. */

static struct reply_session *
memory_session(const struct endpoint *ep)
{
	const struct reply_memory *m = ep->state;

	return m->session;
}

static int
memory_open(struct endpoint *ep)
{
	(void)ep;
	return 0;
}

static ssize_t
memory_read(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct reply_session *s = memory_session(ep);
	const bool is_line = s->client->spec->common.frame == FRAME_LINE;
	const size_t len = s->in.message + (is_line ? 1 : 0), rest = len - s->given;
	const size_t n = rest < iov[0].iov_len ? rest : iov[0].iov_len;

	(void)niov;
	if (n > 0)
		memcpy(iov[0].iov_base, s->in.bytes + s->in.at + s->given, n);
	s->given += n;
	return (ssize_t)n;
}

static ssize_t
memory_write(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct reply_session *s = memory_session(ep);
	const uint64_t max = s->client->spec->common.frame_max;
	size_t taken = 0;

	for (int i = 0; i < niov; i++) {
		s->is_too_long = s->output.len + iov[i].iov_len > max;
		if (s->is_too_long)
			return endpoint_explain(ep, EMSGSIZE, "the reply is longer than frame-max=%llu allows",
			    (unsigned long long)max);
		if (parcel_add(&s->output, iov[i].iov_base, iov[i].iov_len) != 0)
			return -ENOMEM;
		taken += iov[i].iov_len;
	}
	return (ssize_t)taken;
}

static const struct endpoint_kind memory_kind = {
	.name = "reply",
	.flags = KIND_READ | KIND_WRITE,
	.state_size = sizeof(struct reply_memory),
	.open = memory_open,
	.read = memory_read,
	.write = memory_write,
};

struct reply *
reply_new(const struct wire_spec *w, struct loop *loop)
{
	struct reply *r = xcalloc(1, sizeof(*r));
	struct wire_end_spec *mine = &r->ends[w->server];

	r->loop = loop;
	r->spec = *w;
	r->spec.ends = r->ends;
	r->spec.server = -1;
	memcpy(r->ends, w->ends, sizeof(r->ends));
	r->addr.text = w->ends[w->server].in->addr->text;
	r->memory.kind = &memory_kind;
	r->memory.addr = &r->addr;
	opt_defaults(registry_common.opts, &r->memory.common);
	*mine = (struct wire_end_spec){ .in = &r->memory, .out = &r->memory, .roles = ROLE_READ | ROLE_WRITE };
	r->memory.roles = mine->roles;
	return r;
}

static void
reply_reap(struct loop_task *t)
{
	struct reply *r = t->arg;

	opt_fini(registry_common.opts, &r->memory.common);
	free(r);
}

void
reply_free(struct reply *r)
{
	if (r == NULL)
		return;
	loop_task_init(&r->reaper, reply_reap, r); /* behind the wires that ended just now */
	loop_defer(r->loop, &r->reaper);
}

/* The client's end. */

static void
reply_end(struct reply_session *s)
{
	struct endpoint *client = s->client;

	loop_timer_stop(endpoint_loop(client), &s->timer);
	if (s->is_leaving)
		endpoint_free(client);
	else
		linger(client, !s->in.is_over);
	parcel_fini(&s->in);
	parcel_fini(&s->output);
	parcel_fini(&s->out);
	server_remove_session(&s->base);
}

/* It gets no reply, and shall know. */
static void
reply_refuse(struct reply_session *s)
{
	const struct linger reset = { .l_onoff = 1 };

	if (parcel_is_all(s->client, ROLE_READ) && s->client->is_tcp) {
		s->is_leaving = true;
		if (setsockopt(s->client->rfd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == -1)
			log_errno(LOG_WARN, &s->client->who, errno, "cannot reset it");
	}
	reply_end(s);
}

/* The time limits of clients; which of them is next. */
static void
reply_set_timer(struct reply_session *s)
{
	const struct listen_opts *o = s->opts;
	uint64_t due = 0;

	if (o->session_timeout > 0) {
		due = s->began + (uint64_t)o->session_timeout;
		s->limit = "timeout";
	}
	if (s->step != REPLY_RUNS && o->idle > 0 && (due == 0 || s->heard + (uint64_t)o->idle < due)) {
		due = s->heard + (uint64_t)o->idle;
		s->limit = "idle";
	}
	if (!s->has_heard && o->first_byte > 0 && (due == 0 || s->began + (uint64_t)o->first_byte < due)) {
		due = s->began + (uint64_t)o->first_byte;
		s->limit = "first-byte";
	}
	if (due > 0)
		loop_timer_set(endpoint_loop(s->client), &s->timer, due);
	else
		loop_timer_stop(endpoint_loop(s->client), &s->timer);
}

static void
reply_expired(struct loop_timer *t)
{
	struct reply_session *s = t->arg;

	log_msg(LOG_INFO, &s->client->who, "ended by %s=", s->limit);
	s->is_leaving = true;
	if (s->run != NULL)
		wire_stop(s->run, 0, "a time limit of the client");
	else
		reply_end(s);
}

static void
reply_want(struct reply_session *s)
{
	const int error =
	    endpoint_want(s->client, s->step == REPLY_READS, s->step == REPLY_WRITES, s->step == REPLY_RUNS);

	if (error == 0) {
		reply_set_timer(s);
		return;
	}
	endpoint_fail(s->client, -error, "cannot wait for it");
	reply_end(s);
}

/* The reply. */

static void reply_go_on(struct reply_session *);

/* Returns true when it is on its way. */
static bool
reply_pack(struct reply_session *s, int status)
{
	char prefix[16] = "";
	int error;

	if (s->opts->reply == LISTEN_REPLY_STATUS)
		snprintf(prefix, sizeof(prefix), "%d ", status);
	error = parcel_pack(&s->out, s->client,
	    (struct iovec[]){ { prefix, strlen(prefix) }, { s->output.bytes, s->output.len } }, 2);
	if (error != 0)
		log_msg(LOG_ERROR, &s->client->who, "the reply cannot be sent: %s", parcel_problem(error));
	return error == 0;
}

static void
reply_run_ended(struct wire *w, const struct wire_result *result, void *arg)
{
	struct reply_session *s = arg;
	const bool has_failed = !s->has_started || s->is_too_long;

	(void)w;
	s->run = NULL;
	parcel_taken(&s->in);
	if (s->is_leaving) {
		reply_end(s);
		return;
	}
	if (has_failed)
		s->output.len = 0;
	if ((has_failed && s->opts->reply != LISTEN_REPLY_STATUS) || !reply_pack(s, result->status)) {
		reply_refuse(s);
		return;
	}
	s->step = REPLY_WRITES;
	reply_go_on(s);
}

static void
reply_run_opened(struct wire *w, void *arg)
{
	struct reply_session *s = arg;

	(void)w;
	s->has_started = true;
	server_session_opened(&s->base);
}

/* A run for the request that is there. */
static void
reply_run(struct reply_session *s)
{
	struct server *server = s->base.server;
	const struct reply *r = server->reply;
	struct endpoint *given[2], *memory = endpoint_new(&r->memory, server->env, ROLE_READ | ROLE_WRITE);
	const unsigned mine = (unsigned)server->spec->server;
	struct reply_memory *state = endpoint_state(memory);

	state->session = s;
	memory->who.session = s->client->who.session;
	memory->peer = s->client->peer != NULL ? xstrdup(s->client->peer) : NULL;
	memory->peer_env = s->client->peer_env != NULL ? xdup_strings(s->client->peer_env) : NULL;
	s->step = REPLY_RUNS;
	s->given = s->output.len = 0;
	s->is_too_long = s->has_started = false;
	given[mine] = memory;
	given[1 - mine] = pool_take(server->pool);
	s->run = wire_new(&r->spec, server->env, memory->who.session, given, reply_run_ended, s);
	wire_when_open(s->run, reply_run_opened);
	reply_want(s);
	wire_start(s->run);
}

static bool
reply_read(struct reply_session *s)
{
	const size_t had = s->in.len;
	const int found = parcel_read(&s->in, s->client);

	if (s->in.len > had) {
		s->has_heard = true;
		s->heard = loop_now(endpoint_loop(s->client));
	}
	if (found == PARCEL_WHOLE)
		reply_run(s);
	else if (found == PARCEL_END)
		reply_end(s);
	else if (found < 0) {
		log_msg(LOG_WARN, &s->client->who, "no whole request: %s", parcel_problem(found));
		reply_refuse(s);
	}
	return found == PARCEL_WAITS;
}

/* Returns true when it has to wait. */
static bool
reply_write(struct reply_session *s)
{
	const int result = parcel_write(&s->out, s->client);

	if (result < 0) {
		log_msg(LOG_WARN, &s->client->who, "the reply was not taken: %s", parcel_problem(result));
		reply_end(s);
		return false;
	}
	if (result == PARCEL_WAITS)
		return true;
	s->heard = loop_now(endpoint_loop(s->client));
	s->step = REPLY_READS;
	if (!s->base.server->is_draining || s->in.len > 0)
		return reply_read(s);
	reply_end(s);
	return false;
}

static void
reply_go_on(struct reply_session *s)
{
	if (s->step == REPLY_READS ? reply_read(s) : reply_write(s))
		reply_want(s);
}

static void
reply_ready(struct endpoint *client, uint32_t events, bool is_read_side)
{
	struct reply_session *s = client->owner;

	(void)is_read_side;
	if (s->step != REPLY_RUNS) {
		reply_go_on(s);
		return;
	}
	if (!(events & (EPOLLHUP | EPOLLERR)) || s->is_leaving)
		return;
	s->is_leaving = true;
	endpoint_want(client, false, false, false);
	wire_stop(s->run, 0, "the client is gone");
}

/* The scheme. */

static void
reply_admit(struct server *server)
{
	struct endpoint *client = server_take_client(server);
	struct reply_session *s;

	if (client == NULL) {
		server_lose_client(server);
		return;
	}
	if (server->reply == NULL)
		server->reply = reply_new(server->spec, server->env->loop);
	s = xcalloc(1, sizeof(*s));
	s->client = client;
	s->opts = listener_opts(client->spec);
	s->began = s->heard = loop_now(server->env->loop);
	client->is_open = true;
	client->owner = s;
	client->ready = reply_ready;
	loop_timer_init(&s->timer, reply_expired, s);
	server_add_session(server, &s->base);
	if (endpoint_make_relayed(client, ROLE_READ) != 0)
		reply_end(s);
	else
		reply_want(s);
}

static struct reply_session *
reply_of(struct session *base)
{
	return (struct reply_session *)base;
}

static void
reply_stop(struct session *base)
{
	struct reply_session *s = reply_of(base);

	if (s->run != NULL)
		wire_stop(s->run, 0, "the server ends");
	else
		reply_end(s);
}

static void
reply_give_up(struct session *base)
{
	struct reply_session *s = reply_of(base);

	s->is_leaving = true;
	if (s->run != NULL)
		wire_give_up(s->run);
}

static void
reply_get_info(const struct session *base, struct wire_info *info)
{
	const struct reply_session *s = (const struct reply_session *)base;
	const uint64_t now = loop_now(endpoint_loop(s->client));

	if (s->run != NULL) {
		wire_get_info(s->run, info);
		return;
	}
	*info = (struct wire_info){ .session = s->client->who.session, .state = "running", .reason = "" };
	info->names[0] = s->client->peer != NULL ? s->client->peer : s->client->who.name;
	info->names[1] = s->base.server->spec->ends[1 - s->base.server->spec->server].in->addr->text;
	info->age = now - s->began;
	info->idle = now - s->heard;
}

static char *
reply_describe(const struct session *base)
{
	const struct reply_session *s = (const struct reply_session *)base;

	return s->run != NULL ? watch_describe(s->run) : xstrdup("");
}

const struct scheme scheme_reply = {
	.admit = reply_admit,
	.stop = reply_stop,
	.give_up = reply_give_up,
	.get_info = reply_get_info,
	.describe = reply_describe,
};
