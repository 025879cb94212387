/*
 * The run: loop, helper threads, child table, one wire or one server, and what signals do to them.
 *
 * SIGINT and SIGTERM end a wire at once, its programs are signalled and get the ladder; a server stops accepting and lets its
 * sessions go on for --drain. A second one ends at once. SIGHUP reopens the log file, if there is
 * one, and else counts as SIGTERM. SIGUSR1 prints the sessions. --on-signal gives others these or further uses, and what an
 * endpoint reads (signal:) is none of the run's business.
 */
#include "cli/run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/charset.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "cli/call.h"
#include "cli/service.h"
#include "cli/stage.h"
#include "endpoint/endpoint.h"
#include "process/child.h"
#include "process/nofile.h"
#include "serve/server.h"
#include "serve/snapshot.h"
#include "serve/status_socket.h"
#include "wire/traffic.h"
#include "wire/watch.h"
#include "wire/wire.h"
#include "wire/wire_info.h"

struct run {
	const struct config *config;
	struct stage stage;
	struct wire *wire;
	struct server *server;
	struct call *call;
	struct status_socket *status;
	uint64_t started;
	struct loop_timer timeout, patience;
	struct rerun rerun;
	bool is_done; /* all but connections that are being ended */
	struct service service;
	struct run_result result;
	unsigned stops;
};

/* The loop goes on while connections are being ended. */
static void
run_check(void *arg)
{
	struct run *r = arg;

	if (r->is_done && r->stage.env.lingering == 0)
		loop_stop(r->stage.env.loop);
}

static void
run_done(struct run *r)
{
	loop_timer_stop(r->stage.env.loop, &r->patience);
	r->is_done = true;
	run_check(r);
}

static void
run_wire_done(struct wire *w, const struct wire_result *result, void *arg)
{
	struct run *r = arg;

	(void)w;
	r->wire = NULL;
	r->result.status = result->status;
	if (!result->is_pipe_ended && rerun_ended(&r->rerun, result->status))
		return;
	if (result->is_pipe_ended && r->result.signo == 0)
		r->result.signo = SIGPIPE;
	run_done(r);
}

static void
run_server_done(int status, void *arg)
{
	struct run *r = arg;

	if (r->result.status == 0)
		r->result.status = status;
	run_done(r);
}

static void
run_call_done(int status, bool is_pipe_ended, void *arg)
{
	struct run *r = arg;

	if (r->result.status == 0)
		r->result.status = status;
	if (is_pipe_ended && r->result.signo == 0)
		r->result.signo = SIGPIPE;
	run_done(r);
}

static void
run_patience_over(struct loop_timer *t)
{
	struct run *r = t->arg;

	if (r->wire != NULL)
		wire_stop(r->wire, 0, NULL);
}

/* Its listeners take nobody any more, and those who are there have the time of --drain. */
static void
run_drain_wire(struct run *r)
{
	const uint64_t patience = (uint64_t)r->config->general.wire.drain;

	loop_timer_set(r->stage.env.loop, &r->patience, loop_now(r->stage.env.loop) + patience);
	wire_drain(r->wire);
}

static bool
run_has_clients(const struct run *r)
{
	return r->config->spec.server != -1 || wire_spec_has_doors(&r->config->spec);
}

static void
run_stop_signal(int signo, void *arg)
{
	struct run *r = arg;

	r->stops++;
	if (r->is_done) {
		loop_stop(r->stage.env.loop);
		return;
	}
	service_stopping(&r->service);
	r->result.signo = signo;
	if (rerun_stop(&r->rerun)) {
		run_done(r);
		return;
	}
	if (r->call != NULL) {
		call_stop(r->call, 0, NULL);
		return;
	}
	if (r->wire != NULL && run_has_clients(r) && signo != SIGINT && r->stops == 1) {
		r->result.signo = 0;
		run_drain_wire(r);
		return;
	}
	if (r->wire != NULL) {
		child_table_signal(r->stage.env.children, r->stops > 1 ? SIGKILL : signo);
		wire_stop(r->wire, 0, NULL);
		if (r->stops > 1)
			wire_give_up(r->wire);
		return;
	}
	if (signo == SIGINT) {
		server_signal_programs(r->server, signo);
		server_drain(r->server, 0);
		return;
	}
	if (r->stops > 1)
		server_signal_programs(r->server, SIGTERM);
	r->result.signo = 0;
	server_drain(r->server, (uint64_t)r->config->general.wire.drain);
}

static void
run_log_signal(int signo, void *arg)
{
	struct run *r = arg;

	(void)signo;
	log_reopen_file();
	if (r->server != NULL)
		server_log_reopened(r->server);
}

/* Whom its listeners turned away, and what its programs wait for. */
static char *
run_describe_wire(const struct wire *w)
{
	char *refusals = wire_describe_refusals(w, charset_is_utf8()), *waits = watch_describe(w);
	char *text = xasprintf("%s%s", refusals, waits);

	free(refusals);
	free(waits);
	return text;
}

/* What the sessions, or the wire and the clients that are ends of it, do at this moment. */
static void
run_take_snapshot(struct snapshot *s, bool with_waits, void *arg)
{
	const struct run *r = arg;

	s->totals = r->stage.env.totals;
	s->children = child_table_len(r->stage.env.children);
	s->age = loop_now(r->stage.env.loop) - r->started;
	if (r->server != NULL)
		server_take_snapshot(r->server, s, with_waits);
	else if (r->wire != NULL) {
		s->has_clients = run_has_clients(r);
		s->running = s->has_clients ? wire_nmembers(r->wire) : 1;
		s->total = s->has_clients ? wire_nmembers_ever(r->wire) : 1;
		snapshot_add(s, r->wire);
		s->waits = with_waits ? run_describe_wire(r->wire) : NULL;
	}
}

static void
run_print_signal(int signo, void *arg)
{
	struct run *r = arg;
	struct snapshot snapshot = { 0 };
	char *text;

	(void)signo;
	run_take_snapshot(&snapshot, true, r);
	text = snapshot_text(&snapshot, charset_is_utf8());
	snapshot_fini(&snapshot);
	if (r->config->general.service.daemon)
		log_lines(LOG_WARN, text);
	else
		console_write(&r->stage.console, text, strlen(text), true);
	free(text);
}

static void
run_timeout(struct loop_timer *t)
{
	struct run *r = t->arg;

	r->result.status = 124;
	if (rerun_stop(&r->rerun))
		run_done(r);
	else if (r->wire != NULL)
		wire_stop(r->wire, 124, "the run took longer than --timeout");
	else if (r->server != NULL)
		server_drain(r->server, 0);
	else if (r->call != NULL)
		call_stop(r->call, 124, "no reply within --timeout");
}

/* Who started the daemon and did not wait for it does not want it. */
static void
run_ready(void *arg)
{
	struct run *r = arg;

	if (service_ready(&r->service) != 0) {
		r->result.status = 1;
		kill(getpid(), SIGTERM);
	}
}

static void
run_count(unsigned long running, unsigned long total, void *arg)
{
	struct run *r = arg;

	service_count(&r->service, running, total);
}

static unsigned
run_count_listeners(const struct wire_spec *w)
{
	unsigned n = 0;

	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end_spec *e = &w->ends[i];

		if (w->server != -1 && w->server != (int)i)
			continue;
		n += (e->in->kind->flags & KIND_LISTEN) != 0 || e->in->serves_messages;
		n += e->out != e->in && (e->out->kind->flags & KIND_LISTEN) != 0;
		n += e->in->errors != NULL && (e->in->errors->kind->flags & KIND_LISTEN) != 0;
	}
	return n;
}

static void
run_forward_signal(int signo, void *arg)
{
	struct run *r = arg;

	child_table_signal(r->stage.env.children, signo);
}

static void
run_drain_signal(int signo, void *arg)
{
	struct run *r = arg;

	(void)signo;
	if (r->is_done)
		return;
	service_stopping(&r->service);
	if (rerun_stop(&r->rerun))
		run_done(r);
	else if (r->wire != NULL)
		run_drain_wire(r);
	else if (r->server != NULL)
		server_drain(r->server, (uint64_t)r->config->general.wire.drain);
}

static void
run_restart_signal(int signo, void *arg)
{
	struct run *r = arg;

	(void)signo;
	if (r->wire != NULL)
		wire_renew(r->wire);
}

/* A signal has one use: a message for an endpoint, what --on-signal says, or that of every run. */
static bool
run_signal_is_taken(int signo, void *arg)
{
	const struct run *r = arg;
	const struct on_signal *s = &r->config->signals;

	return sigismember(&s->messages, signo) == 1 || s->of[signo] != ON_SIGNAL_NOTHING;
}

static int
run_ordered_signals(struct run *r)
{
	static void (*const actions[])(int, void *) = { NULL, run_print_signal, run_drain_signal, run_forward_signal,
		run_restart_signal };
	_Static_assert(sizeof(actions) / sizeof(*actions) == ON_SIGNAL_N, "a function for every action");
	int error = 0;

	for (int signo = 1; signo < NSIG && error == 0; signo++)
		if (r->config->signals.of[signo] != ON_SIGNAL_NOTHING)
			error = loop_signal(r->stage.env.loop, signo, actions[r->config->signals.of[signo]], r);
	return error;
}

static int
run_signals(struct run *r)
{
	const struct stage_signals uses = { run_stop_signal, run_log_signal, run_print_signal, run_signal_is_taken, r };
	int error = stage_signals(&r->stage, &uses);

	return error != 0 ? error : run_ordered_signals(r);
}

static void
run_begin_wire(void *arg)
{
	struct run *r = arg;

	rerun_began(&r->rerun);
	r->wire = wire_new(&r->config->spec, &r->stage.env, 0, NULL, run_wire_done, r);
	wire_start(r->wire);
}

static void
run_begin(void *arg)
{
	struct run *r = arg;
	const struct wire_spec *spec = &r->config->spec;

	r->stage.env.ready =
	    (struct ready){ .awaited = run_count_listeners(spec), .announce = run_ready, .count = run_count, .arg = r };
	r->stage.env.is_server = run_has_clients(r) || r->config->general.service.daemon;
	r->stage.env.lingered = run_check;
	r->stage.env.lingered_arg = r;
	r->stage.env.runs_programs = wire_spec_has_programs(spec);
	r->stage.env.has_own_groups = r->stage.env.is_server || !stage_is_in_foreground();
	if (r->stage.env.is_server)
		nofile_raise();
	loop_timer_init(&r->timeout, run_timeout, r);
	loop_timer_init(&r->patience, run_patience_over, r);
	rerun_init(&r->rerun, &r->config->general.rerun, r->stage.env.loop, run_begin_wire, r);
	if (spec->opts.timeout > 0)
		loop_timer_set(r->stage.env.loop, &r->timeout,
		    loop_now(r->stage.env.loop) + (uint64_t)spec->opts.timeout);
	if (spec->server != -1) {
		r->server = server_new(spec, &r->stage.env, run_server_done, r);
		server_start(r->server);
		return;
	}
	if (r->config->general.call != CALL_NO) {
		r->call = call_new(spec, &r->stage.env, (enum call_mode)r->config->general.call, run_call_done, r);
		call_start(r->call);
		return;
	}
	run_begin_wire(r);
}

static int
run_open_status(struct run *r)
{
	const char *path = r->config->general.status_socket;

	r->started = loop_now(r->stage.env.loop);
	r->stage.env.totals = &r->stage.totals;
	return path != NULL ? status_socket_open(&r->status, r->stage.env.loop, path, run_take_snapshot, r) : 0;
}

/* What must be there before anything runs. Returns 0, or -errno (told). */
static int
run_prepare(struct run *r)
{
	struct stage *s = &r->stage;
	int error;

	service_start(&r->service, s->env.loop);
	error = run_signals(r);
	if (error != 0) {
		log_errno(LOG_ERROR, NULL, -error, "the event loop failed");
		return error;
	}
	error = traffic_open(&s->env.traffic, &r->config->spec, s->env.loop, &s->console);
	return error != 0 ? error : run_open_status(r);
}

static void
run_all(struct run *r)
{
	struct stage *s = &r->stage;

	if (stage_open(s) != 0) {
		r->result.status = 1;
		return;
	}
	if (run_prepare(r) != 0 || stage_run(s, run_begin, r) != 0)
		r->result.status = 1;
	status_socket_close(r->status);
	server_free(r->server);
	call_free(r->call);
	loop_timer_stop(s->env.loop, &r->timeout);
	if (stage_end(s) != 0 && r->result.status == 0)
		r->result.status = 1;
	service_end(&r->service);
	stage_close(s);
}

struct run_result
run_config(const struct config *config)
{
	struct run r = { .config = config };
	struct daemon_outcome outcome;

	on_signal_block(&config->signals);
	if (config->general.log_file != NULL && log_open_file(config->general.log_file) != 0)
		return (struct run_result){ .status = 1 };
	if (service_begin(&r.service, &config->general.service, &outcome) == SERVICE_RUNS)
		run_all(&r);
	else
		r.result = (struct run_result){ .status = outcome.status, .signo = outcome.signo };
	service_end(&r.service);
	log_stop();
	return r.result;
}
